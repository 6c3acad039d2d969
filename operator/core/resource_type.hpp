#pragma once

#include <compare>
#include <functional>
#include <string>

namespace guildhall::core {

/// One type of the Kubernetes API, as needed to form a path and to fill in apiVersion and kind.
/// Source: Kubernetes API concepts, "Resource URIs".
struct ResourceType {
  std::string group;    ///< "" for the core group
  std::string version;  ///< "v1", "v1alpha1"
  std::string plural;   ///< the resource in the path, "apikeys"
  std::string kind;     ///< "ApiKey"
  bool namespaced = true;

  /// "v1" or "guildhall.dev/v1alpha1".
  [[nodiscard]] std::string api_version() const;
  auto operator<=>(const ResourceType&) const = default;
};

/// Where an object is: its namespace (empty when cluster-scoped) and name.
struct ObjectKey {
  std::string ns;
  std::string name;

  /// "acme/grafana", or "acme" when cluster-scoped.
  [[nodiscard]] std::string to_string() const;
  auto operator<=>(const ObjectKey&) const = default;
};

/// "ApiKey acme/grafana": how an object is named in logs, errors and messages.
std::string describe(const ResourceType& type, const ObjectKey& key);
/// "ApiKey acme/grafana (status)": likewise, of what is written apart from the rest.
std::string describe_part(const ResourceType& type, const ObjectKey& key, std::string_view part);

/// The types of Kubernetes that Guildhall reads or writes. Guildhall's own come from crds/ (operator/api).
namespace types {
const ResourceType& secrets();
const ResourceType& namespaces();
const ResourceType& roles();
const ResourceType& role_bindings();
const ResourceType& cluster_roles();
const ResourceType& cluster_role_bindings();
const ResourceType& leases();
const ResourceType& config_maps();
const ResourceType& validating_webhook_configurations();
const ResourceType& mutating_webhook_configurations();
const ResourceType& events();  ///< events.k8s.io/v1
const ResourceType& services();
const ResourceType& api_services();
}  // namespace types

}  // namespace guildhall::core

template <>
struct std::hash<guildhall::core::ObjectKey> {
  std::size_t operator()(const guildhall::core::ObjectKey& key) const noexcept {
    const std::size_t first = std::hash<std::string>{}(key.ns);
    return first ^ (std::hash<std::string>{}(key.name) + 0x9e3779b97f4a7c15ULL + (first << 6U) + (first >> 2U));
  }
};
