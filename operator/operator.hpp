#pragma once

#include <unistd.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "controllers/apikey/reconciler.hpp"
#include "controllers/enforcement/reconciler.hpp"
#include "controllers/member/reconciler.hpp"
#include "controllers/organization/reconciler.hpp"
#include "operator/activity_log.hpp"
#include "operator/audit_sink.hpp"
#include "operator/auditing.hpp"
#include "operator/crypto/random.hpp"
#include "operator/http/server.hpp"
#include "operator/informers.hpp"
#include "operator/key_gate.hpp"
#include "operator/mailing.hpp"
#include "operator/noted.hpp"
#include "operator/options.hpp"
#include "operator/public_page.hpp"
#include "operator/records_api.hpp"
#include "operator/runtime/clocks.hpp"
#include "operator/runtime/controller.hpp"
#include "operator/runtime/engine.hpp"
#include "operator/runtime/leader_election.hpp"
#include "operator/seal_keys.hpp"
#include "operator/serving.hpp"
#include "operator/signups.hpp"
#include "operator/telemetry/routes.hpp"
#include "operator/use_desk.hpp"

namespace guildhall {

/// Ways to the API server.
struct Transports {
  std::shared_ptr<kube::HttpTransport> prompt;  ///< of answers that the API server waits for itself
  std::shared_ptr<kube::HttpTransport> all;     ///< of all else
};

/// The composition root: everything of one run, in the order in which it is made; taken down in the opposite one.
class Operator {
 public:
  Operator(const RunOptions& options, const Transports& transports);

  /// Starts to listen, to fill caches and to stand for leader. Errors: of listening.
  core::Result<void> start();
  /// Stops all that start() began.
  void stop();
  [[nodiscard]] bool lost_lease() const { return lost_lease_; }

 private:
  kube::ClientOptions client_options() const;
  /// `objects`: of the controller's kind.
  template <class T>
  runtime::ControllerContext context(const runtime::CacheRegistry& registry, const kube::Informer<T>& objects) {
    return {engine_, registry, clock_, steady_, metrics_, [this, &objects](const core::ObjectKey& key) {
              const auto object = objects.get(key);
              return object ? noted(*object) : std::vector<core::AuditNote>{};
            }};
  }
  [[nodiscard]] std::vector<core::AuditNote> noted(const api::Organization& one) const {
    return noted_on(one, informers_, seal_ring_);
  }
  [[nodiscard]] std::vector<core::AuditNote> noted(const auto& one) const { return noted_on(one, seal_ring_); }
  [[nodiscard]] controllers::organization::IdentityRules identity() const {
    return {.user_template = options_.user_template};
  }
  controllers::apikey::Dependencies api_key_dependencies();
  controllers::member::Dependencies member_dependencies();
  PublicPage::Surroundings page_surroundings();
  [[nodiscard]] std::string creator(const api::Member& member) const;
  controllers::apikey::ObjectReader reader();
  void wake_organization(const std::string& uid);
  void wake_api_keys(const std::string& home);
  void declare_checks();
  void declare_metrics();
  void stand_for_leader(const std::stop_token& stop);
  void lead(const std::stop_token& stop);
  void end_without_lease();
  void outlast_outage(const std::stop_token& stop);
  core::Result<void> check_leading() const;
  [[nodiscard]] bool caches_are_filled() const {
    return registry_.all_synced() && member_registry_.all_synced() && enforcement_registry_.all_synced() &&
           informers_.seal_keys.synced();
  }
  [[nodiscard]] std::optional<std::string> find_sealed() const;

  RunOptions options_;
  runtime::SystemClock clock_;
  runtime::BootClock steady_;
  crypto::SystemRandom random_;
  std::stop_source stop_;
  telemetry::PrometheusMetrics metrics_;
  telemetry::HealthChecks live_;
  telemetry::HealthChecks ready_;
  std::shared_ptr<kube::HttpTransport> transport_;
  runtime::LeaseSettings lease_settings_;
  kube::Client lease_client_;
  runtime::LeaderElection election_;
  kube::Client client_;
  crypto::KeyRing seal_ring_;
  Informers informers_;
  runtime::CacheRegistry registry_;
  runtime::CacheRegistry member_registry_;
  runtime::CacheRegistry enforcement_registry_;
  SealKeys seal_keys_;
  ActivityLog activity_log_;
  AuditLog audit_log_;
  LineOutput output_{STDOUT_FILENO};
  Signups signups_;
  UseDesk use_desk_;
  RecordsApi records_api_;
  Serving serving_;
  Mailing mailing_;
  PublicPage public_page_;
  gate::KeyTable gate_table_;
  KeyGate key_gate_;
  Auditing auditing_;
  AuditSink audit_sink_;
  runtime::Engine engine_;
  controllers::organization::Reconciler organization_reconciler_;
  controllers::member::Reconciler member_reconciler_;
  controllers::apikey::Reconciler api_key_reconciler_;
  controllers::enforcement::Reconciler enforcement_reconciler_;
  runtime::Controller organization_controller_;
  runtime::Controller member_controller_;
  runtime::Controller api_key_controller_;
  runtime::Controller enforcement_controller_;
  http::Server server_;
  std::atomic<bool> leading_{false};
  std::atomic<bool> lost_lease_{false};
  runtime::SteadyTime started_at_;
  std::vector<std::jthread> threads_;
  std::jthread last_wait_;  ///< without the Lease, for the cluster
};

}  // namespace guildhall
