#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "operator/audit/gap.hpp"
#include "operator/audit_log.hpp"
#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/informers.hpp"
#include "operator/runtime/audit_trail.hpp"
#include "operator/runtime/clocks.hpp"
#include "operator/standing_objects.hpp"

namespace guildhall {

/// What the leader does for the log from time to time: it marks until when the log has everything, tells of a gap when
/// that was too long ago, misses what was deleted unattended, and removes what is older than each Organization keeps.
/// For one thread, but for hear().
class LogUpkeep {
 public:
  /// References outlive it.
  struct Surroundings {
    kube::Client& client;
    Informers& informers;
    const core::Sealer& sealer;
    const core::Clock& clock;
    const runtime::SteadyClock& steady;
    runtime::AuditTrail& trail;
    AuditLog& log;
    core::Metrics& metrics;
    std::string ns;  ///< the operator's own namespace
    std::chrono::seconds events_last;
  };

  explicit LogUpkeep(const Surroundings& surroundings);

  /// Before the reconcilers begin.
  void begin(const std::stop_token& stop) { standing_.begin(stop); }
  /// Every entry that goes into the log. From any thread.
  void hear(const core::AuditEntry& entry) { standing_.hear(entry); }
  /// Does what is due. `lacks_some`: something is known that has not been handed to the log. False: somebody exchanged
  /// the log's file, and what stands in Events is to be handed in again.
  bool tick(bool lacks_some, const std::stop_token& stop);
  /// Something had no room since then and has some now: what came first may be gone.
  void end_of_overflow(core::Timestamp since, const std::stop_token& stop);

 private:
  [[nodiscard]] bool is_another_log();
  void begin_anew();
  void mark_complete(core::Timestamp now);
  /// Whether it could be seen; until then nothing is marked as complete.
  bool look_for_gap(const std::stop_token& stop);
  bool look_at_beginning(const std::stop_token& stop);
  void tell(const audit::Gap& gap, const std::stop_token& stop);
  void note_retentions();
  void note_retention(const std::string& uid, const std::string& said);
  void look_at_all_ages();
  void keep_retention(const std::stop_token& stop);
  [[nodiscard]] std::optional<std::chrono::seconds> retention_of(const std::string& uid);

  Surroundings at_;
  StandingObjects standing_;
  bool has_looked_ = false;
  std::string last_mark_;      ///< what the log says as long as it is the one it was; empty: not known
  std::int64_t last_row_ = 0;  ///< likewise the newest; never a smaller one
  std::map<std::string, std::string> retentions_;  ///< as the log keeps them, by the Organization's UID
  std::set<std::string> to_trim_;                  ///< UIDs of Organizations whose log may hold what is too old
  core::Timestamp next_check_;
  core::Timestamp next_mark_;
  core::Timestamp next_retention_;
  core::Timestamp next_standing_;
};

}  // namespace guildhall
