// Two operators: who leads when one dies, ends, or loses its Lease.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): signals by the names that kill(2) has

#include "operator/core/timestamp.hpp"
#include "tests/cluster/guildhall_installation.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/faults/operator_under_fault.hpp"
#include "tests/faults/tenant.hpp"

namespace guildhall::tests::faults {
namespace {

using Flags = std::vector<std::string>;

constexpr std::chrono::seconds kEnd{10};
/// By default; how soon after it a standby leads is measured by `make bench PART=takeover`.
constexpr std::chrono::seconds kLease{15};

Flags lease_flags(const std::string& duration, const std::string& deadline, const std::string& period) {
  return {"--leader-elect-lease-duration", duration, "--leader-elect-renew-deadline", deadline,
          "--leader-elect-retry-period",   period};
}

class LeadershipTest : public testing::Test {
 protected:
  /// An operator that the faults do not befall.
  cluster::OperatorProcess start_another(const std::string& log, Flags flags) {
    return cluster::OperatorProcess({.kubeconfig = cluster::install_guildhall(cluster::shared_control_plane()),
                                     .log = cluster::shared_control_plane().directory() / (log + ".log"),
                                     .flags = std::move(flags)});
  }
  static nlohmann::json lease() {
    const auto read = OperatorUnderFault::kubectl().get({"lease", "guildhall-operator", "-n", "guildhall-system"});
    return read.is_null() ? nlohmann::json::object() : read["spec"];
  }
  static std::string why_not_led_by(pid_t pid) {
    const std::string holder = lease().value("holderIdentity", "");
    return holder.find(fmt::format("_{}_", pid)) != std::string::npos ? "" : "holder: " + holder;
  }
  /// It has filled caches, and so it has also seen who leads.
  static testing::AssertionResult stands_by(const cluster::OperatorProcess& standby) {
    return comes_true("the standby waits", [&] {
      const bool filled = standby.metric(R"(guildhall_informer_objects{type="apikeys.guildhall.dev"})").has_value();
      return filled ? "" : standby.log();
    });
  }
  void SetUp() override {
    // Left by the test before.
    static_cast<void>(
        OperatorUnderFault::kubectl()({"delete", "lease", "guildhall-operator", "-n", "guildhall-system"}));
  }

