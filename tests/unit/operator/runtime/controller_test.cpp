#include "operator/runtime/controller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "operator/core/object_meta.hpp"
#include "tests/unit/operator/runtime/fake_api.hpp"
#include "tests/unit/operator/runtime/fake_cache.hpp"
#include "tests/unit/operator/runtime/fake_clock.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::runtime {
namespace {

using core::ErrorKind;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;
using Failures = std::vector<core::WriteFailure>;

const core::ResourceType kApiKeys{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true};
const core::ObjectKey kOne{"acme", "one"};
const core::ObjectKey kTwo{"acme", "two"};

// Does what the test says.
class FakeReconciler final : public Reconciler {
 public:
  using Script = std::function<core::Result<Work>(const core::ObjectKey&, const Failures&)>;

  [[nodiscard]] std::string_view name() const override { return "apikey"; }
  [[nodiscard]] const core::ResourceType& type() const override { return kApiKeys; }
  [[nodiscard]] std::string_view finalizer() const override { return "guildhall.dev/apikey"; }
  core::Result<Work> reconcile(const core::ObjectKey& key, const Failures& failures, core::Timestamp /*now*/) override {
    {
      const std::scoped_lock lock(mutex_);
      ++calls;
      seen_failures.push_back(failures);
    }
    return script(key, failures);
  }

  int calls = 0;
  std::vector<Failures> seen_failures;
  Script script = [](const core::ObjectKey&, const Failures&) { return core::Result<Work>(Work{}); };

 private:
  std::mutex mutex_;
};

Work applies_a_secret() {
  json object = core::object_head(core::types::secrets(), kOne);
  object["stringData"] = {{"token", "v"}};
  Work work;
  work.plan.apply.push_back({.type = core::types::secrets(), .key = kOne, .object = object, .resource_version = {}});
  return work;
}

class ControllerTest : public testing::Test {
 protected:
  ControllerTest() { caches_.add(secrets_); }

  bool turn() { return controller_.work_once({}); }
  double result(const std::string& name) const {
    return metrics_.value("controller_runtime_reconcile_total{controller=\"apikey\",result=\"" + name + "\"}");
  }

