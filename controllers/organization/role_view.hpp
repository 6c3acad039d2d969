#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::organization {

/// What is kept of a Role, or of a ClusterRole (without a namespace), that Guildhall wrote.
struct RoleView {
  core::ObjectKey key;
  std::string uid;
  std::string resource_version;
  std::string owner_uid;   ///< of its controlling owner; empty: none
  std::string owner_name;  ///< likewise
  bool deleting = false;
  bool is_aggregated = false;  ///< has an aggregationRule: its rules are the server's
  nlohmann::json rules;        ///< an array; what is none reads as null
  bool operator==(const RoleView&) const = default;
};

/// Role, or ClusterRole for a key without a namespace.
const core::ResourceType& role_type(const core::ObjectKey& key);

/// Reads an rbac.authorization.k8s.io/v1 Role or ClusterRole. Errors: Invalid with the path of what is missing or has
/// the wrong type.
core::Result<RoleView> parse_role_view(const nlohmann::json& object);

/// The rules that let one `get` exactly these Secrets. Without any there is no rule: an empty resourceNames would mean
/// every Secret (Kubernetes RBAC, PolicyRule.resourceNames).
nlohmann::json secret_get_rules(const std::vector<std::string>& secrets);

/// The Secrets that rules of just that form let one `get`; unset: they say something else.
std::optional<std::vector<std::string>> gettable_secrets(const nlohmann::json& rules);

/// The rule that allows these verbs on one object of Guildhall's, and nothing else.
nlohmann::json rules_on_object(const core::ResourceType& type, const std::string& name,
                               const std::vector<std::string>& verbs);

}  // namespace guildhall::controllers::organization
