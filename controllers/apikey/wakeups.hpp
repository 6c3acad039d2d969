#pragma once

#include <vector>

#include "controllers/apikey/caches.hpp"

namespace guildhall::controllers::apikey {

// Which ApiKeys a change of another object concerns. A null value: the object is absent. A change that no plan depends
// on wakes nobody.

std::vector<core::ObjectKey> wakened_by_secret(const Caches& caches, const SecretView* before, const SecretView* after);
std::vector<core::ObjectKey> wakened_by_organization(const Caches& caches, const api::Organization* before,
                                                     const api::Organization* after);
std::vector<core::ObjectKey> wakened_by_namespace(const Caches& caches, const organization::NamespaceView* before,
                                                  const organization::NamespaceView* after);
std::vector<core::ObjectKey> wakened_by_member(const Caches& caches, const api::Member* before,
                                               const api::Member* after);
/// Other keys that a change of one lets in: under the quota, or to a Secret's name.
std::vector<core::ObjectKey> wakened_by_api_key(const Caches& caches, const api::ApiKey* before,
                                                const api::ApiKey* after);

/// Those of the Organization that has the namespace, if they select deployments by labels.
std::vector<core::ObjectKey> wakened_by_deployment(const Caches& caches, const organization::DeploymentView* before,
                                                   const organization::DeploymentView* after);
/// The keys of the Organization whose configuration of vmauth lets in other tokens than before.
std::vector<core::ObjectKey> wakened_by_vmauth(const Caches& caches, const VmauthView* before, const VmauthView* after);

/// The keys of whose token the VictoriaMetrics operator says something else than before.
std::vector<core::ObjectKey> wakened_by_vmuser(const Caches& caches, const VmUserView* before, const VmUserView* after);

/// All that select deployments by labels.
std::vector<core::ObjectKey> keys_with_selectors(const Caches& caches);

}  // namespace guildhall::controllers::apikey
