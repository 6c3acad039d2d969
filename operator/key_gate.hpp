#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/core/result.hpp"
#include "operator/gate/gate.hpp"
#include "operator/gate/key_table.hpp"
#include "operator/gate_contact.hpp"
#include "operator/gate_state.hpp"
#include "operator/http/server.hpp"
#include "operator/telemetry/health.hpp"
#include "operator/telemetry/metrics.hpp"

namespace guildhall {

/// The gate on its port: where proxies ask whether a request may pass. Every replica has one; it needs neither leader
/// nor API server, once it has read the cluster. Thread-safe.
class KeyGate {
 public:
  /// Before the informers run; all outlive it. `listen` empty: there is none.
  KeyGate(const std::string& listen, const GateCaches& caches, const core::Clock& clock, core::Metrics& metrics);

  /// Begins to listen. The port, or nothing. Errors: of listening.
  core::Result<std::optional<std::uint16_t>> start();
  void stop() { server_.stop(); }
  /// How old what it knows is: as a notice of `ready`, and a gauge of `metrics`. Before their server starts.
  void declare(telemetry::HealthChecks& ready, telemetry::PrometheusMetrics& metrics) const;

 private:
  const bool listens_;
  gate::KeyTable table_;
  GateContact contact_;
  GateState state_;
  gate::Gate gate_;
  http::Server server_;
};

}  // namespace guildhall
