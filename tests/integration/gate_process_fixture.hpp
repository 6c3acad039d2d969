// The gate as a process of its own, with rights of its own, in place of the operator's.
#pragma once

#include "tests/cluster/http_get.hpp"
#include "tests/integration/gate_fixture.hpp"

namespace guildhall::tests {

class GateProcessTest : public GateTest {
 protected:
  void SetUp() override { start_gate(); }
  void TearDown() override { start_proxy(cluster::Proxy::Nginx, operator_->gate_port()); }

  void start_gate(std::vector<std::string> flags = {}) {
    auto& control_plane = cluster::shared_control_plane();
    gate_ = std::make_unique<cluster::OperatorProcess>(cluster::OperatorOptions{
        .kubeconfig = control_plane.serviceaccount("guildhall-system", "guildhall-gate").kubeconfig(),
        .log = control_plane.directory() / "gate.log",
        .flags = std::move(flags),
        .gate_alone = true});
    gate_->wait_ready();
    start_proxy(cluster::Proxy::Nginx, gate_->gate_port());
  }
  /// /readyz is 200, and begins so; "ok\n": that is all.
  [[nodiscard]] testing::AssertionResult says_of_state(const std::string& text) const {
    return cluster::eventually("/readyz says " + text, [&] {
      const auto ready = cluster::http_get(gate_->metrics_port(), "/readyz");
      const bool is_it = text == "ok\n" ? ready.body == text : ready.body.starts_with(text);
      return cluster::Observation{ready.status == 200 && is_it, ready.body};
    });
  }

  std::unique_ptr<cluster::OperatorProcess> gate_;
};

}  // namespace guildhall::tests
