#include "operator/runtime/lease_lock.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "operator/runtime/leader_election.hpp"
#include "tests/unit/operator/runtime/fake_api.hpp"
#include "tests/unit/operator/runtime/fake_clock.hpp"

namespace guildhall::runtime {
namespace {

using core::ErrorKind;
using std::chrono::milliseconds;
using std::chrono::seconds;

const core::ObjectKey kLease{"guildhall-system", "guildhall-operator"};

// One of several processes, each with its own clocks.
struct Contender {
  Contender(const std::shared_ptr<tests::FakeApi>& api, const std::string& identity)
      : client(api, lease_client_options({}), metrics), lock(client, settings(identity), wall, steady) {}

  LeaseSettings settings(const std::string& identity) {
    LeaseSettings settings;
    settings.identity = identity;
    settings.previous_identity_is_dead = [this](const std::string& holder) { return holder == known_dead; };
    return settings;
  }
  bool holds() {
    const auto held = lock.attempt({});
    EXPECT_TRUE(held) << (held ? "" : held.error().describe());
    return held && *held;
  }
  bool may_write() const { return lock.tenure()->valid(); }

  core::NoMetrics metrics;
  tests::FakeWallClock wall;
  tests::FakeSteadyClock steady;
  std::string known_dead;
  kube::Client client;
  LeaseLock lock;
};

class LeaseLockTest : public testing::Test {
 protected:
  void pass(milliseconds time) {
    one_.steady.advance(time);
    two_.steady.advance(time);
  }
  nlohmann::json spec() const { return api_->find(core::types::leases(), kLease)->at("spec"); }

