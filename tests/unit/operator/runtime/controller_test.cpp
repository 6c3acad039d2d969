#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>

#include "tests/unit/operator/runtime/controller_fixture.hpp"

namespace guildhall::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Each reconcile writes a Secret; the cache has not seen it.
class AfterAWrite : public ControllerTest {
 protected:
  AfterAWrite() {
    reconciler_.script = [](const core::ObjectKey&, const Failures&) { return applies_a_secret(); };
    controller_.add(kOne);
    EXPECT_TRUE(turn());
    reconciler_.script = [](const core::ObjectKey&, const Failures&) { return Work{}; };
    written_ =
        std::stoi(api_->find(core::types::secrets(), kOne)->at("metadata").at("resourceVersion").get<std::string>());
  }
  int written_ = 0;
};

TEST_F(AfterAWrite, TheKeyWaitsUntilTheCacheShowsIt) {
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_EQ(reconciler_.calls, 1) << "reconciled from a cache that lacks our own write";
  secrets_.come_to(written_ - 1);
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_EQ(reconciler_.calls, 1);
  secrets_.come_to(written_);
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_EQ(reconciler_.calls, 2);
}

TEST_F(AfterAWrite, OtherKeysDoNotWait) {
  controller_.add(kTwo);
  EXPECT_TRUE(turn());
  EXPECT_EQ(reconciler_.calls, 2);
}

TEST_F(AfterAWrite, ItLooksAgainAfterTwentyMillisecondsGrowingToASecond) {
  controller_.add(kOne);
  for (const int delay : {20, 40, 80, 160, 320, 640, 1000, 1000}) {
    EXPECT_TRUE(turn());
    steady_.advance(milliseconds(delay - 1));
    EXPECT_FALSE(turn()) << delay;
    steady_.advance(milliseconds(1));
  }
  secrets_.come_to(written_);
  EXPECT_TRUE(turn());
  EXPECT_EQ(reconciler_.calls, 2);
}

TEST_F(AfterAWrite, TheLookAgainIsVoidOnceTheKeyWasReconciled) {
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  secrets_.come_to(written_);
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  steady_.advance(seconds(2));
  EXPECT_FALSE(turn());
}

TEST_F(ControllerTest, ARemovedObjectMustHaveLeftTheCacheOrBeLeaving) {
  const auto old = api_->put(core::types::secrets(), kOne, {});
  const std::string uid = old.at("metadata").at("uid");
  secrets_.show(kOne, uid);
  reconciler_.script = [uid](const core::ObjectKey&, const Failures&) {
    Work work;
    work.plan.remove.push_back({core::types::secrets(), kOne, uid, ""});
    return work;
  };
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_EQ(reconciler_.calls, 1);
  secrets_.show(kOne, uid, true);
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_EQ(reconciler_.calls, 2);
}

TEST_F(ControllerTest, AWriteOfATypeWithoutACacheHoldsNothingUp) {
  reconciler_.script = [](const core::ObjectKey&, const Failures&) {
    Work work;
    work.plan.apply.push_back({.type = core::types::roles(),
                               .key = kOne,
                               .object = core::object_head(core::types::roles(), kOne),
                               .resource_version = {}});
    return work;
  };
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_EQ(reconciler_.calls, 2);
}

TEST_F(ControllerTest, APlanThatWantsALaterLookGetsIt) {
  reconciler_.script = [](const core::ObjectKey&, const Failures&) {
    Work work;
    work.plan.look_again_after = seconds(60);
    return work;
  };
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_EQ(result("requeue_after"), 1);
  steady_.advance(seconds(59));
  EXPECT_FALSE(turn());
  steady_.advance(seconds(1));
  EXPECT_TRUE(turn());
}

TEST_F(ControllerTest, AWriteThatIsRefusedDoesNotPutOffALaterLook) {
  reconciler_.script = [](const core::ObjectKey&, const Failures&) {
    Work work = applies_a_secret();
    work.plan.look_again_after = seconds(1);
    return work;
  };
  api_->set_fault([](const kube::HttpRequest&, int) { return tests::refusal(403, "Forbidden", "no"); });
  controller_.add(kOne);
  for (int failures = 0; failures < 20; ++failures) {
    while (turn()) {
    }
    steady_.advance(seconds(1));
    EXPECT_TRUE(turn()) << "after " << failures << " failures its own backoff is longer than that";
  }
}

TEST_F(ControllerTest, ManyDelayedAddsComeToOneLook) {
  for (int change = 0; change < 5; ++change) {
    controller_.add_after(kOne, milliseconds(100));
    steady_.advance(milliseconds(20));
  }
  EXPECT_TRUE(turn());
  steady_.advance(seconds(1));
  EXPECT_FALSE(turn());
  EXPECT_EQ(reconciler_.calls, 1);
}

TEST_F(ControllerTest, AReconcileThatBeginsBeforeMakesADelayedAddVoid) {
  controller_.add_after(kOne, milliseconds(100));
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  steady_.advance(seconds(1));
  EXPECT_FALSE(turn());
}

TEST_F(ControllerTest, ANewReconcileDecidesAnewWhenToLookAgain) {
  reconciler_.script = [this](const core::ObjectKey&, const Failures&) {
    Work work;
    if (reconciler_.calls == 1) work.plan.look_again_after = seconds(60);
    return work;
  };
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_EQ(result("success"), 1);
  steady_.advance(seconds(60));
  EXPECT_FALSE(turn());
}

TEST_F(ControllerTest, RunWorksOnWhatWasQueuedBeforeAndEndsWhenStopped) {
  std::promise<void> both;
  std::atomic<int> calls{0};
  reconciler_.script = [&](const core::ObjectKey&, const Failures&) {
    if (++calls == 2) both.set_value();
    return Work{};
  };
  controller_.add(kOne);
  controller_.add(kTwo);
  std::stop_source stop;
  std::jthread running([&] { controller_.run(stop.get_token()); });
  both.get_future().wait();
  stop.request_stop();
  running.join();
  EXPECT_EQ(metrics_.value(R"(controller_runtime_max_concurrent_reconciles{controller="apikey"})"), 2);
}

TEST_F(ControllerTest, ItsCountersStandAtZeroFromTheStart) {
  EXPECT_TRUE(metrics_.has(R"(controller_runtime_reconcile_errors_total{controller="apikey"})"));
  EXPECT_TRUE(metrics_.has(R"(controller_runtime_reconcile_panics_total{controller="apikey"})"));
  EXPECT_TRUE(metrics_.has(R"(controller_runtime_reconcile_total{controller="apikey",result="error"})"));
}

}  // namespace
}  // namespace guildhall::runtime
