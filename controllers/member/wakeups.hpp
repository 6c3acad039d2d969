#pragma once

#include <vector>

#include "controllers/member/caches.hpp"

namespace guildhall::controllers::member {

// Which Members a change of an object concerns, each once. A null value: the object is absent. A change that no plan
// depends on wakes nobody. Thread-safe.

/// The other Members with its email, and those with one of its subjects.
std::vector<core::ObjectKey> wakened_by_member(const Caches& caches, const organization::IdentityRules& identity,
                                               const api::Member* before, const api::Member* after);
/// All Members of its home.
std::vector<core::ObjectKey> wakened_by_organization(const Caches& caches, const api::Organization* before,
                                                     const api::Organization* after);
/// All Members in it, and those of the Organization that has or had it.
std::vector<core::ObjectKey> wakened_by_namespace(const Caches& caches, const organization::NamespaceView* before,
                                                  const organization::NamespaceView* after);
/// Whose own Role it is.
std::vector<core::ObjectKey> wakened_by_role(const organization::RoleView* before, const organization::RoleView* after);
/// Whose own binding it is, or whose subjects came to it or left it.
std::vector<core::ObjectKey> wakened_by_binding(const Caches& caches, const organization::BindingView* before,
                                                const organization::BindingView* after);

/// Whose link lies or lay in it.
std::vector<core::ObjectKey> wakened_by_invitation_secret(const InvitationSecretView* before,
                                                          const InvitationSecretView* after);

}  // namespace guildhall::controllers::member
