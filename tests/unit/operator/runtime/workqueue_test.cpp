#include "operator/runtime/workqueue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <future>
#include <limits>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "tests/unit/operator/runtime/fake_clock.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const core::ObjectKey kOne{"acme", "one"};
const core::ObjectKey kTwo{"acme", "two"};

class WorkqueueTest : public testing::Test {
 protected:
  tests::FakeSteadyClock clock_;
  tests::FakeMetrics metrics_;
  Workqueue queue_{"apikey", {}, clock_, metrics_};
  std::stop_source stop_;
};

// With the real clock: the fake one wakes by itself.
TEST(Workqueue, WakesAWaitingWorkerByAnAdd) {
  const tests::AnnouncingClock clock;
  core::NoMetrics metrics;
  Workqueue queue("apikey", {}, clock, metrics);
  auto got = std::async(std::launch::async, [&queue] { return queue.get({}); });
  clock.await_wait();
  queue.add(kOne);
  EXPECT_EQ(got.get(), kOne);
}

TEST(Workqueue, WakesAWaitingWorkerByAShorterDelayThanItWaitsFor) {
  const tests::AnnouncingClock clock;
  core::NoMetrics metrics;
  Workqueue queue("apikey", {}, clock, metrics);
  queue.add_after(kTwo, std::chrono::hours(100));
  auto got = std::async(std::launch::async, [&queue] { return queue.get({}); });
  clock.await_wait();
  queue.add_after(kOne, milliseconds(1));
  EXPECT_EQ(got.get(), kOne);
}

TEST(Workqueue, WakesAWaitingWorkerByAStop) {
  const tests::AnnouncingClock clock;
  core::NoMetrics metrics;
  Workqueue queue("apikey", {}, clock, metrics);
  std::stop_source stop;
  auto got = std::async(std::launch::async, [&] { return queue.get(stop.get_token()); });
  clock.await_wait();
  stop.request_stop();
  EXPECT_FALSE(got.get());
}

TEST_F(WorkqueueTest, WakesAWaitingWorkerWhenADelayEnds) {
  auto got = std::async(std::launch::async, [this] { return queue_.get(stop_.get_token()); });
  queue_.add_after(kOne, seconds(30));
  clock_.advance(seconds(30));
  EXPECT_EQ(got.get(), kOne);
}

TEST_F(WorkqueueTest, AddAfterNothingIsAnAdd) {
  queue_.add_after(kOne, milliseconds(0));
  EXPECT_EQ(queue_.get(stop_.get_token()), kOne);
}

// Milliseconds of all sizes: those that nanoseconds cannot hold, too.
rc::Gen<milliseconds> any_delay() {
  return rc::gen::map(
      rc::gen::oneOf(rc::gen::arbitrary<std::int64_t>(),
                     rc::gen::inRange<std::int64_t>(std::numeric_limits<std::int64_t>::min(),
                                                    std::numeric_limits<std::int64_t>::max()),
                     rc::gen::element(std::numeric_limits<std::int64_t>::max(),
                                      std::numeric_limits<std::int64_t>::min(), std::int64_t{9'223'372'036'854}),
                     rc::gen::inRange<std::int64_t>(0, 2 * milliseconds(kLongestDelay).count())),
      [](std::int64_t count) { return milliseconds(count); });
}

RC_GTEST_PROP(WorkqueueProperty, AnyDelayEndsAfterItOrAfterADay, ()) {
  const milliseconds delay = *any_delay();
  tests::FakeSteadyClock clock;
  core::NoMetrics metrics;
  Workqueue queue("apikey", {}, clock, metrics);
  queue.add_after(kOne, delay);
  const auto wanted = std::clamp<milliseconds>(delay, milliseconds(0), kLongestDelay);
  if (wanted > milliseconds(0)) {
    clock.advance(wanted - milliseconds(1));
    RC_ASSERT(!queue.try_get());
    clock.advance(milliseconds(1));
  }
  RC_ASSERT(queue.try_get() == kOne);
}

TEST_F(WorkqueueTest, ABackoffIsCappedAsAnyDelayIs) {
  Workqueue queue("apikey", {.first = milliseconds::max(), .longest = milliseconds::max()}, clock_, metrics_);
  for (int failures = 0; failures < 100; ++failures) {
    queue.add_rate_limited(kOne);
    clock_.advance(kLongestDelay - milliseconds(1));
    ASSERT_FALSE(queue.try_get());
    clock_.advance(milliseconds(1));
    ASSERT_EQ(queue.try_get(), kOne);
    queue.done(kOne);
  }
}

TEST_F(WorkqueueTest, AStopEndsTheWaitAndLeavesKeysWhereTheyAre) {
  auto got = std::async(std::launch::async, [this] { return queue_.get(stop_.get_token()); });
  stop_.request_stop();
  EXPECT_FALSE(got.get());
  queue_.add(kOne);
  EXPECT_FALSE(queue_.get(stop_.get_token()));
  EXPECT_EQ(queue_.depth(), 1U);
}

TEST_F(WorkqueueTest, AfterShutDownTheRestIsHandedOutAndNothingAdded) {
  queue_.add(kOne);
  queue_.shut_down();
  queue_.add(kTwo);
  queue_.add_after(kTwo, milliseconds(1));
  queue_.add_rate_limited(kTwo);
  clock_.advance(seconds(1));
  EXPECT_EQ(queue_.get(stop_.get_token()), kOne);
  EXPECT_FALSE(queue_.get(stop_.get_token()));
}

