#include "controllers/organization/grants.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/names.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

using nlohmann::json;

core::Remove remove(const BindingView& binding) {
  return {.type = binding_type(binding.key), .key = binding.key, .uid = binding.uid, .resource_version = {}};
}

bool speaks_of_us(const Observed& seen, const std::string& ns) {
  return ns.empty() || std::ranges::any_of(all_that_speak_of_us(seen),
                                           [&](const SeenNamespace* one) { return one->view.name == ns; });
}

bool is_a_members(const Observed& seen, const core::ObjectKey& key) {
  return key.ns == home_namespace(seen.organization) && key.name.starts_with(kSelfRolePrefix) &&
         std::ranges::any_of(seen.members,
                             [&](const SeenMember& member) { return key.name == kSelfRolePrefix + member.name; });
}

}  // namespace

std::string describe(const core::ObjectKey& binding) {
  return core::describe(binding_type(binding), binding);
}

bool is_ours(const Observed& seen, const std::string& owner_uid) {
  return owner_uid == seen.organization.metadata.uid;
}

bool is_given(const Observed& seen, const BindingView& binding) {
  if (!binding.owner_uid.empty()) return is_ours(seen, binding.owner_uid);
  return binding.key.name.starts_with(kGrantPrefix) && !is_a_members(seen, binding.key) &&
         speaks_of_us(seen, binding.key.ns);
}

bool has_failed(const Observed& seen, const std::string& object) {
  return std::ranges::find(seen.failures, object, &core::WriteFailure::object) != seen.failures.end();
}

core::Remove remove(const RoleView& role) {
  return {.type = role_type(role.key), .key = role.key, .uid = role.uid, .resource_version = {}};
}

json head_of_ours(const Observed& seen, const core::ResourceType& type, const core::ObjectKey& key) {
  return core::generated_head(type, key, api::organization_type(), seen.organization.metadata);
}

core::Apply write(const Observed& seen, const WantedBinding& binding, const Subjects& content) {
  const core::ResourceType& type = binding_type(binding.key);
  json object = head_of_ours(seen, type, binding.key);
  object["roleRef"] = {
      {"apiGroup", core::types::roles().group}, {"kind", binding.role.kind}, {"name", binding.role.name}};
  object["subjects"] = json::array();
  for (const Subject& subject : content)
    object["subjects"].push_back(to_json(subject));
  return {.type = type, .key = binding.key, .object = std::move(object), .resource_version = {}};
}

void take_away(const Observed& seen, const BindingView& binding, Draft& draft) {
  if (!binding.deleting) {
    draft.plan.remove.push_back(remove(binding));
  } else if (!binding.subjects.empty()) {
    core::Apply empty = write(seen, {binding.key, binding.role, {}, {}}, {});
    empty.resource_version = binding.resource_version;
    draft.plan.apply.push_back(std::move(empty));
  }
}

}  // namespace guildhall::controllers::organization
