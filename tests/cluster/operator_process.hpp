// The operator as a process of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cluster/child_process.hpp"

namespace guildhall::tests::cluster {

struct OperatorOptions {
  std::filesystem::path kubeconfig;  // see install_guildhall
  std::filesystem::path log;         // appended to
  std::vector<std::string> flags;    // further flags of the command
  std::uint16_t serve_port = 0;      // of its webhooks; 0: a free one, so that each start changes their configuration
  std::chrono::seconds ahead{0};     // how far its clock goes before the others'
  bool gate_alone = false;           // `gate` instead of `run`
};

// build/<preset>/bin/guildhall-operator of the same build.
[[nodiscard]] std::filesystem::path operator_binary();

// `guildhall-operator run` in the namespace guildhall-system, with free ports for its metrics and its gate. It is
// killed with this value, and by the kernel when the thread that made it ends. Not thread-safe.
class OperatorProcess {
 public:
  // Does not wait for anything. Throws std::system_error when it cannot be started.
  explicit OperatorProcess(OperatorOptions options);

  // Waits until /readyz answers 200. Throws std::runtime_error with the end of the log when it ends, or takes longer
  // than a minute.
  void wait_ready();

  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  [[nodiscard]] bool running() { return process_.running(); }
  // SIGTERM, SIGKILL, ...; SIGKILL also waits for its end.
  void signal(int number);
  // Its exit code, or nothing when it still runs after `limit`.
  [[nodiscard]] std::optional<int> wait(std::chrono::seconds limit) { return process_.wait(limit); }
  // See ChildProcess.
  [[nodiscard]] bool dumped_core() const { return process_.dumped_core(); }

  // All that it has logged, also what earlier ones wrote to the same file.
  [[nodiscard]] std::string log() const;
  // The text of /metrics; empty when it does not answer.
  [[nodiscard]] std::string metrics() const;
  // The value of one series, named as in the text, for example `workqueue_adds_total{name="apikey"}`.
  [[nodiscard]] std::optional<double> metric(std::string_view series) const;
  [[nodiscard]] std::uint16_t metrics_port() const { return metrics_port_; }
  // Where proxies ask.
  [[nodiscard]] std::uint16_t gate_port() const { return gate_port_; }

 private:
  OperatorOptions options_;
  std::uint16_t metrics_port_;
  std::uint16_t gate_port_;
  ChildProcess process_;
};

}  // namespace guildhall::tests::cluster
