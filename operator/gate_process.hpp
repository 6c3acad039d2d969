#pragma once

#include <unistd.h>

#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "operator/core/use_report.hpp"
#include "operator/crypto/random.hpp"
#include "operator/gate/key_table.hpp"
#include "operator/gate_keys.hpp"
#include "operator/key_gate.hpp"
#include "operator/kube/client.hpp"
#include "operator/options.hpp"
#include "operator/runtime/clocks.hpp"
#include "operator/telemetry/routes.hpp"

namespace guildhall {

/// The gate alone: it reads Organizations, Members and ApiKeys, and writes nothing but reports of uses.
class GateProcess {
 public:
  GateProcess(const GateOptions& options, const std::shared_ptr<kube::HttpTransport>& transport);

  /// Starts to listen and to fill caches. Errors: of listening.
  core::Result<void> start();
  /// Stops all that start() began.
  void stop();

 private:
  /// Which caches are not filled yet, and why.
  [[nodiscard]] core::Result<void> check_filled() const;

  core::Result<void> send(const core::UseReport& report, const std::stop_token& stop);

  runtime::SystemClock clock_;
  crypto::SystemRandom random_;
  LineOutput output_{STDOUT_FILENO};
  telemetry::PrometheusMetrics metrics_;
  telemetry::HealthChecks live_;
  telemetry::HealthChecks ready_;
  kube::Client client_;
  kube::Client reports_;
  gate::KeyTable table_;
  kube::Informer<gate::OrganizationEntry> organizations_;
  kube::Informer<std::optional<std::string>> members_;  ///< each by its email address, while it is in force
  GateKeys api_keys_;
  KeyGate gate_;
  http::Server server_;
  std::stop_source stop_;
  std::vector<std::jthread> threads_;
};

}  // namespace guildhall
