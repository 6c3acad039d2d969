#include "operator/run.hpp"

#include <spdlog/spdlog.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "operator/gate_process.hpp"
#include "operator/kube/config.hpp"
#include "operator/kube/cpprest_transport.hpp"
#include "operator/kube/prompt_transport.hpp"
#include "operator/operator.hpp"
#include "operator/signals.hpp"

namespace guildhall {
namespace {

constexpr std::chrono::seconds kShutdownLimit{4};

/// A way to the cluster. Unset: there is none, which was said.
struct Connection {
  std::shared_ptr<kube::Credentials> credentials;
  std::shared_ptr<kube::HttpTransport> transport;
};

std::optional<Connection> connect(const std::string& kubeconfig) {
  auto config = kube::load_config({.kubeconfig = kubeconfig, .choice = {}, .home_kubeconfig = {}});
  if (!config) {
    spdlog::error("cannot tell which cluster to work in: {}", config.error().describe());
    return std::nullopt;
  }
  Connection connection{.credentials = std::make_shared<kube::Credentials>(std::move(*config)), .transport = {}};
  auto transport = kube::make_cpprest_transport(connection.credentials);
  if (!transport) {
    spdlog::error("cannot connect: {}", transport.error().describe());
    return std::nullopt;
  }
  connection.transport = std::move(*transport);
  return connection;
}

/// Until the process is asked to end. Returns its exit code, which `ends_well` may still change.
template <class Process>
int serve(Process& process, const std::function<bool()>& ends_well) {
  if (const auto started = process.start(); !started) {
    spdlog::error("{}", started.error().describe());
    end_at_most_in(kShutdownLimit, 1);
    process.stop();
    return 1;
  }
  wait_for_end_signal();
  spdlog::info("shutting down");
  const int code = ends_well() ? 0 : 1;
  end_at_most_in(kShutdownLimit, code);
  process.stop();
  return ends_well() ? 0 : 1;
}

}  // namespace

int run(const RunOptions& options) {
  block_end_signals();
  const auto connection = connect(options.process.kubeconfig);
  if (!connection) return 1;
  const Transports transports{.prompt = kube::make_prompt_transport(connection->credentials, connection->transport),
                              .all = connection->transport};
  Operator guildhall(options, transports);
  return serve(guildhall, [&guildhall] { return !guildhall.lost_lease(); });
}

int run(const GateOptions& options) {
  block_end_signals();
  const auto connection = connect(options.process.kubeconfig);
  if (!connection) return 1;
  GateProcess gate(options, connection->transport);
  return serve(gate, [] { return true; });
}

}  // namespace guildhall
