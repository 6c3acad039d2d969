#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/core/object_meta.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/kube/client.hpp"

namespace guildhall {

/// A sign-up that was let through, and may not show in a list of Organizations yet.
struct PendingSignup {
  std::string by;  ///< the value of the label guildhall.dev/signed-up-by
  core::Timestamp since;
};

/// By the Organization's name.
using PendingSignups = std::map<std::string, PendingSignup>;

/// The sign-ups that are under way at any replica: Lease guildhall-signups in the operator's namespace. An entry counts
/// for a minute, which is longer than any request to the API server lasts. One thread at a time.
class SignupsLease {
 public:
  /// `client` outlives it.
  SignupsLease(kube::Client& client, std::string ns);

  core::Result<void> read(const std::stop_token& stop);
  /// As last read or written, without those whose time is over.
  [[nodiscard]] PendingSignups pending(core::Timestamp now) const;
  /// Compare-and-swap against what was last read or written. False: somebody else wrote it in between, and it is to be
  /// read.
  core::Result<bool> write(const PendingSignups& pending, const std::stop_token& stop);

 private:
  void take(const core::ObjectMeta& lease);

  kube::Client& client_;
  core::ObjectKey key_;
  std::string version_;  ///< empty: there is none
  PendingSignups pending_;
};

}  // namespace guildhall
