#pragma once

#include <optional>
#include <string>

#include "operator/audit/audit_trail.hpp"
#include "operator/audit/log_feed.hpp"
#include "operator/informers.hpp"

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

/// For a trail of what is told just once anyway, as a webhook does: what it is asked it tells.
audit::AuditTrail::Surroundings audit_surroundings(const AuditSurroundings& at);

/// What the leader tells, and what it writes down. Thread-safe.
class Auditing {
 public:
  /// Before the informers run.
  explicit Auditing(const AuditSurroundings& surroundings);

  [[nodiscard]] runtime::AuditTrail& trail() { return trail_; }
  /// This process leads, with caches and seal keys filled.
  void begin();
  /// The leader's part, until `stop`.
  void keep(const std::stop_token& stop);

 private:
  [[nodiscard]] audit::AuditTrail::Surroundings trail_surroundings(const AuditSurroundings& at);

  audit::LogFeed feed_;
  audit::AuditTrail trail_;
};

}  // namespace guildhall
