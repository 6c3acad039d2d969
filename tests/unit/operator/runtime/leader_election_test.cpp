#include "operator/runtime/leader_election.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/unit/operator/runtime/fake_api.hpp"
#include "tests/unit/operator/runtime/fake_clock.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::runtime {
namespace {

using core::ErrorKind;
using std::chrono::seconds;

const core::ObjectKey kLease{"guildhall-system", "guildhall-operator"};

LeaseSettings settings(const std::string& identity) {
  LeaseSettings settings;
  settings.identity = identity;
  return settings;
}

// A process in an election, on a thread of its own.
class Candidate {
 public:
  Candidate(const std::shared_ptr<tests::FakeApi>& api, const tests::FakeSteadyClock& steady,
            const std::string& identity)
      : client_(api, lease_client_options({}), metrics_),
        election_(client_, settings(identity), wall_, steady, metrics_),
        ended_(std::async(std::launch::async, [this] { return election_.run(callbacks(), stop_.get_token()); })) {}
  Candidate(const Candidate&) = delete;
  Candidate& operator=(const Candidate&) = delete;
  ~Candidate() { stop_.request_stop(); }

  void wait_until_leading() { leading_.get_future().wait(); }
  void stop() { stop_.request_stop(); }
  ElectionEnd end() { return ended_.get(); }
  void finish_work() { work_.request_stop(); }
  core::Result<void> guard() { return election_.write_guard()(); }
  double status() { return metrics_.value(R"(leader_election_master_status{name="guildhall-operator"})"); }
  bool told_lost() const { return lost_; }
  bool work_ended() const { return work_ended_; }

 private:
  LeaderCallbacks callbacks() {
    return {.lead =
                [this](const std::stop_token& stop) {
                  leading_.set_value();
                  std::mutex mutex;
                  std::condition_variable_any changed;
                  const std::stop_callback wake(work_.get_token(), [&] {
                    const std::scoped_lock lock(mutex);
                    changed.notify_all();
                  });
                  std::unique_lock lock(mutex);
                  changed.wait(lock, stop, [this] { return work_.stop_requested(); });
                  work_ended_ = true;
                },
            .lost = [this] { lost_ = true; }};
  }

  tests::FakeMetrics metrics_;
  tests::FakeWallClock wall_;
  std::stop_source stop_;
  std::stop_source work_;
  std::promise<void> leading_;
  std::atomic<bool> lost_{false};
  std::atomic<bool> work_ended_{false};
  kube::Client client_;
  LeaderElection election_;
  std::future<ElectionEnd> ended_;
};

class LeaderElectionTest : public testing::Test {
 protected:
  std::string holder() const {
    return api_->find(core::types::leases(), kLease)->at("spec").at("holderIdentity").get<std::string>();
  }
  // Lets the next look or renewal come, after so many candidates have done the one before.
  void next_turn(std::size_t candidates = 1) {
    steady_.await_waits(steady_.now() + seconds(2), candidates);
    steady_.advance(seconds(2));
  }
  void cut_off() {
    api_->set_fault(
        [](const kube::HttpRequest&, int) { return core::fail(ErrorKind::Unavailable, "connection lost"); });
  }

