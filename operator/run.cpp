#include "operator/run.hpp"

#include <spdlog/spdlog.h>

#include "operator/kube/config.hpp"
#include "operator/kube/cpprest_transport.hpp"
#include "operator/kube/prompt_transport.hpp"
#include "operator/operator.hpp"
#include "operator/signals.hpp"

namespace guildhall {
namespace {

constexpr std::chrono::seconds kShutdownLimit{4};

}  // namespace

int run(const RunOptions& options) {
  block_end_signals();
  auto config = kube::load_config({.kubeconfig = options.kubeconfig, .choice = {}, .home_kubeconfig = {}});
  if (!config) {
    spdlog::error("cannot tell which cluster to work in: {}", config.error().describe());
    return 1;
  }
  const auto credentials = std::make_shared<kube::Credentials>(std::move(*config));
  auto transport = kube::make_cpprest_transport(credentials);
  if (!transport) {
    spdlog::error("cannot connect: {}", transport.error().describe());
    return 1;
  }
  const Transports transports{.prompt = kube::make_prompt_transport(credentials, *transport), .all = *transport};
  Operator guildhall(options, transports);  // NOLINT(misc-const-correctness): start() changes it
  if (const auto started = guildhall.start(); !started) {
    spdlog::error("{}", started.error().describe());
    end_at_most_in(kShutdownLimit, 1);
    guildhall.stop();
    return 1;
  }
  wait_for_end_signal();
  spdlog::info("shutting down");
  end_at_most_in(kShutdownLimit, guildhall.lost_lease() ? 1 : 0);
  guildhall.stop();
  return guildhall.lost_lease() ? 1 : 0;
}

}  // namespace guildhall
