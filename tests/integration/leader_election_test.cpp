// Several processes want one Lease of a real API server; they end well, are killed, or sleep.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <memory>

#include "operator/runtime/process_identity.hpp"
#include "tests/cluster/child_process.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/integration/kube_client_fixture.hpp"

namespace guildhall::tests {
namespace {

constexpr int kLost = 3;
constexpr std::chrono::seconds kLimit{60};
// No test waits so long: who takes such a lease over did not wait for it to run out.
constexpr int kEndless = 3600;

class LeaderElectionTest : public testing::Test {
 protected:
  LeaderElectionTest() {
    std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
    std::ranges::transform(test, test.begin(), [](unsigned char letter) { return std::tolower(letter); });
    ns_ = make_namespace(control_plane_, "lease-" + test.substr(0, 40));
  }

  std::unique_ptr<cluster::ChildProcess> start(const std::string& identity, int lease_seconds) {
    const auto log = control_plane_.directory() / (ns_ + "-" + identity + ".log");
    return std::make_unique<cluster::ChildProcess>(
        cluster::Command{
            GUILDHALL_LEASE_HOLDER, {control_plane_.kubeconfig(), ns_, identity, std::to_string(lease_seconds)}, {}},
        log);
  }

  [[nodiscard]] std::string holder() const { return lease().value("holderIdentity", ""); }
  [[nodiscard]] nlohmann::json lease() const {
    const auto read = client_->get(core::types::leases(), {ns_, "test"});
    return read ? read->value("spec", nlohmann::json::object()) : nlohmann::json::object();
  }
  // Who wrote last, and what.
  [[nodiscard]] std::pair<std::string, std::string> written() const {
    const auto read = client_->get(config_maps(), {ns_, "leader"});
    if (!read) return {};
    return {read->at("data").at("key"), read->at("metadata").at("resourceVersion")};
  }
  [[nodiscard]] testing::AssertionResult comes_to_lead(const std::string& identity) const {
    return cluster::eventually(identity + " leads and writes", [&] {
      return cluster::Observation{written().first == identity, holder() + " holds, wrote: " + written().first};
    });
  }

  cluster::ControlPlane& control_plane_ = cluster::shared_control_plane();
  std::unique_ptr<kube::Client> client_ = client_of(control_plane_.kubeconfig());
  std::string ns_;
};

TEST_F(LeaderElectionTest, OneLeadsAndAStandbyTakesOverAtOnceWhenItEndsWell) {
  const auto one = start("one", kEndless);
  ASSERT_TRUE(comes_to_lead("one"));
  const auto two = start("two", kEndless);
  one->signal(SIGTERM);
  EXPECT_EQ(one->wait(kLimit), 0);
  EXPECT_TRUE(comes_to_lead("two"));
  EXPECT_EQ(lease().at("leaseTransitions"), 1);
}

TEST_F(LeaderElectionTest, AStandbyTakesOverFromALeaderThatWasKilled) {
  const auto one = start("one", 4);
  ASSERT_TRUE(comes_to_lead("one"));
  const auto two = start("two", 4);
  one->signal(SIGKILL);
  EXPECT_TRUE(comes_to_lead("two"));
}

TEST_F(LeaderElectionTest, ALeaderThatSleptPastItsLeaseWritesNothingMoreAndEnds) {
  const auto one = start("one", 4);
  ASSERT_TRUE(comes_to_lead("one"));
  one->signal(SIGUSR1);  // stops between two writes
  const auto two = start("two", 4);
  ASSERT_TRUE(comes_to_lead("two"));
  two->signal(SIGKILL);
  ASSERT_EQ(two->wait(kLimit), 128 + SIGKILL);
  const auto last = written();
  one->signal(SIGCONT);
  EXPECT_EQ(one->wait(kLimit), kLost);
  EXPECT_EQ(written(), last) << "the old leader wrote after another had taken over";
}

TEST_F(LeaderElectionTest, ALeaderWhoseLeaseIsTakenEnds) {
  const auto one = start("one", 4);
  ASSERT_TRUE(comes_to_lead("one"));
  const nlohmann::json taken = {{"spec", {{"holderIdentity", "somebody"}, {"leaseDurationSeconds", kEndless}}}};
  ASSERT_EQ(failure_of(client_->merge_patch(core::types::leases(), {ns_, "test"}, taken)), "");
  EXPECT_EQ(one->wait(kLimit), kLost);
  EXPECT_EQ(holder(), "somebody");
}

TEST_F(LeaderElectionTest, ThreeCandidatesAndOneLease) {
  const auto one = start("one", 4);
  const auto two = start("two", 4);
  const auto three = start("three", 4);
  ASSERT_TRUE(
      cluster::eventually("somebody leads", [&] { return cluster::Observation{!written().first.empty(), holder()}; }));
  EXPECT_EQ(lease().at("leaseTransitions"), 0);
  EXPECT_TRUE(one->running());
  EXPECT_TRUE(two->running());
  EXPECT_TRUE(three->running());
}

TEST_F(LeaderElectionTest, TheLeaseOfAProcessThatIsProvablyDeadIsTakenAtOnce) {
  const auto one = start("process", kEndless);
  ASSERT_TRUE(
      cluster::eventually("the process leads", [&] { return cluster::Observation{!holder().empty(), holder()}; }));
  const std::string first = holder();
  const auto self = runtime::this_process("test");
  EXPECT_FALSE(runtime::is_provably_dead(first, self, runtime::probe_process));
  one->signal(SIGKILL);
  ASSERT_EQ(one->wait(kLimit), 128 + SIGKILL);
  EXPECT_TRUE(runtime::is_provably_dead(first, self, runtime::probe_process));
  const auto two = start("process", kEndless);
  EXPECT_TRUE(cluster::eventually("the next process leads", [&] {
    return cluster::Observation{!holder().empty() && holder() != first, holder()};
  }));
}

}  // namespace
}  // namespace guildhall::tests
