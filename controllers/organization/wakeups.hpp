#pragma once

#include <chrono>
#include <vector>

#include "controllers/organization/caches.hpp"

namespace guildhall::controllers::organization {

/// By how much a Member's or an ApiKey's wake-up is put off, so that many changes at once come to one look.
inline constexpr std::chrono::milliseconds kChildDelay{500};

// Which Organizations a change of an object concerns, each once. A null value: the object is absent. A change that no
// plan depends on wakes nobody. Thread-safe.

/// Itself; when one goes, also those that name a namespace that it may have held.
std::vector<core::ObjectKey> wakened_by_organization(const Caches& caches, const api::Organization* before,
                                                     const api::Organization* after);
/// Those of which it speaks, before and after, and those that name it.
std::vector<core::ObjectKey> wakened_by_namespace(const Caches& caches, const NamespaceView* before,
                                                  const NamespaceView* after);
/// The one that has the namespace, to be woken after kChildDelay. Likewise for ApiKeys.
std::vector<core::ObjectKey> wakened_by_member(const Caches& caches, const api::Member* before,
                                               const api::Member* after);
std::vector<core::ObjectKey> wakened_by_api_key(const Caches& caches, const api::ApiKey* before,
                                                const api::ApiKey* after);
/// Its owner, and the one that has the namespace.
std::vector<core::ObjectKey> wakened_by_role(const Caches& caches, const RoleView* before, const RoleView* after);
std::vector<core::ObjectKey> wakened_by_binding(const Caches& caches, const BindingView* before,
                                                const BindingView* after);
/// The one that has the namespace, to be woken after kChildDelay.
std::vector<core::ObjectKey> wakened_by_deployment(const Caches& caches, const DeploymentView* before,
                                                   const DeploymentView* after);

}  // namespace guildhall::controllers::organization
