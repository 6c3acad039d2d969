#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/audit/standing.hpp"
#include "operator/audit_log.hpp"
#include "operator/core/seal.hpp"
#include "operator/informers.hpp"
#include "operator/runtime/audit_trail.hpp"

namespace guildhall {

/// Misses what was deleted while no webhook was asked: the log keeps what stands in each Organization, and the next
/// leader tells of what is gone and of which no entry tells. What comes and goes between two looks is known by the
/// entries of its life. For one thread, but for hear().
class StandingObjects {
 public:
  /// References outlive it.
  struct Surroundings {
    kube::Client& client;
    Informers& informers;
    const core::Sealer& sealer;
    runtime::AuditTrail& trail;
    AuditLog& log;
    std::string ns;  ///< the operator's own namespace
  };

  explicit StandingObjects(const Surroundings& surroundings) : at_(surroundings) {}

  /// Before the reconcilers begin: Organizations that somebody deletes meanwhile. Those let go soon.
  void begin(const std::stop_token& stop);
  /// Every entry that goes into the log, also those of Events that stood when this process began to lead. From any
  /// thread.
  void hear(const core::AuditEntry& entry);
  /// The log is another one than before.
  void read_again() { kept_.clear(); }
  /// While all that is known is in the log.
  void look(const std::stop_token& stop);

 private:
  [[nodiscard]] std::optional<audit::Standing> standing_in(const api::Organization& organization) const;
  [[nodiscard]] audit::Standing heard_of(const std::string& organization_uid) const;
  void forget(const std::string& organization_uid, const audit::Standing& heard);
  void forget_organizations_that_are_gone();
  bool look_at(const api::Organization& organization, const audit::Standing& heard, const audit::Standing& now,
               const std::stop_token& stop);
  /// Whether it needs no more looks.
  bool settle(const api::Organization& organization, const std::string& uid, const std::string& name,
              const std::stop_token& stop);
  [[nodiscard]] core::Result<bool> is_on_its_way(const runtime::Regarding& regarding,
                                                 const std::stop_token& stop) const;
  bool tell(const runtime::Regarding& regarding, const std::stop_token& stop);

  Surroundings at_;
  std::map<std::string, audit::Standing> kept_;  ///< by the Organization's UID, as the log has it
  mutable std::mutex mutex_;
  std::map<std::string, audit::Standing> heard_;  ///< by the Organization's UID, not looked at yet
};

}  // namespace guildhall
