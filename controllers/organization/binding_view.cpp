#include "controllers/organization/binding_view.hpp"

#include <nlohmann/json.hpp>

#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Subjects read_subjects(const json& object) {
  Subjects subjects;
  const auto listed = object.find("subjects");
  if (listed == object.end() || !listed->is_array()) return subjects;
  for (const json& subject : *listed) {
    if (!subject.is_object()) continue;
    subjects.push_back(
        {.kind = text_at(subject, "kind"), .name = text_at(subject, "name"), .ns = text_at(subject, "namespace")});
  }
  normalize(subjects);
  return subjects;
}

RoleReference read_role(const json& object) {
  const auto role = object.find("roleRef");
  if (role == object.end() || !role->is_object()) return {};
  return {.kind = text_at(*role, "kind"), .name = text_at(*role, "name")};
}

}  // namespace

const core::ResourceType& binding_type(const core::ObjectKey& key) {
  return key.ns.empty() ? core::types::cluster_role_bindings() : core::types::role_bindings();
}

core::Result<BindingView> parse_binding_view(const json& object) {
  if (!object.is_object() || !object.contains("metadata"))
    return core::fail(core::ErrorKind::Invalid, "a binding without metadata");
  const auto meta = core::parse_object_meta(object.at("metadata"));
  if (!meta) return std::unexpected(meta.error());
  const core::OwnerReference owner = core::controlling_owner(*meta);
  return BindingView{.key = meta->key(),
                     .uid = meta->uid,
                     .resource_version = meta->resource_version,
                     .owner_uid = owner.uid,
                     .owner_name = owner.name,
                     .deleting = meta->is_deleting(),
                     .role = read_role(object),
                     .subjects = read_subjects(object)};
}

}  // namespace guildhall::controllers::organization
