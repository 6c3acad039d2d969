#pragma once

#include <stop_token>
#include <string>

#include "controllers/organization/last_admin.hpp"
#include "operator/admission/review.hpp"
#include "operator/core/clock.hpp"
#include "operator/home_members.hpp"
#include "operator/removals_lease.hpp"

namespace guildhall {

/// Answers updates and deletions of Members: at least one active Admin with an identity stays.
///
/// Guarantees: of two removals at the same moment, through whatever replicas, at most one of the last two passes. It
/// reads the RemovalsLease and from the API server another Admin that the cache knows, or all Members, and records what
/// it lets through by compare-and-swap, mostly in the same round; who loses decides anew. Never refused: who holds
/// `manage` (noted in the Lease too), and whatever goes with its Organization or its home. A dry run writes nothing.
/// What cannot be read is undecided, not allowed. Thread-safe.
class LastAdminGuard {
 public:
  struct Surroundings {
    MemberSources members;  ///< the client without a write guard: every replica answers, and only the Lease is written
    const core::Clock& clock;
    std::string ns;  ///< the operator's own
  };

  explicit LastAdminGuard(Surroundings surroundings) : at_(std::move(surroundings)) {}

  [[nodiscard]] admission::Verdict decide(const admission::Review& review, const std::stop_token& stop) const;
  /// For the leader's second line: what was noted when `manage` let the last active Admin go. Unset: never.
  [[nodiscard]] core::Result<std::optional<core::Timestamp>> let_go_at(const std::string& organization,
                                                                       const std::stop_token& stop) const;

 private:
  class Decision;

  Surroundings at_;
  mutable RememberedRemovals remembered_;
};

}  // namespace guildhall
