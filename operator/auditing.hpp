#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/audit/audit_trail.hpp"
#include "operator/audit/deletions.hpp"
#include "operator/audit/log_feed.hpp"
#include "operator/audit_log.hpp"
#include "operator/informers.hpp"
#include "operator/log_upkeep.hpp"

namespace guildhall {

/// In whose log the entries of that object are: its own, when it is an Organization; else that of the Organization that
/// has its namespace as home. Unset: nobody's.
std::optional<core::AuditOrganization> audit_organization_of(const Informers& informers,
                                                             const runtime::Regarding& regarding);

/// References outlive whoever gets them.
struct AuditSurroundings {
  kube::Client& client;
  Informers& informers;
  const core::Sealer& sealer;
  const core::Clock& clock;
  core::Metrics& metrics;
  std::string instance;  ///< which process, in Events
  std::string ns;        ///< the operator's own namespace
};

/// For the trail of a webhook, which writes Events and nothing else. `is_told`: see Auditing::has_told().
audit::AuditTrail::Surroundings audit_surroundings(const AuditSurroundings& at,
                                                   std::function<bool(const std::string& id)> is_told);

/// What the leader tells, and what it writes down: Event first, log second. Thread-safe.
class Auditing {
 public:
  /// Before the informers run. `log` outlives it.
  Auditing(const AuditSurroundings& surroundings, const runtime::SteadyClock& steady, AuditLog& log);

  [[nodiscard]] runtime::AuditTrail& trail() { return trail_; }
  /// Whether an entry of that id stands in an Event or in the log. Of every replica, once the informers run.
  [[nodiscard]] bool has_told(const std::string& id) const { return feed_.stands(id) || log_.knows(id); }
  /// This process leads, with caches and seal keys filled.
  void begin(const std::stop_token& stop);
  /// The leader's part, until `stop`.
  void keep(const std::stop_token& stop);

 private:
  [[nodiscard]] audit::AuditTrail::Surroundings trail_surroundings(const AuditSurroundings& at);
  [[nodiscard]] audit::ObjectState look_at(const core::AuditEntry& entry) const;
  /// Of the API server, whether the entry's object stands. Unset: it does not answer.
  [[nodiscard]] std::optional<bool> ask_for(const core::AuditEntry& entry) const;
  void take(core::AuditEntry entry);
  void log(core::AuditEntry entry);
  void hand_in_again(const std::stop_token& stop);

  kube::Client& client_;
  Informers& informers_;
  const core::Clock& clock_;
  AuditLog& log_;
  std::atomic<std::int64_t> overflowing_since_{0};  ///< microseconds since 1970; 0: nothing lacked room
  audit::Deletions deletions_;
  audit::LogFeed feed_;
  audit::AuditTrail trail_;
  LogUpkeep upkeep_;
};

}  // namespace guildhall
