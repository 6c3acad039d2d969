// ApiKeys and their Secrets as they stand, and whether they keep what Guildhall promises.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "operator/core/object_meta.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/kube/client.hpp"

namespace guildhall::tests::faults {

/// All ApiKeys and all Secrets of Guildhall's type in some namespaces, by namespace/name.
struct Snapshot {
  std::map<std::string, nlohmann::json> keys;
  std::map<std::string, nlohmann::json> secrets;
};

/// Reads what stands, many times a second: kubectl would take most of a test's time. Every member throws
/// std::runtime_error when the API server does not answer.
class Viewer {
 public:
  explicit Viewer(const std::filesystem::path& kubeconfig);

  /// Null when it is not there.
  [[nodiscard]] nlohmann::json get(const core::ResourceType& type, const core::ObjectKey& key) const;
  /// All that have the label app.kubernetes.io/managed-by: guildhall.
  [[nodiscard]] std::vector<nlohmann::json> managed(const core::ResourceType& type, const std::string& ns) const;
  /// Secrets are read before ApiKeys. No namespaces: all.
  [[nodiscard]] Snapshot snapshot(const std::vector<std::string>& namespaces) const;

 private:
  [[nodiscard]] std::vector<nlohmann::json> list(const core::ResourceType& type, kube::Selection selection) const;

  std::shared_ptr<kube::Client> client_;
};

/// An entry of a Secret, decoded; empty when it, or the Secret, is not there.
[[nodiscard]] std::string entry_of(const nlohmann::json& secret, const std::string& name);

/// Empty when there is none yet.
[[nodiscard]] nlohmann::json status_of(const nlohmann::json& object);

/// "True/Active": the Ready condition, if it is about the present generation; else empty.
[[nodiscard]] std::string ready_of(const nlohmann::json& object);

/// What must hold at every moment, one sentence for each that does not: an ApiKey has at most one Current token, and
/// the hash of every token that a Secret shows and whose time is not over stands in the status of its ApiKey (unless
/// that is revoked or deleted). Of a snapshot that was taken while nobody wrote.
[[nodiscard]] std::vector<std::string> broken_promises(const Snapshot& snapshot);

/// Why an ApiKey of that namespace/name has not come to rest with exactly one valid token, in the Secret of its name in
/// each of `namespaces`; empty when it has.
[[nodiscard]] std::string unsettled(const Snapshot& snapshot, const std::string& key,
                                    const std::vector<std::string>& namespaces);

}  // namespace guildhall::tests::faults
