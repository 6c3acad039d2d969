#include "operator/core/resource_type.hpp"

namespace guildhall::core {

std::string ResourceType::api_version() const {
  return group.empty() ? version : group + "/" + version;
}

std::string ObjectKey::to_string() const {
  return ns.empty() ? name : ns + "/" + name;
}

std::string describe(const ResourceType& type, const ObjectKey& key) {
  return type.kind + " " + key.to_string();
}

std::string describe_part(const ResourceType& type, const ObjectKey& key, std::string_view part) {
  return describe(type, key) + " (" + std::string(part) + ")";
}

namespace types {

const ResourceType& secrets() {
  static const ResourceType kType{"", "v1", "secrets", "Secret", true};
  return kType;
}

const ResourceType& namespaces() {
  static const ResourceType kType{"", "v1", "namespaces", "Namespace", false};
  return kType;
}

const ResourceType& roles() {
  static const ResourceType kType{"rbac.authorization.k8s.io", "v1", "roles", "Role", true};
  return kType;
}

const ResourceType& role_bindings() {
  static const ResourceType kType{"rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true};
  return kType;
}

const ResourceType& cluster_roles() {
  static const ResourceType kType{"rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false};
  return kType;
}

const ResourceType& cluster_role_bindings() {
  static const ResourceType kType{"rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding",
                                  false};
  return kType;
}

const ResourceType& leases() {
  static const ResourceType kType{"coordination.k8s.io", "v1", "leases", "Lease", true};
  return kType;
}

const ResourceType& config_maps() {
  static const ResourceType kType{"", "v1", "configmaps", "ConfigMap", true};
  return kType;
}

const ResourceType& validating_webhook_configurations() {
  static const ResourceType kType{"admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations",
                                  "ValidatingWebhookConfiguration", false};
  return kType;
}

const ResourceType& mutating_webhook_configurations() {
  static const ResourceType kType{"admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations",
                                  "MutatingWebhookConfiguration", false};
  return kType;
}

const ResourceType& events() {
  static const ResourceType kType{"events.k8s.io", "v1", "events", "Event", true};
  return kType;
}

const ResourceType& services() {
  static const ResourceType kType{"", "v1", "services", "Service", true};
  return kType;
}

const ResourceType& api_services() {
  static const ResourceType kType{"apiregistration.k8s.io", "v1", "apiservices", "APIService", false};
  return kType;
}

}  // namespace types
}  // namespace guildhall::core
