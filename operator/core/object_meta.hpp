#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::core {

/// metav1.OwnerReference.
struct OwnerReference {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  bool controller = false;
  bool operator==(const OwnerReference&) const = default;
};

/// The part of metav1.ObjectMeta that Guildhall reads. managedFields are never kept.
struct ObjectMeta {
  std::string name;
  std::string generate_name;  ///< what the API server made the name of, if it did
  std::string ns;             ///< empty when cluster-scoped
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  Timestamp creation_timestamp;
  std::optional<Timestamp> deletion_timestamp;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::vector<std::string> finalizers;
  std::vector<OwnerReference> owner_references;

  [[nodiscard]] ObjectKey key() const { return {ns, name}; }
  [[nodiscard]] bool is_deleting() const { return deletion_timestamp.has_value(); }
  [[nodiscard]] bool has_finalizer(std::string_view finalizer) const;
  /// The annotation's value, or "" when it is absent.
  [[nodiscard]] std::string_view annotation(const std::string& name) const;
  /// The label's value, or "" when it is absent.
  [[nodiscard]] std::string_view label(const std::string& name) const;
  bool operator==(const ObjectMeta&) const = default;
};

/// The owner reference with `controller: true`, of which there is at most one; an empty one when there is none.
OwnerReference controlling_owner(const ObjectMeta& metadata);

/// A controlling owner reference to that object, as it is written. It does not hold up the owner's deletion.
nlohmann::json owner_reference(const ResourceType& type, const ObjectMeta& owner);

/// object_head() of something that Guildhall generates for that owner: with the label that says so, and the owner
/// reference.
nlohmann::json generated_head(const ResourceType& type, const ObjectKey& key, const ResourceType& owner_type,
                              const ObjectMeta& owner);

/// Reads `metadata` of a Kubernetes object. What has another type than metav1.ObjectMeta gives it (no API server sends
/// that) reads as absent. Errors: Invalid when there is no name, or when a time is none, naming the path.
Result<ObjectMeta> parse_object_meta(const nlohmann::json& metadata);

/// `{apiVersion, kind, metadata: {name, namespace}}` of `type`: the head of every applied configuration.
nlohmann::json object_head(const ResourceType& type, const ObjectKey& key);

}  // namespace guildhall::core
