#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "operator/admission/deletion_note.hpp"
#include "operator/admission/review.hpp"
#include "operator/admission/webhook_registration.hpp"
#include "operator/audit/audit_trail.hpp"
#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/core/seal.hpp"
#include "operator/http/server.hpp"
#include "operator/informers.hpp"
#include "operator/last_admin_guard.hpp"
#include "operator/options.hpp"
#include "operator/records/api_registration.hpp"
#include "operator/serving_certificates.hpp"

namespace guildhall {

/// What every replica answers by HTTPS: the webhooks, and the certificates for them. Thread-safe.
class Serving {
 public:
  /// References outlive it.
  struct Surroundings {
    std::shared_ptr<kube::HttpTransport> transport;
    kube::Client& client;  ///< the leader's
    Informers& informers;
    const core::Sealer& sealer;
    const core::Clock& clock;
    core::Metrics& metrics;
    std::string instance;                                ///< which process, in Events
    std::function<bool()> has_read_cluster;              ///< whether the caches can be relied on
    http::Handler records;                               ///< of the records API; empty: it is not served
    std::function<bool(const std::string& id)> is_told;  ///< whether an entry stands in an Event or in the log
    std::stop_token stop;                                ///< ends what is being answered
  };

  /// Before the informers run.
  Serving(const RunOptions& options, Surroundings surroundings);

  /// Begins to listen. Returns the port. Errors: of listening.
  core::Result<std::uint16_t> start();
  void stop();
  /// Tells what was counted of refusals, until `stop`. Every replica's part.
  void tell_repeats(const std::stop_token& stop);
  /// Waits until what stands is read. False: `stop` was requested first.
  [[nodiscard]] bool wait_until_synced(const std::stop_token& stop) const;
  /// The leader is about to keep(): until it has had the webhooks called, state() says so.
  void expect_registration() { certificates_.expect_registration(); }
  /// The leader's part, until `stop`.
  void keep(const std::stop_token& stop) { certificates_.keep(stop); }
  /// See LastAdminGuard.
  [[nodiscard]] core::Result<std::optional<core::Timestamp>> admins_let_go_at(const std::string& organization) const {
    return last_admin_guard_.let_go_at(organization, at_.stop);
  }
  /// Nothing, or why the webhooks cannot be called yet.
  [[nodiscard]] core::Result<void> state() const { return certificates_.state(); }

 private:
  http::Handler routes();
  void follow_front_proxy();
  std::function<core::Result<void>(const std::string&, const std::stop_token&)> register_api();
  [[nodiscard]] admission::Verdict guard_last_admin(const admission::Review& review);
  [[nodiscard]] admission::Verdict tell_deletion(const admission::Review& review);
  void tell_last(const admission::Review& review);
  void tell(const admission::Review& review, const std::optional<core::AuditNote>& note);
  void tell(const admission::ReviewedObject& object, const core::AuditNote& note);
  [[nodiscard]] bool wait_for_caches() const;
  [[nodiscard]] bool leaves(const admission::Review& review) const;
  [[nodiscard]] admission::Verdict note_changes(const admission::Review& review) const;

  Surroundings at_;
  kube::Client client_;
  controllers::organization::IdentityRules identity_;
  LastAdminGuard last_admin_guard_;
  audit::AuditTrail trail_;
  admission::WebhookPaths paths_;
  admission::WebhookRegistration webhooks_;
  records::ApiRegistration api_;
  ServingCertificates certificates_;
  http::Server server_;
};

}  // namespace guildhall
