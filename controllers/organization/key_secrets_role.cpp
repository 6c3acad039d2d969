#include "controllers/organization/key_secrets_role.hpp"

#include <algorithm>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/repairs.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

core::ObjectKey role_key(const Observed& seen) {
  return {home_namespace(seen.organization), kKeySecretsRoleName};
}

/// What stands at the Role's place, or null.
const RoleView* find_role(const Observed& seen) {
  const auto found = std::ranges::find(seen.roles, role_key(seen), &RoleView::key);
  return found == seen.roles.end() ? nullptr : &*found;
}

bool is_ours(const Observed& seen, const RoleView& role) {
  return role.owner_uid == seen.organization.metadata.uid;
}

core::Apply write_role(const Observed& seen, const std::vector<std::string>& secrets) {
  nlohmann::json object =
      core::generated_head(core::types::roles(), role_key(seen), api::organization_type(), seen.organization.metadata);
  object["rules"] = secret_get_rules(secrets);
  return {.type = core::types::roles(), .key = role_key(seen), .object = std::move(object), .resource_version = {}};
}

/// Rules that we never write were written by somebody else, and so were others than those that stood at the last look:
/// a Role that only lags behind the keys still has these.
void tell_repair(const Observed& seen, const RoleView* role, core::Timestamp now, Draft& draft) {
  const std::string object = core::describe(core::types::roles(), role_key(seen));
  const auto stood = seen.stood.roles.find(object);
  const bool was_there = stood != seen.stood.roles.end();
  if (role == nullptr) {
    if (was_there) draft.plan.audit.push_back(repaired_after_loss(seen, object, now));
    return;
  }
  if (!gettable_secrets(role->rules) || (was_there && stood->second != role->rules))
    draft.plan.audit.push_back(repaired_after_change(seen, *role));
}

/// A Role is written only where both halves of the claim stand.
bool may_write(const Observed& seen) {
  return courses(seen).front().course == Course::Keep;
}

/// guildhall.dev/paused gives nobody more; what takes access away goes on.
std::vector<std::string> only_those_named_already(const std::vector<std::string>& named,
                                                  std::vector<std::string> names) {
  std::erase_if(names, [&](const std::string& name) { return std::ranges::find(named, name) == named.end(); });
  return names;
}

/// In a home that another Organization has, our Role would stand in its way.
bool must_go(const Observed& seen, const RoleView& role) {
  const Course home = courses(seen).front().course;
  return is_ours(seen, role) && !role.deleting && (home == Course::Yield || home == Course::Refuse);
}

core::Remove remove(const RoleView& role) {
  return {.type = core::types::roles(), .key = role.key, .uid = role.uid, .resource_version = {}};
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
  for (const auto& member : seen.members) {
    if (member.standing == Standing::NotAccepted && !member.link_secret.empty()) names.push_back(member.link_secret);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void plan_key_secrets_role(const Observed& seen, core::Timestamp now, Draft& draft) {
  const RoleView* role = find_role(seen);
  if (role != nullptr && must_go(seen, *role)) draft.plan.remove.push_back(remove(*role));
  if (!may_write(seen)) return;
  auto wanted = key_secret_names(seen);
  const auto named = role != nullptr ? gettable_secrets(role->rules) : std::nullopt;
  const bool ours = role != nullptr && is_ours(seen, *role);
  if (is_paused(seen.organization)) {
    if (!ours || !named) return;
    wanted = only_those_named_already(*named, std::move(wanted));
  }
  if (ours && named == wanted) return;  // one that hangs in its deletion still grants what it says
  draft.plan.apply.push_back(write_role(seen, wanted));
  tell_repair(seen, role, now, draft);
}

}  // namespace guildhall::controllers::organization
