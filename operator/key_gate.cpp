#include "operator/key_gate.hpp"

namespace guildhall {
namespace {

/// Proxies keep their connections; a client's own headers come along with what they ask.
http::Limits limits() {
  http::Limits limits;
  limits.header_bytes = 64U << 10U;
  limits.body_bytes = 64U << 10U;
  limits.connections = 4'096;
  limits.read_timeout = std::chrono::seconds{75};
  return limits;
}

constexpr int kThreads = 2;

}  // namespace

KeyGate::KeyGate(const std::string& listen, const GateCaches& caches, const core::Clock& clock, core::Metrics& metrics)
    : listens_(!listen.empty()),
      contact_(caches),
      state_(caches, table_),
      gate_({.table = table_,
             .paths = gate::path_table(),
             .clock = clock,
             .metrics = metrics,
             .has_read = [caches] { return caches.synced(); }}),
      server_(listen, [this](const http::Request& request) { return gate_.answer(request); }, limits(), kThreads) {}

core::Result<std::optional<std::uint16_t>> KeyGate::start() {
  if (!listens_) return std::optional<std::uint16_t>{};
  const auto port = server_.start();
  if (!port) return std::unexpected(port.error());
  return std::optional(*port);
}

void KeyGate::declare(telemetry::HealthChecks& ready, telemetry::PrometheusMetrics& metrics) const {
  if (!listens_) return;
  ready.add_notice("gate-state", [this] { return contact_.check(std::chrono::steady_clock::now()); });
  metrics.add_refresh([this, &metrics] {
    metrics.gauge("guildhall_gate_state_age_seconds", {}, contact_.age(std::chrono::steady_clock::now()).count());
  });
}

}  // namespace guildhall
