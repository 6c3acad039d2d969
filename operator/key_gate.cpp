#include "operator/key_gate.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace guildhall {
namespace {

/// Proxies keep their connections; a client's own headers come along with what they ask.
http::Limits limits() {
  http::Limits limits;
  // As much as nginx takes of a client by default. Both together bound what strangers can have it keep: 64 MB.
  limits.header_bytes = 32U << 10U;
  limits.body_bytes = 32U << 10U;
  limits.connections = 2'048;
  limits.read_timeout = std::chrono::seconds{75};
  return limits;
}

constexpr int kThreads = 2;

}  // namespace

KeyGate::KeyGate(const GateListenOptions& options, Surroundings at)
    : listens_(!options.listen.empty()),
      contact_(at.caches),
      reporter_({.counter = uses_,
                 .table = at.table,
                 .clock = at.clock,
                 .random = at.random,
                 .metrics = at.metrics,
                 .send = std::move(at.send_report)}),
      gate_({.table = at.table,
             .paths = gate::path_table(),
             .clock = at.clock,
             .has_read = [caches = at.caches] { return caches.synced(); },
             .outcomes = outcomes_,
             .uses = uses_,
             .log = options.access_log ? [this](const std::string& line) { access_log_->add(line); }
                                       : std::function<void(const std::string&)>{}}),
      server_(
          options.listen, [this](const http::Request& request) { return gate_.answer(request); }, limits(), kThreads) {
  keep_up(at.caches);
  if (options.access_log) access_log_.emplace(at.output, at.metrics);
}

core::Result<std::optional<std::uint16_t>> KeyGate::start() {
  if (!listens_) return std::optional<std::uint16_t>{};
  const auto port = server_.start();
  if (!port) return std::unexpected(port.error());
  reporting_ = std::jthread([this](const std::stop_token& stop) { reporter_.run(stop); });
  return std::optional(*port);
}

void KeyGate::stop() {
  server_.stop();
  if (!reporting_.joinable()) return;
  reporting_.request_stop();
  reporting_.join();
}

void KeyGate::declare(telemetry::HealthChecks& ready, telemetry::PrometheusMetrics& metrics) {
  if (!listens_) return;
  ready.add_notice("gate-state", [this] { return contact_.check(std::chrono::steady_clock::now()); });
  metrics.add_refresh([this, &metrics] {
    outcomes_.tell([&metrics](std::string_view outcome, double more) {
      metrics.count("guildhall_gate_requests_total", {{"outcome", std::string(outcome)}}, more);
    });
    metrics.gauge("guildhall_gate_state_age_seconds", {}, contact_.age(std::chrono::steady_clock::now()).count());
  });
}

}  // namespace guildhall
