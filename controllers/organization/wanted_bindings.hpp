#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controllers/organization/binding_view.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// What may be written about bindings in one place.
enum class Latitude {
  Full,    ///< whatever is wanted
  Narrow,  ///< only what takes access away: writing is stopped, or the namespace takes nothing new
  None,    ///< nothing for now: the claim is about to be written, and without it nothing else may be
};

/// A binding as it is to be: part of what one place needs.
struct WantedBinding {
  core::ObjectKey key;
  RoleReference role;
  Subjects subjects;
  Subjects keepers;  ///< they stay if they stand there already: their Members get nothing more
};

/// A namespace, or the cluster (an empty name), and all that is to stand there. By the binding's name.
struct BindingPlace {
  std::string ns;
  Latitude latitude = Latitude::None;
  std::vector<WantedBinding> bindings;
};

/// The cluster first, then the namespaces by name. A place that is not in the list is to hold nothing of ours.
///
/// In the home: guildhall-organization-<role>, and the Secrets of keys for Admins. In spanned namespaces:
/// guildhall-deployments-<role>; Editors are Viewers in adminOnlyNamespaces. In both: spec.roles. In the cluster: the
/// Organization itself. While it is suspended, Admins have guildhall-organization-suspended in the home and nobody has
/// anything else.
std::vector<BindingPlace> wanted_bindings(const Observed& seen);

/// Namespaces that are not for Admins alone any more, as far as the spec goes, but are kept so: tokens stand there.
std::vector<std::string> kept_closed(const Observed& seen);

/// The ClusterRoles about the one Organization: `guildhall:<name>:member` and `guildhall:<name>:admin`.
std::string member_role_name(const api::Organization& organization);
std::string admin_role_name(const api::Organization& organization);

/// Whether both are ClusterRoles that Guildhall ships for the same places, and `role` gives less than `other`:
/// Suspended, Viewer, Editor, Admin. Nothing is known of others.
bool is_lesser(const RoleReference& role, const RoleReference& other);

/// The names of the bindings that give a Member of that role what it gets in that place; an empty `ns` is the cluster.
struct RoleBindings {
  std::vector<std::string> shipped;  ///< what Guildhall ships and makes
  std::vector<std::string> further;  ///< spec.roles, which the platform may not allow
};
RoleBindings bindings_of(const api::Organization& organization, const std::string& ns, api::MemberRole role);

}  // namespace guildhall::controllers::organization