  std::shared_ptr<tests::FakeApi> api_ = std::make_shared<tests::FakeApi>();
  tests::FakeSteadyClock steady_;
};

TEST_F(LeaderElectionTest, LeadsAndGivesTheLeaseUpWhenStopped) {
  Candidate one(api_, steady_, "one");
  one.wait_until_leading();
  EXPECT_TRUE(one.guard());
  EXPECT_EQ(holder(), "one");
  one.stop();
  EXPECT_EQ(one.end(), ElectionEnd::Stopped);
  EXPECT_TRUE(one.work_ended());
  EXPECT_EQ(holder(), "");
  EXPECT_EQ(one.status(), 0);
  EXPECT_FALSE(one.guard());
  EXPECT_FALSE(one.told_lost());
}

TEST_F(LeaderElectionTest, RefusesEveryWriteBeforeItLeads) {
  api_->put(core::types::leases(), kLease, {{"spec", {{"holderIdentity", "zero"}, {"leaseDurationSeconds", 15}}}});
  Candidate one(api_, steady_, "one");
  const auto guarded = one.guard();
  ASSERT_FALSE(guarded);
  EXPECT_EQ(guarded.error().kind, ErrorKind::Canceled);
  one.stop();
  EXPECT_EQ(one.end(), ElectionEnd::Stopped);
  EXPECT_EQ(holder(), "zero");
}

TEST_F(LeaderElectionTest, AStandbyTakesOverFromALeaderThatEnded) {
  auto one = std::make_unique<Candidate>(api_, steady_, "one");
  one->wait_until_leading();
  Candidate two(api_, steady_, "two");
  steady_.await_waits(steady_.now() + seconds(2), 2);
  one->stop();
  EXPECT_EQ(one->end(), ElectionEnd::Stopped);
  next_turn();
  two.wait_until_leading();
  EXPECT_EQ(holder(), "two");
}

TEST_F(LeaderElectionTest, ALeaderThatCannotRenewIsLostAndLeavesTheLeaseToItsExpiry) {
  Candidate one(api_, steady_, "one");
  one.wait_until_leading();
  cut_off();
  for (int turn = 0; turn < 5; ++turn) {
    EXPECT_TRUE(one.guard());
    next_turn();
  }
  EXPECT_EQ(one.end(), ElectionEnd::Lost);
  EXPECT_TRUE(one.told_lost());
  EXPECT_TRUE(one.work_ended());
  EXPECT_FALSE(one.guard());
  api_->set_fault(nullptr);
  EXPECT_EQ(holder(), "one");
}

TEST_F(LeaderElectionTest, ALeaderThatSleptPastItsDeadlineDoesNotRenewButIsLost) {
  Candidate one(api_, steady_, "one");
  one.wait_until_leading();
  const std::size_t writes = api_->writes().size();
  steady_.await_waits(steady_.now() + seconds(2));
  steady_.advance(seconds(20));
  EXPECT_FALSE(one.guard());
  EXPECT_EQ(one.end(), ElectionEnd::Lost);
  EXPECT_EQ(api_->writes().size(), writes);
}

TEST_F(LeaderElectionTest, ALeaderWhoseLeaseIsTakenIsLost) {
  Candidate one(api_, steady_, "one");
  one.wait_until_leading();
  api_->put(core::types::leases(), kLease, {{"spec", {{"holderIdentity", "two"}, {"leaseDurationSeconds", 15}}}});
  next_turn();
  EXPECT_EQ(one.end(), ElectionEnd::Lost);
  EXPECT_TRUE(one.told_lost());
  EXPECT_EQ(holder(), "two");
}

TEST_F(LeaderElectionTest, WorkThatEndsByItselfGivesTheLeaseUp) {
  Candidate one(api_, steady_, "one");
  one.wait_until_leading();
  one.finish_work();
  EXPECT_EQ(one.end(), ElectionEnd::Done);
  EXPECT_EQ(holder(), "");
}

TEST_F(LeaderElectionTest, AServerThatIsAwayAtFirstIsWaitedFor) {
  cut_off();
  Candidate one(api_, steady_, "one");
  next_turn();
  steady_.await_waits(steady_.now() + seconds(2));
  api_->set_fault(nullptr);
  next_turn();
  one.wait_until_leading();
}

TEST_F(LeaderElectionTest, ManyRenewalsKeepTheLease) {
  Candidate one(api_, steady_, "one");
  one.wait_until_leading();
  for (int turn = 0; turn < 10; ++turn)
    next_turn();
  steady_.await_waits(steady_.now() + seconds(2));
  EXPECT_EQ(api_->writes().size(), 11U);
  EXPECT_TRUE(one.guard());
  EXPECT_EQ(holder(), "one");
}

}  // namespace
}  // namespace guildhall::runtime
