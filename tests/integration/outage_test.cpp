// An operator that the server does not let list or watch says so, and goes on when it can.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cluster/http_get.hpp"
#include "tests/integration/operator_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;

class OutageTest : public OperatorFixture {
 protected:
  /// Whatever it is that lets the operator list, it has not got it.
  void launch_without_permissions() const {
    auto& control_plane = cluster::shared_control_plane();
    const auto kubeconfig = cluster::install_guildhall(control_plane);
    run({"delete", "clusterrolebinding", "guildhall-operator"});
    operator_ = std::make_unique<cluster::OperatorProcess>(cluster::OperatorOptions{
        .kubeconfig = kubeconfig, .log = control_plane.directory() / "outage.log", .flags = {}});
  }
  static testing::AssertionResult log_says(const std::string& wanted) {
    return eventually("the log says " + wanted, [&] {
      const std::string log = operator_->log();
      return Observation{log.find(wanted) != std::string::npos, log};
    });
  }
  static testing::AssertionResult readyz_says(const std::string& wanted) {
    return eventually("/readyz says " + wanted, [&] {
      const auto answer = cluster::http_get(operator_->metrics_port(), "/readyz?verbose");
      return Observation{answer.status != 0 && answer.body.find(wanted) != std::string::npos, answer.body};
    });
  }
};

TEST_F(OutageTest, MissingPermissionsAreToldAndMendThemselvesWhenGranted) {
  launch_without_permissions();
  EXPECT_TRUE(log_says("cannot list organizations.guildhall.dev: organizations.guildhall.dev is forbidden: User"));
  EXPECT_TRUE(log_says("cannot list namespaces: namespaces is forbidden: User"));
  EXPECT_TRUE(
      readyz_says("[-]caches failed: not filled yet: organizations.guildhall.dev (cannot list: "
                  "organizations.guildhall.dev is forbidden: User"));
  static_cast<void>(cluster::install_guildhall(cluster::shared_control_plane()));
  operator_->wait_ready();
  EXPECT_TRUE(log_says("organizations.guildhall.dev can be listed and watched again, after "));
  EXPECT_TRUE(readyz_says("[+]caches ok"));
}

TEST_F(OutageTest, ATypeThatIsTakenAwayIsToldAndWatchedAgainWhenItReturns) {
  start_operator();
  run({"delete", "crd", "members.guildhall.dev"});
  EXPECT_TRUE(log_says("cannot watch members.guildhall.dev: "));
  run({"apply", "--server-side", "-f", (cluster::source_directory() / "crds/members.yaml").string()});
  EXPECT_TRUE(log_says("members.guildhall.dev can be listed and watched again, after "));
}

}  // namespace
}  // namespace guildhall::tests
