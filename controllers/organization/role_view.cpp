#include "controllers/organization/role_view.hpp"

#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

using nlohmann::json;

json rule(const std::string& group, const std::string& resource, const std::vector<std::string>& names,
          const std::vector<std::string>& verbs) {
  return json::array({{{"apiGroups", json::array({group})},
                       {"resources", json::array({resource})},
                       {"resourceNames", names},
                       {"verbs", verbs}}});
}

/// No rules are written as null or as an empty list.
json read_rules(const json& object) {
  const auto rules = object.find("rules");
  if (rules == object.end() || rules->is_null()) return json::array();
  return rules->is_array() ? *rules : json();
}

}  // namespace

const core::ResourceType& role_type(const core::ObjectKey& key) {
  return key.ns.empty() ? core::types::cluster_roles() : core::types::roles();
}

core::Result<RoleView> parse_role_view(const json& object) {
  if (!object.is_object() || !object.contains("metadata"))
    return core::fail(core::ErrorKind::Invalid, "a role without metadata");
  const auto meta = core::parse_object_meta(object.at("metadata"));
  if (!meta) return std::unexpected(meta.error());
  const core::OwnerReference owner = core::controlling_owner(*meta);
  return RoleView{.key = meta->key(),
                  .uid = meta->uid,
                  .resource_version = meta->resource_version,
                  .owner_uid = owner.uid,
                  .owner_name = owner.name,
                  .deleting = meta->is_deleting(),
                  .is_aggregated = object.contains("aggregationRule") && !object.at("aggregationRule").is_null(),
                  .rules = read_rules(object)};
}

json secret_get_rules(const std::vector<std::string>& secrets) {
  return secrets.empty() ? json::array() : rule("", "secrets", secrets, {"get"});
}

std::optional<std::vector<std::string>> gettable_secrets(const json& rules) {
  if (rules.is_array() && rules.empty()) return std::vector<std::string>{};
  if (!rules.is_array() || !rules.front().is_object() || !rules.front().contains("resourceNames")) return std::nullopt;
  const auto& listed = rules.front().at("resourceNames");
  if (!listed.is_array()) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& name : listed) {
    if (!name.is_string()) return std::nullopt;
    names.push_back(name.get<std::string>());
  }
  // In the only form that is ever written. Whatever differs is not ours and is repaired.
  if (names.empty() || rules != secret_get_rules(names)) return std::nullopt;
  return names;
}

json rules_on_object(const core::ResourceType& type, const std::string& name, const std::vector<std::string>& verbs) {
  return rule(type.group, type.plural, {name}, verbs);
}

}  // namespace guildhall::controllers::organization
