#include "controllers/organization/wanted_bindings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/kept_admin.hpp"
#include "controllers/organization/key_secrets_role.hpp"
#include "controllers/organization/names.hpp"

namespace guildhall::controllers::organization {

namespace {

using Role = api::MemberRole;

constexpr const char* kClusterRoleKind = "ClusterRole";
constexpr const char* kRoleKind = "Role";
constexpr const char* kSuspendedRole = "guildhall-organization-suspended";
constexpr const char* kHomeAdminRole = "guildhall-organization-admin";

/// Of the ClusterRoles that Guildhall ships: guildhall-organization-admin.
constexpr std::array kFamilies{"guildhall-organization", "guildhall-deployments"};
constexpr std::array kRanks{"viewer", "editor", "admin"};

/// Of a ClusterRole among those of the family, the least first; kRanks.size(): it is none of them.
std::size_t rank_in(const char* family, const std::string& name) {
  const auto* const found =
      std::ranges::find(kRanks, name, [&](const char* word) { return fmt::format("{}-{}", family, word); });
  return static_cast<std::size_t>(found - kRanks.begin());
}

const char* word_of(Role role) {
  switch (role) {
    case Role::Admin:
      return "admin";
    case Role::Editor:
      return "editor";
    case Role::Viewer:
      return "viewer";
  }
  return "viewer";
}

bool is_home(const api::Organization& organization, const std::string& ns) {
  return ns == home_namespace(organization);
}

bool is_suspended(const api::Organization& organization) {
  return organization.spec.state == api::OrganizationState::Suspended;
}

Role role_in(const api::Organization& organization, const std::string& ns, Role role) {
  const auto& closed = organization.spec.admin_only_namespaces;
  const bool is_closed = !is_home(organization, ns) && std::ranges::find(closed, ns) != closed.end();
  return is_closed && role == Role::Editor ? Role::Viewer : role;
}

std::vector<std::string> further_roles(const api::Organization& organization, Role role) {
  const auto& roles = organization.spec.roles;
  if (!roles) return {};
  if (role == Role::Admin && roles->admin) return roles->admin->cluster_roles;
  if (role == Role::Editor && roles->editor) return roles->editor->cluster_roles;
  if (role == Role::Viewer && roles->viewer) return roles->viewer->cluster_roles;
  return {};
}

using RoleReferences = std::set<RoleReference>;

RoleReferences roles_while_suspended(const api::Organization& organization, const std::string& ns, Role role) {
  if (role == Role::Admin && !ns.empty() && is_home(organization, ns)) return {{kClusterRoleKind, kSuspendedRole}};
  return {};
}

RoleReferences roles_in_cluster(const api::Organization& organization, Role role) {
  RoleReferences roles{{kClusterRoleKind, member_role_name(organization)}};
  if (role == Role::Admin) roles.insert({kClusterRoleKind, admin_role_name(organization)});
  return roles;
}

/// The shipped ClusterRole that gives a Member its role there: in the home, or in a spanned namespace.
std::string shipped_role(const api::Organization& organization, const std::string& ns, Role role) {
  const char* family = is_home(organization, ns) ? "organization" : "deployments";
  return fmt::format("guildhall-{}-{}", family, word_of(role_in(organization, ns, role)));
}

/// What a Member of that role gets in that place.
RoleReferences roles_of(const api::Organization& organization, const std::string& ns, Role role) {
  if (is_suspended(organization)) return roles_while_suspended(organization, ns, role);
  if (ns.empty()) return roles_in_cluster(organization, role);
  const Role there = role_in(organization, ns, role);
  RoleReferences roles{{kClusterRoleKind, shipped_role(organization, ns, role)}};
  for (const auto& further : further_roles(organization, there))
    roles.insert({kClusterRoleKind, further});
  if (is_home(organization, ns) && there == Role::Admin) roles.insert({kRoleKind, kKeySecretsRoleName});
  return roles;
}

/// A ClusterRole about the Organization is bound under its own name, which says already whose it is.
std::string name_for(const std::string& ns, const RoleReference& role) {
  return ns.empty() || role.kind == kRoleKind ? role.name : "guildhall:" + role.name;
}

void add(const SeenMember& member, WantedBinding& binding) {
  if (member.standing != Standing::InForce && !only_keeps(member.standing)) return;
  Subjects& subjects = member.standing == Standing::InForce ? binding.subjects : binding.keepers;
  subjects.insert(subjects.end(), member.subjects.begin(), member.subjects.end());
}

/// The binding of that role among those of the place; made where it is not there yet.
WantedBinding& binding_for(const std::string& ns, const RoleReference& role,
                           std::map<std::string, WantedBinding>& bindings) {
  const core::ObjectKey key{ns, name_for(ns, role)};
  return bindings.try_emplace(key.name, WantedBinding{key, role, {}, {}}).first->second;
}

/// The Organization, with the namespaces that are still closed to Editors.
api::Organization organization_for_now(const Observed& seen) {
  api::Organization organization = seen.organization;
  for (std::string& ns : kept_closed(seen))
    organization.spec.admin_only_namespaces.push_back(std::move(ns));
  return organization;
}

BindingPlace place(const Observed& seen, const api::Organization& organization, const std::string& ns,
                   Latitude latitude) {
  std::map<std::string, WantedBinding> bindings;
  std::map<Role, RoleReferences> roles;
  for (const Role role : {Role::Admin, Role::Editor, Role::Viewer})
    roles[role] = roles_of(organization, ns, role);
  for (const SeenMember& member : seen.members) {
    for (const RoleReference& role : roles.at(member.role))
      add(member, binding_for(ns, role, bindings));
  }
  if (const SeenMember* kept = kept_admin(seen)) {
    for (const RoleReference& role : roles.at(Role::Admin)) {
      Subjects& keepers = binding_for(ns, role, bindings).keepers;
      const Subjects has = identities(kept->subjects);
      keepers.insert(keepers.end(), has.begin(), has.end());
    }
  }
  BindingPlace result{.ns = ns, .latitude = latitude, .bindings = {}};
  for (auto& [name, binding] : bindings) {
    normalize(binding.subjects);
    normalize(binding.keepers);
    result.bindings.push_back(std::move(binding));
  }
  return result;
}

/// Whether we have it at all; else nothing of ours is to stand there.
std::optional<Latitude> latitude_in(const Observed& seen, const NamespaceCourse& ns) {
  const Latitude writing = is_paused(seen.organization) ? Latitude::Narrow : Latitude::Full;
  switch (ns.course) {
    case Course::Keep:
      return writing;
    case Course::Repair:
      return Latitude::None;
    case Course::Create:
    case Course::Claim:
      return ns.is_home ? std::optional(Latitude::None) : std::nullopt;
    case Course::Terminating:
      return is_held(seen, *ns.seen) ? std::optional(Latitude::Narrow) : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string member_role_name(const api::Organization& organization) {
  return fmt::format("guildhall:{}:member", organization.metadata.name);
}

std::string admin_role_name(const api::Organization& organization) {
  return fmt::format("guildhall:{}:admin", organization.metadata.name);
}

bool is_lesser(const RoleReference& role, const RoleReference& other) {
  if (role.kind != kClusterRoleKind || other.kind != kClusterRoleKind) return false;
  // What Admins keep for paying is more than an Editor has.
  if (role.name == kSuspendedRole) return other.name == kHomeAdminRole;
  return std::ranges::any_of(kFamilies, [&](const char* family) {
    return rank_in(family, role.name) < rank_in(family, other.name) && rank_in(family, other.name) < kRanks.size();
  });
}

RoleBindings bindings_of(const api::Organization& organization, const std::string& ns, Role role) {
  RoleBindings names;
  const auto further = further_roles(organization, role_in(organization, ns, role));
  for (const RoleReference& reference : roles_of(organization, ns, role)) {
    const bool is_further = std::ranges::find(further, reference.name) != further.end();
    (is_further ? names.further : names.shipped).push_back(name_for(ns, reference));
  }
  return names;
}

std::vector<std::string> kept_closed(const Observed& seen) {
  std::vector<std::string> kept;
  if (seen.secrets_with_tokens.empty()) return kept;
  const auto& closed = seen.organization.spec.admin_only_namespaces;
  for (const NamespaceCourse& ns : courses(seen)) {
    const bool is_open =
        !ns.is_home && latitude_in(seen, ns).has_value() && std::ranges::find(closed, ns.name) == closed.end();
    const auto stands_there = [&](const std::string& secret) { return secret.starts_with(ns.name + "/"); };
    if (is_open && std::ranges::any_of(seen.secrets_with_tokens, stands_there)) kept.push_back(ns.name);
  }
  return kept;
}

std::vector<BindingPlace> wanted_bindings(const Observed& seen) {
  std::map<std::string, BindingPlace> places;
  const api::Organization organization = organization_for_now(seen);
  for (const NamespaceCourse& ns : courses(seen)) {
    const auto latitude = latitude_in(seen, ns);
    if (!latitude) continue;
    places.emplace(ns.name, place(seen, organization, ns.name, *latitude));
    if (ns.is_home) places.emplace("", place(seen, organization, "", *latitude));
  }
  std::vector<BindingPlace> result;
  result.reserve(places.size());
  for (auto& [name, one] : places)
    result.push_back(std::move(one));
  return result;
}

}  // namespace guildhall::controllers::organization
