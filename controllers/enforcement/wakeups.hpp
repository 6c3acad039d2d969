#pragma once

#include <set>
#include <string>
#include <vector>

#include "controllers/enforcement/caches.hpp"

namespace guildhall::controllers::enforcement {

/// Which Organizations a change concerns. Null: absent. Pure but for the caches.
std::vector<core::ObjectKey> wakened_by_organization(const api::Organization* before, const api::Organization* after);
std::vector<core::ObjectKey> wakened_by_api_key(const Caches& caches, const api::ApiKey* before,
                                                const api::ApiKey* after);
std::vector<core::ObjectKey> wakened_by_member(const Caches& caches, const api::Member* before,
                                               const api::Member* after);
std::vector<core::ObjectKey> wakened_by_vmauth(const Caches& caches, const apikey::VmauthView* before,
                                               const apikey::VmauthView* after);

/// What is said of it by the VictoriaMetrics operator is the ApiKey's to tell.
std::vector<core::ObjectKey> wakened_by_vmuser(const Caches& caches, const apikey::VmUserView* before,
                                               const apikey::VmUserView* after);
/// Of Organizations: tokens that one wrote there are written no more.
std::vector<core::ObjectKey> wakened_by_writes(const Caches& caches, const std::string& organization,
                                               const std::set<core::ObjectKey>& places);
/// Those that ask for VMUsers: the CRD has come, or has gone.
std::vector<core::ObjectKey> that_want_vmusers(const Caches& caches);

}  // namespace guildhall::controllers::enforcement
