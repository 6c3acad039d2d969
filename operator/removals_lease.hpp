#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "controllers/organization/last_admin.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/kube/client.hpp"

namespace guildhall {

/// On the Lease of an Organization's removals: the UID of each Member whose removal was let through, and when
/// and at which version that was.
inline constexpr const char* kPendingRemovalsAnnotation = "guildhall.dev/pending-removals";

/// Likewise: when somebody with `manage` last let the last active Admin go.
inline constexpr const char* kLetGoAnnotation = "guildhall.dev/let-go-by-manage";

/// What is recorded of an Organization's removals of Admins: Lease guildhall-admins.<organization> in the operator's
/// namespace, which goes with the Organization. One thread at a time.
class RemovalsLease {
 public:
  RemovalsLease(kube::Client& client, std::string ns, const std::string& organization);

  core::Result<void> read(const std::stop_token& stop);
  /// As last read; nothing before the first read, or when there is no Lease.
  [[nodiscard]] controllers::organization::PendingRemovals pending() const;
  [[nodiscard]] std::optional<core::Timestamp> let_go() const;

  /// Compare-and-swap against what was read. False: somebody else wrote it in between.
  core::Result<bool> write(const core::ObjectMeta& organization,
                           const controllers::organization::PendingRemovals& pending,
                           std::optional<core::Timestamp> let_go, const std::stop_token& stop);

 private:
  kube::Client& client_;
  core::ObjectKey key_;
  std::optional<core::ObjectMeta> lease_;
};

}  // namespace guildhall