  std::shared_ptr<tests::FakeApi> api_ = std::make_shared<tests::FakeApi>();
  Contender one_{api_, "one"};
  Contender two_{api_, "two"};
};

TEST_F(LeaseLockTest, MakesTheLeaseWhenThereIsNone) {
  EXPECT_FALSE(one_.may_write());
  EXPECT_TRUE(one_.holds());
  EXPECT_TRUE(one_.may_write());
  EXPECT_EQ(spec(), (nlohmann::json{{"holderIdentity", "one"},
                                    {"leaseDurationSeconds", 15},
                                    {"acquireTime", "2026-11-24T10:00:00.000000Z"},
                                    {"renewTime", "2026-11-24T10:00:00.000000Z"},
                                    {"leaseTransitions", 0}}));
}

TEST_F(LeaseLockTest, ARenewalMovesOnlyTheRenewTime) {
  ASSERT_TRUE(one_.holds());
  one_.wall.set(*core::parse_timestamp("2026-11-24T10:00:02Z"));
  pass(seconds(2));
  EXPECT_TRUE(one_.holds());
  EXPECT_EQ(spec().at("renewTime"), "2026-11-24T10:00:02.000000Z");
  EXPECT_EQ(spec().at("acquireTime"), "2026-11-24T10:00:00.000000Z");
  EXPECT_EQ(spec().at("leaseTransitions"), 0);
}

TEST_F(LeaseLockTest, AnotherGetsItOnlyWhenItDidNotChangeForItsDuration) {
  ASSERT_TRUE(one_.holds());
  EXPECT_FALSE(two_.holds());
  pass(seconds(14));
  EXPECT_FALSE(two_.holds());
  EXPECT_EQ(two_.lock.expiry(), two_.steady.now() + seconds(1));
  pass(seconds(1));
  EXPECT_TRUE(two_.holds());
  EXPECT_EQ(spec().at("holderIdentity"), "two");
  EXPECT_EQ(spec().at("leaseTransitions"), 1);
}

TEST_F(LeaseLockTest, EveryRenewalStartsTheDurationAnewForTheOthers) {
  ASSERT_TRUE(one_.holds());
  EXPECT_FALSE(two_.holds());
  for (int round = 0; round < 10; ++round) {
    pass(seconds(10));
    one_.wall.set(one_.wall.now() + seconds(10));
    ASSERT_TRUE(one_.holds());
    EXPECT_FALSE(two_.holds());
  }
}

TEST_F(LeaseLockTest, WallClocksThatDifferByHoursDoNotMatter) {
  two_.wall.set(*core::parse_timestamp("2026-11-25T10:00:00Z"));
  ASSERT_TRUE(one_.holds());
  EXPECT_FALSE(two_.holds());
  pass(seconds(15));
  one_.wall.set(*core::parse_timestamp("2020-01-01T00:00:00Z"));
  EXPECT_TRUE(two_.holds());
}

TEST_F(LeaseLockTest, NoWriteGoesAfterTheRenewDeadlineWhichIsBeforeAnotherMayTakeOver) {
  ASSERT_TRUE(one_.holds());
  EXPECT_FALSE(two_.holds());
  pass(milliseconds(9'999));
  EXPECT_TRUE(one_.may_write());
  pass(milliseconds(1));
  EXPECT_FALSE(one_.may_write());
  EXPECT_FALSE(two_.holds());
}

TEST_F(LeaseLockTest, ARenewalCountsFromBeforeItWasSent) {
  api_->set_fault([this](const kube::HttpRequest& request, int) -> std::optional<core::Result<kube::HttpResponse>> {
    if (request.method == "POST") one_.steady.advance(seconds(4));
    return std::nullopt;
  });
  ASSERT_TRUE(one_.holds());
  one_.steady.advance(seconds(6));
  EXPECT_FALSE(one_.may_write());
}

TEST_F(LeaseLockTest, TheLoserLearnsThatItLost) {
  ASSERT_TRUE(one_.holds());
  EXPECT_FALSE(two_.holds());
  two_.steady.advance(seconds(15));
  ASSERT_TRUE(two_.holds());
  EXPECT_FALSE(one_.holds());
  EXPECT_FALSE(one_.may_write());
}

TEST_F(LeaseLockTest, OfTwoThatSeeAFreeLeaseOneGetsIt) {
  api_->put(core::types::leases(), kLease, {{"spec", {{"holderIdentity", ""}}}});
  bool raced = false;
  api_->set_fault([&](const kube::HttpRequest& request, int) -> std::optional<core::Result<kube::HttpResponse>> {
    // Between the look and the write of `one` somebody else writes.
    if (request.method == "PUT" && !raced) {
      raced = true;
      return tests::refusal(409, "Conflict", "the object has been modified");
    }
    return std::nullopt;
  });
  const auto held = one_.lock.attempt({});
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().kind, ErrorKind::Conflict);
  EXPECT_FALSE(one_.may_write());
}

TEST_F(LeaseLockTest, WhenItsMakingIsRacedTheOtherHoldsIt) {
  bool raced = false;
  api_->set_fault([&](const kube::HttpRequest& request, int) -> std::optional<core::Result<kube::HttpResponse>> {
    if (request.method != "POST" || raced) return std::nullopt;
    raced = true;
    return tests::refusal(409, "AlreadyExists", "exists");
  });
  EXPECT_FALSE(one_.lock.attempt({}));
  EXPECT_FALSE(one_.may_write());
}

TEST_F(LeaseLockTest, AnAnswerThatGotLostDoesNotLoseTheLease) {
  ASSERT_TRUE(one_.holds());
  pass(seconds(2));
  one_.wall.set(one_.wall.now() + seconds(2));
  api_->lose_answer_of(2);
  EXPECT_FALSE(one_.lock.attempt({}));
  EXPECT_TRUE(one_.may_write()) << "the renewal before is still young enough";
  api_->heal();
  EXPECT_TRUE(one_.holds());
}

TEST_F(LeaseLockTest, SomebodysAnnotationDoesNotLoseTheLease) {
  ASSERT_TRUE(one_.holds());
  auto lease = *api_->find(core::types::leases(), kLease);
  api_->put(core::types::leases(), kLease, {{"spec", lease.at("spec")}, {"metadata", {{"annotations", {{"a", "b"}}}}}});
  pass(seconds(2));
  EXPECT_TRUE(one_.holds());
  EXPECT_EQ(api_->find(core::types::leases(), kLease)->at("metadata").at("annotations").at("a"), "b");
}

TEST_F(LeaseLockTest, ALeaseThatIsGivenUpIsTakenAtOnce) {
  ASSERT_TRUE(one_.holds());
  EXPECT_FALSE(two_.holds());
  ASSERT_TRUE(one_.lock.release({}));
  EXPECT_FALSE(one_.may_write());
  EXPECT_EQ(spec().at("holderIdentity"), "");
  EXPECT_TRUE(two_.holds());
}

TEST_F(LeaseLockTest, OnlyTheHolderGivesItUp) {
  ASSERT_TRUE(one_.holds());
  EXPECT_FALSE(two_.holds());
  ASSERT_TRUE(two_.lock.release({}));
  EXPECT_EQ(spec().at("holderIdentity"), "one");
}

TEST_F(LeaseLockTest, TheLeaseOfAProvablyDeadHolderIsTakenAtOnce) {
  ASSERT_TRUE(one_.holds());
  two_.known_dead = "somebody else";
  EXPECT_FALSE(two_.holds());
  two_.known_dead = "one";
  EXPECT_TRUE(two_.holds());
}

TEST_F(LeaseLockTest, ALeaseWithItsOwnDurationIsHonoured) {
  api_->put(core::types::leases(), kLease, {{"spec", {{"holderIdentity", "zero"}, {"leaseDurationSeconds", 60}}}});
  EXPECT_FALSE(one_.holds());
  pass(seconds(59));
  EXPECT_FALSE(one_.holds());
  pass(seconds(1));
  EXPECT_TRUE(one_.holds());
}

TEST_F(LeaseLockTest, ADeletedLeaseIsMadeAnew) {
  ASSERT_TRUE(one_.holds());
  api_->erase(core::types::leases(), kLease);
  pass(seconds(2));
  EXPECT_FALSE(one_.lock.attempt({}));
  EXPECT_TRUE(one_.holds());
}

TEST_F(LeaseLockTest, AServerThatFailsChangesNothing) {
  ASSERT_TRUE(one_.holds());
  api_->set_fault([](const kube::HttpRequest&, int) { return core::fail(ErrorKind::Unavailable, "connection lost"); });
  pass(seconds(9));
  EXPECT_FALSE(one_.lock.attempt({}));
  EXPECT_TRUE(one_.may_write());
  pass(seconds(1));
  EXPECT_FALSE(one_.may_write());
}

}  // namespace
}  // namespace guildhall::runtime
