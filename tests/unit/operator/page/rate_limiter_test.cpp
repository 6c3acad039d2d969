#include "operator/page/rate_limiter.hpp"

#include <rapidcheck/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace guildhall::page {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SteadyTime kStart{std::chrono::hours{1}};
constexpr Allowance kThreeThenOneASecond{.burst = 3, .interval = seconds{1}};

TEST(TokenBucketHas, ItsBurstAndThenOneEachInterval) {
  TokenBucket bucket;
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(bucket.take(kThreeThenOneASecond, 1, kStart)) << i;
  EXPECT_EQ(bucket.take(kThreeThenOneASecond, 1, kStart), milliseconds{1000});
  EXPECT_EQ(bucket.take(kThreeThenOneASecond, 1, kStart + milliseconds{999}), milliseconds{1});
  EXPECT_FALSE(bucket.take(kThreeThenOneASecond, 1, kStart + seconds{1}));
  EXPECT_EQ(bucket.take(kThreeThenOneASecond, 1, kStart + seconds{1}), milliseconds{1000});
}

TEST(TokenBucketHas, NoMoreThanItsBurstHoweverLongItRested) {
  TokenBucket bucket;
  EXPECT_FALSE(bucket.take(kThreeThenOneASecond, 1, kStart));
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(bucket.take(kThreeThenOneASecond, 1, kStart + std::chrono::hours{1})) << i;
  EXPECT_TRUE(bucket.take(kThreeThenOneASecond, 1, kStart + std::chrono::hours{1}));
}

TEST(TokenBucketHas, NoDebtWhenItIsDrained) {
  TokenBucket bucket;
  bucket.drain(kThreeThenOneASecond, 100, kStart);
  EXPECT_EQ(bucket.take(kThreeThenOneASecond, 1, kStart), milliseconds{1000});
  bucket.drain(kThreeThenOneASecond, 100, kStart);
  EXPECT_FALSE(bucket.take(kThreeThenOneASecond, 1, kStart + seconds{1}));
}

/// A request so long behind the one before.
std::vector<milliseconds> pauses() {
  const auto pause = rc::gen::map(rc::gen::inRange(0, 3000), [](int count) { return milliseconds{count}; });
  return *rc::gen::container<std::vector<milliseconds>>(pause);
}

RC_GTEST_PROP(TokenBucketProperty, GivesNoMoreThanBurstAndRateInAnyTime, ()) {
  TokenBucket bucket;
  SteadyTime now = kStart;
  std::vector<SteadyTime> given;
  for (const milliseconds pause : pauses()) {
    now += pause;
    if (!bucket.take(kThreeThenOneASecond, 1, now)) given.push_back(now);
  }
  for (std::size_t first = 0; first < given.size(); ++first) {
    for (std::size_t last = first; last < given.size(); ++last) {
      const auto most = 3 + std::chrono::floor<seconds>(given[last] - given[first]).count();
      RC_ASSERT(static_cast<std::int64_t>(last - first + 1) <= most);
    }
  }
}

RC_GTEST_PROP(TokenBucketProperty, IsThereAfterTheWaitThatItTold, ()) {
  TokenBucket bucket;
  SteadyTime now = kStart;
  for (const milliseconds pause : pauses()) {
    now += pause;
    const auto wait = bucket.take(kThreeThenOneASecond, 1, now);
    if (!wait) continue;
    TokenBucket copy = bucket;
    RC_ASSERT(copy.take(kThreeThenOneASecond, 1, now + *wait - milliseconds{1}).has_value());
    RC_ASSERT(!bucket.take(kThreeThenOneASecond, 1, now + *wait).has_value());
    now += *wait;
  }
}

RateLimits limits() {
  return {.client = kThreeThenOneASecond,
          .page = {.burst = 5, .interval = milliseconds{100}},
          .wrong_link = 2,
          .clients = 4};
}

TEST(RateLimiterLimits, EachClientByItself) {
  RateLimiter limiter(limits());
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(limiter.admit("a", kStart));
  EXPECT_EQ(limiter.admit("a", kStart), seconds{1});
  EXPECT_FALSE(limiter.admit("b", kStart));
}

TEST(RateLimiterLimits, ThePageAsAWhole) {
  RateLimiter limiter(limits());
  for (const char* const client : {"a", "b", "c", "d", "a"})
    EXPECT_FALSE(limiter.admit(client, kStart));
  EXPECT_EQ(limiter.admit("b", kStart), milliseconds{100});
}

TEST(RateLimiterLimits, OnesWhoAreRefusedTakeNothingFromOthers) {
  RateLimiter limiter(limits());
  for (int i = 0; i < 100; ++i)
    (void)limiter.admit("a", kStart);
  EXPECT_FALSE(limiter.admit("b", kStart));
}

TEST(RateLimiterLimits, WrongLinksMoreThanOthers) {
  RateLimiter limiter(limits());
  EXPECT_FALSE(limiter.admit("a", kStart));
  limiter.charge_wrong_link("a", kStart);
  EXPECT_EQ(limiter.admit("a", kStart), seconds{1});
}

TEST(RateLimiterRemembers, NoMoreClientsThanItMay) {
  RateLimiter limiter(limits());
  for (int i = 0; i < 1000; ++i)
    (void)limiter.admit(std::to_string(i), kStart + seconds{i});
  EXPECT_EQ(limiter.clients(), 4);
}

TEST(RateLimiterRemembers, WhoCameLast) {
  RateLimiter limiter(limits());
  SteadyTime now = kStart;
  limiter.charge_wrong_link("noisy", now);
  limiter.charge_wrong_link("noisy", now);
  for (const char* const other : {"a", "b", "c", "d", "e"}) {
    EXPECT_TRUE(limiter.admit("noisy", now)) << other;
    EXPECT_FALSE(limiter.admit(other, now)) << other;
    now += milliseconds{150};
  }
}

TEST(RateLimiterIs, ThreadSafe) {
  RateLimiter limiter(RateLimits{.client = {.burst = 100, .interval = seconds{1}},
                                 .page = {.burst = 10'000, .interval = seconds{1}},
                                 .wrong_link = 1,
                                 .clients = 10});
  std::atomic<int> admitted = 0;
  {
    std::vector<std::jthread> threads(4);
    for (std::jthread& thread : threads)
      thread = std::jthread([&] {
        for (int i = 0; i < 100; ++i)
          admitted += limiter.admit("a", kStart) ? 0 : 1;
      });
  }
  EXPECT_EQ(admitted, 100);
}

}  // namespace
}  // namespace guildhall::page
