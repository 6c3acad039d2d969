#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/audit/audit_trail.hpp"
#include "operator/core/clock.hpp"
#include "operator/core/use_report.hpp"
#include "operator/informers.hpp"
#include "operator/kube/client.hpp"

namespace guildhall {

/// Keeps what gates report: the last use in the ApiKey's status, refusals as audit entries. Every replica's part,
/// leader or not, as the API server sends a report to any of them.
///
/// Guarantees: when take() succeeds, all that can be kept is kept; the same report again changes nothing, as a last use
/// never goes back and the entries have ids of the report's. What is about nothing that stands is passed over, and so
/// is what the API server refuses for good, which is logged. Thread-safe.
class UseDesk {
 public:
  /// References outlive it.
  struct Surroundings {
    std::shared_ptr<kube::HttpTransport> transport;
    Informers& informers;
    const core::Sealer& sealer;
    const core::Clock& clock;
    core::Metrics& metrics;
    std::string instance;  ///< which process, in Events
    std::string ns;        ///< the operator's own namespace
    std::function<bool()> has_read_cluster;
    std::function<bool(const std::string& id)> is_told;
    std::stop_token stop;
  };

  explicit UseDesk(Surroundings surroundings);

  /// Errors: Unavailable and what else may pass; the report is to be sent again then.
  core::Result<void> take(const core::UseReport& report);

 private:
  core::Result<void> keep(const core::KeyUse& use);
  core::Result<std::optional<api::ApiKey>> read(const core::KeyUse& use);
  core::Result<void> write_if_due(const api::ApiKey& key, const core::KeyUse& use);
  core::Result<void> write(const api::ApiKey& key, core::Timestamp last_used_at);
  core::Result<void> keep(const core::KeyRefusals& refusals, const std::string& identity);

  Surroundings at_;
  kube::Client client_;
  audit::AuditTrail trail_;
};

}  // namespace guildhall
