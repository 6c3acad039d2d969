#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::organization {

/// What is kept of a Role that Guildhall wrote.
struct RoleView {
  core::ObjectKey key;
  std::string uid;
  std::string resource_version;
  std::string owner_uid;   ///< of its controlling owner; empty: none
  std::string owner_name;  ///< likewise
  bool deleting = false;
  /// The Secrets that its rules let one `get`, and nothing else; unset: they say something else.
  std::optional<std::vector<std::string>> gettable_secrets;
  bool operator==(const RoleView&) const = default;
};

/// Reads an rbac.authorization.k8s.io/v1 Role. Errors: Invalid with the path of what is missing or has the wrong type.
core::Result<RoleView> parse_role_view(const nlohmann::json& object);

/// The rules that let one `get` exactly these Secrets. Without any there is no rule: an empty resourceNames would mean
/// every Secret (Kubernetes RBAC, PolicyRule.resourceNames).
nlohmann::json secret_get_rules(const std::vector<std::string>& secrets);

}  // namespace guildhall::controllers::organization