TEST_F(WorkqueueTest, DrainWaitsForTheWorkUnderWay) {
  queue_.add(kOne);
  const auto key = queue_.get(stop_.get_token());
  queue_.shut_down();
  auto drained = std::async(std::launch::async, [this] { return queue_.drain(stop_.get_token()); });
  EXPECT_EQ(drained.wait_for(seconds(0)), std::future_status::timeout);
  queue_.done(*key);
  EXPECT_TRUE(drained.get());
}

TEST_F(WorkqueueTest, AStopEndsADrain) {
  queue_.add(kOne);
  stop_.request_stop();
  EXPECT_FALSE(queue_.drain(stop_.get_token()));
}

TEST_F(WorkqueueTest, ARetryComesAfterItsBackoffWhichForgetResets) {
  queue_.add_rate_limited(kOne);
  clock_.advance(milliseconds(5));
  ASSERT_EQ(queue_.get(stop_.get_token()), kOne);
  queue_.done(kOne);
  queue_.add_rate_limited(kOne);
  queue_.add(kTwo);
  clock_.advance(milliseconds(9));
  ASSERT_EQ(queue_.get(stop_.get_token()), kTwo) << "the second backoff is 10 ms";
  EXPECT_EQ(queue_.depth(), 0U);
  queue_.cancel_delayed(kOne);
  queue_.forget(kOne);
  queue_.add_rate_limited(kOne);
  clock_.advance(milliseconds(5));
  EXPECT_EQ(queue_.get(stop_.get_token()), kOne);
  EXPECT_EQ(metrics_.value(R"(workqueue_retries_total{name="apikey"})"), 3);
}

TEST_F(WorkqueueTest, TellsHowManyKeysAreTriedAgain) {
  constexpr const char* failing = R"(guildhall_retrying_objects{name="apikey"})";
  EXPECT_EQ(metrics_.value(failing), 0);
  queue_.add_rate_limited(kOne);
  queue_.add_rate_limited(kTwo);
  queue_.add_rate_limited(kOne);
  EXPECT_EQ(metrics_.value(failing), 2);
  queue_.forget(kOne);
  EXPECT_EQ(metrics_.value(failing), 1) << "whether it waits or not";
  queue_.forget(kTwo);
  EXPECT_EQ(metrics_.value(failing), 0);
}

TEST_F(WorkqueueTest, TellsClientGosMetrics) {
  queue_.add(kOne);
  queue_.add(kOne);
  queue_.add(kTwo);
  EXPECT_EQ(metrics_.value(R"(workqueue_adds_total{name="apikey"})"), 2);
  EXPECT_EQ(metrics_.value(R"(workqueue_depth{name="apikey"})"), 2);
  clock_.advance(seconds(2));
  ASSERT_EQ(queue_.get(stop_.get_token()), kOne);
  EXPECT_EQ(metrics_.value(R"(workqueue_depth{name="apikey"})"), 1);
  clock_.advance(seconds(1));
  ASSERT_EQ(queue_.get(stop_.get_token()), kTwo);
  clock_.advance(seconds(3));
  queue_.report();
  EXPECT_EQ(metrics_.value(R"(workqueue_unfinished_work_seconds{name="apikey"})"), 7);
  EXPECT_EQ(metrics_.value(R"(workqueue_longest_running_processor_seconds{name="apikey"})"), 4);
  queue_.done(kOne);
  EXPECT_EQ(metrics_.observed(R"(workqueue_queue_duration_seconds{name="apikey"})"), (std::vector<double>{2, 3}));
  EXPECT_EQ(metrics_.observed(R"(workqueue_work_duration_seconds{name="apikey"})"), (std::vector<double>{4}));
}

// Counts how often a key was handed out, and how often while another worker held it.
class Holders {
 public:
  void work(Workqueue& queue) {
    while (const auto key = queue.get({})) {
      take(*key);
      give_back(*key);
      queue.done(*key);
    }
  }
  [[nodiscard]] int taken() const { return taken_; }
  [[nodiscard]] int doubles() const { return doubles_; }

 private:
  void take(const core::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    if (!held_.insert(key).second) ++doubles_;
    ++taken_;
  }
  void give_back(const core::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    held_.erase(key);
  }

  std::mutex mutex_;
  std::unordered_set<core::ObjectKey> held_;
  std::atomic<int> taken_{0};
  std::atomic<int> doubles_{0};
};

TEST_F(WorkqueueTest, ManyWorkersNeverHoldTheSameKey) {
  Holders holders;
  {
    const auto work = [&] { holders.work(queue_); };
    const std::jthread one(work);
    const std::jthread two(work);
    const std::jthread three(work);
    for (int round = 0; round < 500; ++round) {
      queue_.add(kOne);
      queue_.add(kTwo);
    }
    queue_.shut_down();
  }
  EXPECT_EQ(holders.doubles(), 0);
  EXPECT_GE(holders.taken(), 2);
  EXPECT_TRUE(queue_.drain({}));
}

}  // namespace
}  // namespace guildhall::runtime
