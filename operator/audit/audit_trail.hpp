#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_set>
#include <vector>

#include "operator/audit/audit_event.hpp"
#include "operator/audit/repeats.hpp"
#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/core/seal.hpp"
#include "operator/kube/client.hpp"
#include "operator/runtime/audit_trail.hpp"

namespace guildhall::audit {

/// Tells what happened: as a sealed Event, from which the leader's LogFeed writes the log.
///
/// The Event of an occurrence has one name, so it stands once, whoever tells it and however often. It stands in the
/// Organization's home; where that takes none (it is being deleted, or is not there yet) in the operator's own
/// namespace. About an Organization there is a second one in `default`, without the entry: kubectl describe looks
/// there. What happened longer ago than Events last is no news: it goes into the log alone. Metrics:
/// guildhall_audit_entries_total{action}, guildhall_audit_events_lost_total{reason},
/// guildhall_audit_events_forged_total. Thread-safe.
class AuditTrail final : public runtime::AuditTrail {
 public:
  /// References outlive it.
  struct Surroundings {
    kube::Client& client;
    const core::Sealer& sealer;
    const core::Clock& clock;
    core::Metrics& metrics;
    std::string instance;  ///< which process, in Events
    std::string ns;        ///< the operator's own namespace
    std::chrono::seconds events_last;
    /// In whose log the object's entries are; unset: nobody's.
    std::function<std::optional<core::AuditOrganization>(const Regarding&)> organization_of;
    /// When that Organization was made: what Guildhall did before was done for none, or for a former one.
    std::function<core::Timestamp(const core::AuditOrganization&)> made_at;
    /// Of the one Member there whose subject the user is; else "".
    std::function<std::string(const core::AuditOrganization&, const std::string& user)> email_of;
    /// Whether it stands in an Event or in the log.
    std::function<bool(const std::string& id)> is_told;
    /// Into the log without an Event.
    std::function<void(core::AuditEntry entry)> log_late;
  };

  explicit AuditTrail(Surroundings surroundings) : at_(std::move(surroundings)) {}

  [[nodiscard]] std::vector<core::AuditNote> untold(const Regarding& regarding,
                                                    const std::vector<core::AuditNote>& noted) const override;
  /// Of what the catalogue says is told once a minute, a repetition is counted; see tell_repeats().
  core::Result<void> tell(const Regarding& regarding, const core::AuditNote& note,
                          const std::stop_token& stop) override;
  /// Tells what was counted and is due; every few seconds, by whoever owns this.
  void tell_repeats(const std::stop_token& stop);
  /// Tells all that was counted: this process ends.
  void end(const std::stop_token& stop);

 private:
  core::Result<void> tell_now(const Regarding& regarding, const core::AuditNote& note, const std::stop_token& stop);
  void tell_counted(const std::vector<Repeats::Counted>& counted, const std::stop_token& stop);
  [[nodiscard]] core::AuditEntry entry_of(const Regarding& regarding, const core::AuditNote& note,
                                          core::AuditOrganization organization) const;
  core::Result<void> write(const Regarding& regarding, const core::AuditEntry& entry, const Telling& telling,
                           const std::stop_token& stop);
  core::Result<void> write_at(const core::ObjectKey& place, const Regarding& regarding, const core::AuditEntry& entry,
                              const Telling& telling, const std::stop_token& stop);
  core::Result<void> write_short(const Regarding& regarding, const std::string& id, const Telling& telling,
                                 const std::stop_token& stop);
  core::Result<void> lose(const core::Error& error, const Regarding& regarding, const Telling& telling);
  [[nodiscard]] bool stands_sealed(const core::ObjectKey& place, const std::string& id, const std::stop_token& stop);
  [[nodiscard]] std::string other_name(const core::ObjectKey& place, const std::string& id) const;
  void remember(const std::string& id);
  [[nodiscard]] bool remembers(const std::string& id) const;

  Surroundings at_;
  Repeats repeats_;
  mutable std::mutex mutex_;
  std::unordered_set<std::string> told_;  ///< lately, as the caches may not show it yet
  std::deque<std::string> told_in_order_;
};

}  // namespace guildhall::audit
