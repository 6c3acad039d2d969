// What a controller does when a reconcile or one of its writes fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/unit/operator/runtime/controller_fixture.hpp"

namespace guildhall::runtime {
namespace {

using core::ErrorKind;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;

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

TEST_F(WithARefusedWrite, ItsBeginIsRemembered) {
  const core::Timestamp begin = clock_.now();
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  clock_.set(begin + seconds(90));
  steady_.advance(seconds(90));
  while (turn()) {
  }
  ASSERT_EQ(reconciler_.seen_failures.back().size(), 1U);
  EXPECT_EQ(reconciler_.seen_failures.back().at(0).since, begin);
}

TEST_F(WithARefusedWrite, AServerThatAsksToWaitIsHeededThoughTheBackoffIsShorter) {
  kube::HttpResponse busy =
      tests::refusal(429, "TooManyRequests", R"(admission webhook "x" denied the request: later)");
  busy.headers["retry-after"] = "7";
  api_->set_fault([&](const kube::HttpRequest&, int) { return busy; });
  controller_.add(kOne);
  EXPECT_TRUE(turn());
  EXPECT_TRUE(turn()) << "at once, to say it";
  steady_.advance(milliseconds(6'999));
  EXPECT_FALSE(turn());
  steady_.advance(milliseconds(1));
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

/// With a plan that says each failure in a status, whose write wakes the key at once.
class WithWordsThatDiffer : public WithARefusedWrite, public testing::WithParamInterface<int> {
 protected:
  WithWordsThatDiffer() {
    api_->set_fault([this](const kube::HttpRequest&, int) {
      return tests::refusal(GetParam(), GetParam() == 500 ? "InternalError" : "Forbidden",
                            "failed calling webhook: request " + std::to_string(++refusals_));
    });
  }
  /// Until the key rests. More than 20 is a test failure.
  int turns_until_rest() {
    int turns = 0;
    Failures told = heard();
    while (turns < 20 && turn()) {
      ++turns;
      if (heard() != told) controller_.add(kOne);
      told = heard();
    }
    EXPECT_LT(turns, 20);
    return turns;
  }
  [[nodiscard]] Failures heard() const {
    return reconciler_.seen_failures.empty() ? Failures{} : reconciler_.seen_failures.back();
  }
};

TEST_P(WithWordsThatDiffer, TheyAreToldOnceInTenSecondsAndWakeNobody) {
  controller_.add(kOne);
  turns_until_rest();
  const Failures told = heard();
  ASSERT_EQ(told.size(), 1U);
  for (int tries = 0; tries < 3; ++tries) {
    steady_.advance(seconds(3));
    EXPECT_EQ(turns_until_rest(), 1);
    EXPECT_EQ(heard(), told);
  }
  steady_.advance(seconds(1));
  controller_.add(kOne);
  EXPECT_LE(turns_until_rest(), 3) << "at once, and woken by its status";
  EXPECT_NE(heard(), told);
}

INSTANTIATE_TEST_SUITE_P(, WithWordsThatDiffer, testing::Values(403, 500), testing::PrintToStringParamName());

TEST_F(WithARefusedWrite, InAnotherWayEachTimeItDoesNotSpin) {
  api_->set_fault([this](const kube::HttpRequest&, int) {
    return ++refusals_ % 2 == 0 ? tests::refusal(403, "Forbidden", "no") : tests::refusal(422, "Invalid", "no");
  });
  controller_.add(kOne);
  int turns = 0;
  for (; turns < 20 && turn(); ++turns) {
    const auto& seen = reconciler_.seen_failures;
    if (seen.size() > 1 && seen.back() != seen.at(seen.size() - 2)) controller_.add(kOne);  // by its status
  }
  EXPECT_LT(turns, 10);
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
      work.plan.audit.push_back({.action = "ApiKeyIssued", .note = "issued", .identity = "1"});
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

}  // namespace
}  // namespace guildhall::runtime