  OperatorUnderFault operator_;
};

TEST_F(LeadershipTest, AStandbyLeadsAfterTheLeaderWasKilled) {
  operator_.start();
  operator_.process().wait_ready();
  auto standby = start_another("standby-of-killed", {});
  ASSERT_TRUE(stands_by(standby));
  operator_.kill();
  EXPECT_TRUE(comes_true("the standby leads", [&] { return why_not_led_by(standby.pid()); }));
}

TEST_F(LeadershipTest, AStandbyLeadsWhenTheLeaseOfAnotherMachineHasRunOut) {
  operator_.start();
  operator_.process().wait_ready();
  auto standby = start_another("standby-of-silent", {});
  ASSERT_TRUE(stands_by(standby));
  operator_.process().signal(SIGSTOP);
  // Of a process here it can be proved that it is dead, and then nobody waits.
  const auto silent_since = std::chrono::system_clock::now();
  const auto elsewhere = OperatorUnderFault::kubectl()(
      {"patch", "lease", "guildhall-operator", "-n", "guildhall-system", "--type=merge", "-p",
       R"({"spec": {"holderIdentity": "another-machine", "leaseDurationSeconds": 15}})"});
  ASSERT_EQ(elsewhere.exit_code, 0) << elsewhere.err;
  operator_.kill();
  ASSERT_TRUE(comes_true("the standby leads", [&] { return why_not_led_by(standby.pid()); }));
  const auto taken_over = core::parse_timestamp(lease()["acquireTime"].get<std::string>());
  ASSERT_TRUE(taken_over);
  EXPECT_GE(*taken_over - silent_since, kLease);
}

TEST_F(LeadershipTest, ALeaseThatIsGivenUpIsTakenAtOnce) {
  // By itself the standby would look again in 40 minutes.
  operator_.start(lease_flags("60m", "50m", "40m"));
  operator_.process().wait_ready();
  auto standby = start_another("standby-of-ended", lease_flags("60m", "50m", "40m"));
  ASSERT_TRUE(stands_by(standby));
  operator_.process().signal(SIGTERM);
  EXPECT_EQ(operator_.process().wait(kEnd), 0);
  EXPECT_TRUE(comes_true("the standby leads", [&] { return why_not_led_by(standby.pid()); }));
}

TEST_F(LeadershipTest, ALeaderThatCannotRenewItsLeaseWritesNothingMoreAndEndsAtOnce) {
  const auto flags = lease_flags("6s", "4s", "1s");
  operator_.start(flags);
  operator_.process().wait_ready();
  const Tenant tenant(OperatorUnderFault::kubectl(), "lost-lease");
  tenant.create();
  tenant.apply_key("rotated");
  ASSERT_TRUE(comes_true("it has a token", [&] { return tenant.why_not_settled({"rotated"}); }));
  const std::string old = tenant.token("rotated");
  auto standby = start_another("standby-of-lost", flags);
  operator_.proxy().rules().add({.verb = "", .part = "/leases/guildhall-operator", .fault = Fault::Hold});
  // A rotation reads the old token; that read hangs, and must not hold up the end.
  operator_.proxy().rules().add({.verb = "get", .part = "/secrets/rotated", .fault = Fault::Hold});
  tenant.rotate_key("rotated");
  std::vector<std::string> keys{"rotated"};
  while (operator_.process().running() && keys.size() < 200) {
    keys.push_back("key-" + std::to_string(keys.size()));
    tenant.apply_key(keys.back());
  }
  EXPECT_EQ(operator_.process().wait(kEnd), 1);
  EXPECT_THAT(operator_.process().log(), testing::HasSubstr("without the Lease guildhall-system/guildhall-operator"));
  EXPECT_THAT(operator_.process().log(), testing::HasSubstr("shutting down"));
  ASSERT_TRUE(comes_true("the other one leads", [&] { return why_not_led_by(standby.pid()); }));
  const auto taken_over = core::parse_timestamp(lease()["acquireTime"].get<std::string>());
  ASSERT_TRUE(taken_over);
  const auto writes = operator_.proxy().writes().all();
  EXPECT_GT(writes.size(), keys.size()) << "it has hardly worked";
  for (const auto& write : writes)
    EXPECT_LT(write.at, *taken_over) << write.request.verb << " " << write.request.target;
  EXPECT_TRUE(comes_true("the other one goes on", [&] { return tenant.why_not_settled(keys); }));
  EXPECT_NE(tenant.token("rotated"), old);
}

/// What the gate answers to a key that wants to read the deployment "metrics" of the Organization.
int asked(const cluster::OperatorProcess& process, const std::string& organization, const std::string& token) {
  return cluster::http_send_with(
             process.gate_port(), "GET", fmt::format("/auth/{0}/{0}.metrics", organization),
             "X-Original-Method: GET\r\nX-Original-URI: /api/v1/query?query=up\r\nAuthorization: Bearer " + token +
                 "\r\n",
             "")
      .status;
}

TEST_F(LeadershipTest, ALeaderThatLosesTheApiServerKeepsDoorsOpenUntilAnotherCouldReadTheCluster) {
  operator_.start(lease_flags("6s", "4s", "1s"));
  operator_.process().wait_ready();
  const Tenant tenant(OperatorUnderFault::kubectl(), "open-doors");
  tenant.create();
  tenant.apply_key("reader");  // and its namespace
  const auto deployed = OperatorUnderFault::kubectl().apply(
      "{apiVersion: v1, kind: Service, metadata: {name: metrics, namespace: open-doors, labels: "
      "{guildhall.dev/deployment: metrics}}, spec: {ports: [{port: 8428}]}}");
  ASSERT_EQ(deployed.exit_code, 0) << deployed.err;
  ASSERT_TRUE(comes_true("it has a token", [&] { return tenant.why_not_settled({"reader"}); }));
  const std::string token = tenant.token("reader");
  const auto opens = [&] {
    const int status = asked(operator_.process(), "open-doors", token);
    return status == 200 ? "" : "the gate answers " + std::to_string(status);
  };
  ASSERT_TRUE(comes_true("the key opens", opens));
  operator_.proxy().rules().add({.verb = "", .part = "", .fault = Fault::CutBefore});
  ASSERT_TRUE(comes_true("the Lease is lost", [&] {
    const std::string log = operator_.process().log();
    return log.find("without the Lease") != std::string::npos ? "" : log;
  }));
  // Longer than it needs to end.
  EXPECT_EQ(operator_.process().wait(kEnd), std::nullopt);
  EXPECT_EQ(opens(), "");
  EXPECT_EQ(asked(operator_.process(), "open-doors", token + "x"), 401);
  EXPECT_EQ(cluster::http_get(operator_.process().metrics_port(), "/readyz").status, 200) << "it stays in its Service";
  operator_.proxy().rules().clear();
  EXPECT_EQ(operator_.process().wait(kEnd), 1) << "another begins anew";
}

}  // namespace
}  // namespace guildhall::tests::faults
