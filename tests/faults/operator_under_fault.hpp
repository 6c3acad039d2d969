// The operator behind a fault-injecting proxy, on the control plane that the test program shares.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cluster/control_plane.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/cluster/operator_process.hpp"
#include "tests/faults/fault_proxy.hpp"

namespace guildhall::tests::faults {

/// Waits until `why_not` has nothing more to say. See cluster::eventually.
[[nodiscard]] testing::AssertionResult comes_true(std::string_view what, const std::function<std::string()>& why_not,
                                                  std::chrono::seconds limit = std::chrono::seconds(60));

/// At most one operator process at a time. Not thread-safe.
class OperatorUnderFault {
 public:
  OperatorUnderFault();

  /// A new process. Does not wait for anything; see also cluster::OperatorProcess::wait_ready.
  void start(std::vector<std::string> flags = {});
  /// SIGKILL, and waits for its end.
  void kill();

  [[nodiscard]] cluster::OperatorProcess& process() { return *process_; }
  [[nodiscard]] FaultProxy& proxy() { return proxy_; }
  /// Where it answers the webhooks; the faults do not befall that.
  [[nodiscard]] std::uint16_t serve_port() const { return serve_port_; }
  [[nodiscard]] static cluster::Kubectl kubectl() { return cluster::shared_control_plane().kubectl(); }
  /// Of its process, as it stands in kubeconfig form: leads through the proxy.
  [[nodiscard]] const std::filesystem::path& kubeconfig() const { return kubeconfig_; }

  /// Kills it, starts a new one, and says which writes that one does until it has looked at all `keys` ApiKeys and its
  /// queues are empty. Nothing when all was done before. Faults are taken away first. The APIService is left out: it is
  /// written to if the API server has noticed that nobody answered.
  [[nodiscard]] std::string writes_after_restart(std::size_t keys);
  /// Empty when nothing that failed is to be tried again.
  [[nodiscard]] std::string why_not_done() const;

 private:
  [[nodiscard]] std::string why_not_idle(std::size_t keys) const;

  FaultProxy proxy_{cluster::shared_control_plane()};
  std::uint16_t serve_port_ =
      cluster::lasting_port();  ///< the same at each start, so that a start at rest writes nothing
  std::filesystem::path kubeconfig_;
  std::unique_ptr<cluster::OperatorProcess> process_;
};

}  // namespace guildhall::tests::faults
