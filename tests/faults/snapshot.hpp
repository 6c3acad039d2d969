// ApiKeys and their Secrets as they stand, and whether they keep what Guildhall promises.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cluster/kubectl.hpp"

namespace guildhall::tests::faults {

/// All ApiKeys and all Secrets of Guildhall's type in some namespaces, by namespace/name.
struct Snapshot {
  std::map<std::string, nlohmann::json> keys;
  std::map<std::string, nlohmann::json> secrets;
};

/// Secrets are read before ApiKeys. Throws std::runtime_error when it cannot be read.
[[nodiscard]] Snapshot take_snapshot(const cluster::Kubectl& kubectl, const std::vector<std::string>& namespaces);

/// An entry of a Secret, decoded; empty when it, or the Secret, is not there.
[[nodiscard]] std::string entry_of(const nlohmann::json& secret, const std::string& name);

/// Empty when there is none yet.
[[nodiscard]] nlohmann::json status_of(const nlohmann::json& object);

/// "True/Active": the Ready condition, if it is about the present generation; else empty.
[[nodiscard]] std::string ready_of(const nlohmann::json& object);

/// What must hold at every moment, one sentence for each that does not: an ApiKey has at most one Current token, and
/// the hash of every token that a Secret shows stands in the status of its ApiKey (unless that is revoked or deleted).
/// Of a snapshot that was taken while nobody wrote.
[[nodiscard]] std::vector<std::string> broken_promises(const Snapshot& snapshot);

/// Why an ApiKey of that namespace/name has not come to rest with exactly one valid token, in the Secret of its name in
/// each of `namespaces`; empty when it has.
[[nodiscard]] std::string unsettled(const Snapshot& snapshot, const std::string& key,
                                    const std::vector<std::string>& namespaces);

}  // namespace guildhall::tests::faults
