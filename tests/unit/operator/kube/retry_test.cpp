#include "operator/kube/retry.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

namespace guildhall::kube {
namespace {

using std::chrono::milliseconds;
using Outcome = core::Result<HttpResponse>;

constexpr int kMaxAttempts = 10;
constexpr RetryLimits kLimits{.attempts = kMaxAttempts, .longest_wait = std::chrono::minutes(1)};

Outcome answer(int status, std::map<std::string, std::string> headers = {}, bool renewed = false) {
  HttpResponse response{.status = status, .headers = std::move(headers), .body = {}};
  response.credentials_renewed = renewed;
  return response;
}

Outcome failure(core::ErrorKind kind) {
  return core::fail(kind, "x");
}

struct Case {
  const char* name;
  Outcome outcome;
  Attempt attempt;
  std::optional<milliseconds> delay;
};

class RetryTest : public testing::TestWithParam<Case> {};

TEST_P(RetryTest, IsDecided) {
  EXPECT_EQ(retry_delay(GetParam().outcome, GetParam().attempt, kLimits, 0), GetParam().delay);
}

INSTANTIATE_TEST_SUITE_P(
    Decisions, RetryTest,
    testing::Values(
        Case{"ThrottledIsSentAgain", answer(429), {}, milliseconds(100)},
        Case{"ThrottledWaitsLongerEachTime", answer(429), {.made = 4}, milliseconds(800)},
        Case{"ThrottledNeverWaitsLongOfItsOwn", answer(429), {.made = 9}, milliseconds(5'000)},
        Case{"ThrottledWaitsAsTold", answer(429, {{"retry-after", "3"}}), {}, milliseconds(3'000)},
        Case{"ThrottledIsSentAgainEvenIfNotRepeatable", answer(429), {.repeatable = false}, milliseconds(100)},
        Case{"ThrottledEndsAfterTheLastAttempt", answer(429), {.made = kMaxAttempts}, std::nullopt},
        Case{"TooLongAWaitIsLeftToTheCaller", answer(429, {{"retry-after", "61"}}), {}, std::nullopt},
        Case{"SoIsAWaitThatTogetherIsTooLong",
             answer(429, {{"retry-after", "3"}}),
             {.made = 5, .waited = milliseconds(58'000)},
             std::nullopt},
        Case{"ButNotTheLastThatIsNot",
             answer(429, {{"retry-after", "3"}}),
             {.made = 5, .waited = milliseconds(57'000)},
             milliseconds(3'000)},
        Case{"AFailedServerIsNotAskedAgain", answer(503), {}, std::nullopt},
        Case{"UnlessItAsksForIt", answer(503, {{"retry-after", "1"}}), {}, milliseconds(1'000)},
        Case{"SoIs504", answer(504, {{"retry-after", "1"}}), {}, milliseconds(1'000)},
        Case{"ARefusalStands", answer(409, {{"retry-after", "1"}}), {}, std::nullopt},
        Case{"ALostConnectionIsTriedAgain", failure(core::ErrorKind::Unavailable), {.lost = 1}, milliseconds(50)},
        Case{"ALostConnectionIsTriedAgainTwice",
             failure(core::ErrorKind::Unavailable),
             {.made = 2, .lost = 2},
             milliseconds(100)},
        Case{"ALostConnectionIsNotTriedThrice",
             failure(core::ErrorKind::Unavailable),
             {.made = 3, .lost = 3},
             std::nullopt},
        Case{"AWriteOfUnknownOutcomeIsNotRepeated",
             failure(core::ErrorKind::Unavailable),
             {.lost = 1, .repeatable = false},
             std::nullopt},
        Case{"ATimeoutIsNotRepeated", failure(core::ErrorKind::Timeout), {}, std::nullopt},
        Case{"NorIsACancelation", failure(core::ErrorKind::Canceled), {}, std::nullopt},
        Case{"NewCredentialsAreTriedAtOnce", answer(401, {}, true), {}, milliseconds(0)},
        Case{"NewCredentialsAreTriedEvenByTheLastAttempt",
             answer(401, {}, true),
             {.made = kMaxAttempts},
             milliseconds(0)},
        Case{"NewCredentialsAreTriedOnce", answer(401, {}, true), {.renewed = true}, std::nullopt},
        Case{"TheSameCredentialsAreNotTriedAgain", answer(401), {}, std::nullopt}),
    [](const auto& info) { return info.param.name; });

RC_GTEST_PROP(RetryProperty, ChanceLengthensAWaitByAQuarterAtMost, ()) {
  const auto told = *rc::gen::inRange(0, 60);
  const double random = *rc::gen::inRange(0, 1000) / 1000.0;
  const auto delay = retry_delay(answer(429, {{"retry-after", std::to_string(told)}}), {}, kLimits, random);
  RC_ASSERT(delay.has_value());
  RC_ASSERT(*delay >= std::chrono::seconds(told));
  RC_ASSERT(*delay <= std::chrono::milliseconds(told * 1250));
}

TEST(PauseTest, EndsWithItsTime) {
  EXPECT_TRUE(pause(milliseconds(1), {}));
}

TEST(PauseTest, EndsAtOnceWhenStopped) {
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  // An hour: a pause that did not listen would end by the test's own limit.
  EXPECT_FALSE(pause(std::chrono::hours(1), stop.get_token()));
}

TEST(SystemRandomTest, IsInZeroToOneAndNotConstant) {
  const double first = system_random();
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const double next = system_random();
    ASSERT_GE(next, 0.0);
    ASSERT_LT(next, 1.0);
    differs = differs || next != first;
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace guildhall::kube
