#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "controllers/organization/last_admin.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/kube/client.hpp"

namespace guildhall {

/// On the Lease of an Organization's removals: each removal that was let through, as {UID: {version: since}}.
inline constexpr const char* kPendingRemovalsAnnotation = "guildhall.dev/pending-removals";

/// Likewise: when somebody with `manage` last let the last active Admin go.
inline constexpr const char* kLetGoAnnotation = "guildhall.dev/let-go-by-manage";

/// What is recorded on the Lease.
struct RemovalsRecord {
  controllers::organization::PendingRemovals pending;
  std::optional<core::Timestamp> let_go;
};

/// A record and the version of the Lease that has it.
struct VersionedRecord {
  std::string version;
  RemovalsRecord record;
};

/// The Leases as this process has seen them last, by Organization. What is remembered may be old: a write that builds
/// on it is then a lost race, and it is read anew. Thread-safe.
class RememberedRemovals {
 public:
  [[nodiscard]] std::optional<VersionedRecord> of(const std::string& organization) const;
  void keep(const std::string& organization, VersionedRecord record);
  void forget(const std::string& organization);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, VersionedRecord> records_;
};

/// What is recorded of an Organization's removals of Admins: Lease guildhall-admins.<organization> in the operator's
/// namespace, which goes with the Organization. One thread at a time.
class RemovalsLease {
 public:
  /// What is read and written is remembered. References outlive it.
  RemovalsLease(kube::Client& client, RememberedRemovals& remembered, std::string ns, std::string organization);

  /// Takes what is remembered for what was read. False: nothing is.
  bool recall();
  core::Result<void> read(const std::stop_token& stop);
  /// As last read, recalled or written; empty before, or when there is no Lease.
  [[nodiscard]] RemovalsRecord record() const;

  /// Compare-and-swap against what was last read, recalled or written. False: somebody else wrote it in between, and
  /// it is to be read.
  core::Result<bool> write(const core::ObjectMeta& organization, const RemovalsRecord& record,
                           const std::stop_token& stop);

 private:
  void take(VersionedRecord seen);
  void drop();

  kube::Client& client_;
  RememberedRemovals& remembered_;
  std::string organization_;
  core::ObjectKey key_;
  std::optional<VersionedRecord> seen_;
};

}  // namespace guildhall