  std::shared_ptr<tests::FakeApi> api_ = std::make_shared<tests::FakeApi>();
  tests::FakeMetrics metrics_;
  core::NoMetrics no_metrics_;
  tests::FakeWallClock clock_;
  tests::FakeSteadyClock steady_;
  tests::FakeCache secrets_{core::types::secrets()};
  CacheRegistry caches_;
  kube::Client client_{api_, tests::one_attempt(), no_metrics_};
  Engine engine_{client_, clock_, metrics_, "guildhall-0"};
  FakeReconciler reconciler_;
  Controller controller_{reconciler_, {engine_, caches_, clock_, steady_, metrics_}, 2};
};

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

TEST_F(ControllerTest, AnErrorIsTriedAgainWithAGrowingBackoffThatSuccessForgets) {
  reconciler_.script = [this](const core::ObjectKey&, const Failures&) -> core::Result<Work> {
    if (reconciler_.calls == 3) return Work{};
    return core::fail(ErrorKind::Unavailable, "cannot gather");
  };
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  steady_.advance(milliseconds(5));
  EXPECT_TRUE(turn());
  steady_.advance(milliseconds(9));
  EXPECT_FALSE(turn());
  steady_.advance(milliseconds(1));
  EXPECT_TRUE(turn());
  EXPECT_EQ(result("error"), 2);
  EXPECT_EQ(result("success"), 1);
  EXPECT_EQ(metrics_.value(R"(controller_runtime_reconcile_errors_total{controller="apikey"})"), 2);
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  steady_.advance(milliseconds(5));
  EXPECT_TRUE(turn()) << "the backoff began anew";
}

TEST_F(ControllerTest, AnExceptionEndsThatReconcileOnlyAndIsCounted) {
  reconciler_.script = [](const core::ObjectKey& key, const Failures&) -> core::Result<Work> {
    if (key == kOne) throw std::runtime_error("a fault");
    return Work{};
  };
  controller_.add(kOne);
  controller_.add(kTwo);
  EXPECT_TRUE(turn());
  EXPECT_TRUE(turn());
  EXPECT_EQ(metrics_.value(R"(controller_runtime_reconcile_panics_total{controller="apikey"})"), 1);
  EXPECT_EQ(metrics_.value(R"(controller_runtime_active_workers{controller="apikey"})"), 0);
  EXPECT_EQ(result("success"), 1);
  steady_.advance(milliseconds(5));
  EXPECT_TRUE(turn());
}

class WithARefusedWrite : public ControllerTest {
 protected:
  WithARefusedWrite() {
    reconciler_.script = [](const core::ObjectKey&, const Failures&) { return applies_a_secret(); };
    refuse();
  }
  void refuse() {
    api_->set_fault([this](const kube::HttpRequest&, int) {
      return tests::refusal(403, "Forbidden", "no, " + std::to_string(++refusals_));
    });
  }
  int refusals_ = 0;
};

TEST_F(WithARefusedWrite, TheNextPlanHearsOfItAtOnceAndThenWithBackoff) {
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_TRUE(turn()) << "at once, to say it";
  ASSERT_EQ(reconciler_.seen_failures.size(), 2U);
  EXPECT_THAT(reconciler_.seen_failures.at(0), IsEmpty());
  ASSERT_EQ(reconciler_.seen_failures.at(1).size(), 1U);
  EXPECT_EQ(reconciler_.seen_failures.at(1).at(0).object, "Secret acme/one");
  EXPECT_EQ(reconciler_.seen_failures.at(1).at(0).kind, ErrorKind::Forbidden);
  EXPECT_FALSE(turn()) << "the same failure is no news, whatever its message says";
  EXPECT_EQ(result("error"), 2);
  steady_.advance(seconds(1));
  EXPECT_TRUE(turn());
}

TEST_F(WithARefusedWrite, OnceItSucceedsThePlanHearsOfThatAtOnce) {
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_TRUE(turn());
  api_->set_fault(nullptr);
  steady_.advance(seconds(1));
  EXPECT_TRUE(turn());
  EXPECT_EQ(reconciler_.seen_failures.back().size(), 1U);
  secrets_.come_to(1000);
  EXPECT_TRUE(turn());
  EXPECT_THAT(reconciler_.seen_failures.back(), IsEmpty());
  EXPECT_FALSE(turn());
}

TEST_F(WithARefusedWrite, APlanThatLeavesOutWhatFailedDoesNotSpin) {
  reconciler_.script = [](const core::ObjectKey&, const Failures& failures) {
    return failures.empty() ? applies_a_secret() : Work{};
  };
  controller_.add(kOne);
  int turns = 0;
  while (turn() && turns < 100)
    ++turns;
  EXPECT_LT(turns, 10);
  steady_.advance(seconds(1));
  EXPECT_TRUE(turn());
}

TEST_F(WithARefusedWrite, AFailureThatMayPassIsRequeuedAndNotToldOf) {
  api_->set_fault([](const kube::HttpRequest&, int) { return core::fail(ErrorKind::Unavailable, "connection lost"); });
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_FALSE(turn());
  EXPECT_EQ(result("requeue"), 1);
  steady_.advance(milliseconds(5));
  EXPECT_TRUE(turn());
  EXPECT_THAT(reconciler_.seen_failures.back(), IsEmpty());
}

TEST_F(WithARefusedWrite, WhatWasRefusedIsRememberedThroughAFailureThatPasses) {
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  api_->set_fault([](const kube::HttpRequest&, int) { return core::fail(ErrorKind::Unavailable, "connection lost"); });
  EXPECT_TRUE(turn());
  steady_.advance(seconds(1));
  EXPECT_TRUE(turn());
  EXPECT_EQ(reconciler_.seen_failures.back().size(), 1U);
}

TEST_F(ControllerTest, AnEventThatCouldNotBeWrittenIsToldWithTheNextPlan) {
  reconciler_.script = [this](const core::ObjectKey&, const Failures&) {
    Work work;
    if (reconciler_.calls == 1)
      work.plan.audit.push_back({.action = "ApiKeyIssued", .note = "issued", .warning = false, .identity = "1"});
    return work;
  };
  api_->set_fault([](const kube::HttpRequest&, int) { return core::fail(ErrorKind::Unavailable, "connection lost"); });
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  api_->set_fault(nullptr);
  steady_.advance(milliseconds(5));
  EXPECT_TRUE(turn());
  EXPECT_EQ(api_->content().size(), 1U);
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_EQ(api_->writes().size(), 2U) << "told once";
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
