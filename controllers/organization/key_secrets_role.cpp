#include "controllers/organization/key_secrets_role.hpp"

#include <fmt/format.h>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/names.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

core::ObjectKey role_key(const Observed& seen) {
  return {home_namespace(seen.organization), kKeySecretsRoleName};
}

nlohmann::json owner_reference(const api::Organization& organization) {
  return {{"apiVersion", api::organization_type().api_version()},
          {"kind", api::organization_type().kind},
          {"name", organization.metadata.name},
          {"uid", organization.metadata.uid},
          {"controller", true}};
}

core::Apply write_role(const Observed& seen, const std::vector<std::string>& secrets) {
  nlohmann::json object = core::object_head(core::types::roles(), role_key(seen));
  object["metadata"]["labels"] = {{kManagedByLabel, kManagedByValue}};
  object["metadata"]["ownerReferences"] = nlohmann::json::array({owner_reference(seen.organization)});
  object["rules"] = secret_get_rules(secrets);
  return {.type = core::types::roles(), .key = role_key(seen), .object = std::move(object), .resource_version = {}};
}

/// Rules that we never write were written by somebody else.
core::AuditEntry repaired(const Observed& seen) {
  const RoleView& role = *seen.key_secrets_role;
  return {.action = "OrganizationRoleRepaired",
          .note = fmt::format("Role {} was changed by another; it is put back", role.key.to_string()),
          .warning = true,
          .identity =
              fmt::format("{}/RoleRepaired/{}/{}", seen.organization.metadata.uid, role.uid, role.resource_version)};
}

/// A Role is written only where both halves of the claim stand.
bool may_write(const Observed& seen) {
  return courses(seen).front().course == Course::Keep;
}

/// guildhall.dev/paused gives nobody more; what takes access away goes on.
std::vector<std::string> only_those_named_already(const Observed& seen, std::vector<std::string> names) {
  const auto& named = seen.key_secrets_role->gettable_secrets;
  std::erase_if(names, [&](const std::string& name) { return std::ranges::find(*named, name) == named->end(); });
  return names;
}

/// In a home that another Organization has, our Role would stand in its way.
bool must_go(const Observed& seen) {
  const Course home = courses(seen).front().course;
  return owns_key_secrets_role(seen) && (home == Course::Yield || home == Course::Refuse);
}

}  // namespace

std::vector<std::string> key_secret_names(const Observed& seen) {
  std::vector<std::string> names;
  // Whose keys are refused has no use for their tokens.
  if (!holds_home(seen) || seen.organization.spec.state == api::OrganizationState::Suspended) return names;
  const std::string home = home_namespace(seen.organization);
  for (const auto& key : seen.api_keys) {
    const bool stands = std::ranges::find(key.secret_namespaces, home) != key.secret_namespaces.end();
    if (stands && !key.secret_name.empty()) names.push_back(key.secret_name);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void plan_key_secrets_role(const Observed& seen, Draft& draft) {
  if (must_go(seen)) draft.plan.remove.push_back(remove_key_secrets_role(seen));
  if (!may_write(seen)) return;
  auto wanted = key_secret_names(seen);
  const auto& role = seen.key_secrets_role;
  if (is_paused(seen.organization)) {
    if (!owns_key_secrets_role(seen) || !role->gettable_secrets) return;
    wanted = only_those_named_already(seen, std::move(wanted));
  }
  const bool stands = owns_key_secrets_role(seen) && role->gettable_secrets == wanted;
  if (stands) return;  // one that hangs in its deletion still grants what it says
  draft.plan.apply.push_back(write_role(seen, wanted));
  if (role && !role->gettable_secrets) draft.plan.audit.push_back(repaired(seen));
}

bool owns_key_secrets_role(const Observed& seen) {
  return seen.key_secrets_role && seen.key_secrets_role->owner_uid == seen.organization.metadata.uid;
}

core::Remove remove_key_secrets_role(const Observed& seen) {
  const RoleView& role = *seen.key_secrets_role;
  return {.type = core::types::roles(), .key = role.key, .uid = role.uid, .resource_version = {}};
}

}  // namespace guildhall::controllers::organization
