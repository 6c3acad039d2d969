#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "controllers/organization/subject.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::organization {

/// The role that a binding gives; it cannot be changed once the binding stands.
struct RoleReference {
  std::string kind;  ///< Role or ClusterRole
  std::string name;
  auto operator<=>(const RoleReference&) const = default;
};

/// What is kept of a RoleBinding, or of a ClusterRoleBinding (without a namespace), that Guildhall wrote.
struct BindingView {
  core::ObjectKey key;
  std::string uid;
  std::string resource_version;
  std::string owner_uid;   ///< of its controlling owner; empty: none
  std::string owner_name;  ///< likewise
  bool deleting = false;
  RoleReference role;
  Subjects subjects;
  bool operator==(const BindingView&) const = default;
};

/// RoleBinding, or ClusterRoleBinding for a key without a namespace.
const core::ResourceType& binding_type(const core::ObjectKey& key);

/// Reads a rbac.authorization.k8s.io/v1 RoleBinding or ClusterRoleBinding. Errors: Invalid with the path of what is
/// missing or has the wrong type.
core::Result<BindingView> parse_binding_view(const nlohmann::json& object);

}  // namespace guildhall::controllers::organization
