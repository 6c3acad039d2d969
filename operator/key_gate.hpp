#pragma once

#include <cstdint>
#include <optional>
#include <thread>

#include "operator/access_log.hpp"
#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/core/random.hpp"
#include "operator/core/result.hpp"
#include "operator/gate/gate.hpp"
#include "operator/gate/key_table.hpp"
#include "operator/gate/use_counter.hpp"
#include "operator/gate_contact.hpp"
#include "operator/gate_state.hpp"
#include "operator/http/server.hpp"
#include "operator/line_output.hpp"
#include "operator/options.hpp"
#include "operator/telemetry/health.hpp"
#include "operator/telemetry/metrics.hpp"
#include "operator/use_reporter.hpp"

namespace guildhall {

/// The gate on its port: where proxies ask whether a request may pass. Every replica has one; it needs neither leader
/// nor API server, once it has read the cluster. What keys are used for is reported by it. Thread-safe.
class KeyGate {
 public:
  /// References outlive it.
  struct Surroundings {
    const gate::KeyTable& table;  ///< what it answers by, as `caches` fill it
    GateCaches caches;
    const core::Clock& clock;
    core::RandomSource& random;
    core::Metrics& metrics;
    LineOutput& output;             ///< of the access log
    UseReporter::Send send_report;  ///< whither what keys were used for is reported
  };

  /// Before the informers run. `options.listen` empty: there is none.
  KeyGate(const GateListenOptions& options, Surroundings surroundings);

  [[nodiscard]] bool listens() const { return listens_; }
  /// Begins to listen. The port, or nothing. Errors: of listening.
  core::Result<std::optional<std::uint16_t>> start();
  /// Answers no more, and reports what is left, for a second at most.
  void stop();
  /// How old what it knows is, as a notice of `ready` and a gauge of `metrics`; and there what it answered. Before
  /// their server starts.
  void declare(telemetry::HealthChecks& ready, telemetry::PrometheusMetrics& metrics);

 private:
  const bool listens_;
  gate::OutcomeCounter outcomes_;
  gate::UseCounter uses_;
  GateContact contact_;
  UseReporter reporter_;
  std::optional<AccessLog> access_log_;
  gate::Gate gate_;
  http::Server server_;
  std::jthread reporting_;
};

}  // namespace guildhall
