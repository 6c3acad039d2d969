#include "controllers/organization/role_view.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

/// The names in the only form that secret_get_rules() writes. Whatever differs is not ours and is repaired.
std::optional<std::vector<std::string>> gettable_secrets(const nlohmann::json& rules) {
  if (rules.is_null() || (rules.is_array() && rules.empty())) return std::vector<std::string>{};
  if (!rules.is_array() || !rules.front().is_object() || !rules.front().contains("resourceNames")) return std::nullopt;
  const auto& listed = rules.front().at("resourceNames");
  if (!listed.is_array()) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& name : listed) {
    if (!name.is_string()) return std::nullopt;
    names.push_back(name.get<std::string>());
  }
  if (names.empty() || rules != secret_get_rules(names)) return std::nullopt;
  return names;
}

}  // namespace

core::Result<RoleView> parse_role_view(const nlohmann::json& object) {
  if (!object.is_object() || !object.contains("metadata"))
    return core::fail(core::ErrorKind::Invalid, "a Role without metadata");
  const auto meta = core::parse_object_meta(object.at("metadata"));
  if (!meta) return std::unexpected(meta.error());
  RoleView view{.key = meta->key(),
                .uid = meta->uid,
                .resource_version = meta->resource_version,
                .owner_uid = {},
                .owner_name = {},
                .deleting = meta->is_deleting(),
                .gettable_secrets = gettable_secrets(object.value("rules", nlohmann::json()))};
  const auto owner = std::ranges::find_if(meta->owner_references, &core::OwnerReference::controller);
  if (owner != meta->owner_references.end()) {
    view.owner_uid = owner->uid;
    view.owner_name = owner->name;
  }
  return view;
}

nlohmann::json secret_get_rules(const std::vector<std::string>& secrets) {
  nlohmann::json rules = nlohmann::json::array();
  if (secrets.empty()) return rules;
  rules.push_back({{"apiGroups", nlohmann::json::array({""})},
                   {"resources", nlohmann::json::array({"secrets"})},
                   {"resourceNames", secrets},
                   {"verbs", nlohmann::json::array({"get"})}});
  return rules;
}

}  // namespace guildhall::controllers::organization
