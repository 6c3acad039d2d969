#include "operator/runtime/queue_state.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

namespace guildhall::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

const core::ObjectKey kOne{"acme", "one"};
const core::ObjectKey kTwo{"acme", "two"};
constexpr SteadyTime kStart{std::chrono::hours(1)};

TEST(QueueState, HandsOutInTheOrderOfAdds) {
  QueueState queue{{}};
  queue.add(kOne, kStart);
  queue.add(kTwo, kStart);
  EXPECT_EQ(queue.take(kStart)->first, kOne);
  EXPECT_EQ(queue.take(kStart)->first, kTwo);
  EXPECT_FALSE(queue.take(kStart));
}

TEST(QueueState, AddsOfAWaitingKeyAreOne) {
  QueueState queue{{}};
  EXPECT_TRUE(queue.add(kOne, kStart));
  EXPECT_FALSE(queue.add(kOne, kStart + milliseconds(1)));
  EXPECT_EQ(queue.depth(), 1U);
  EXPECT_EQ(queue.take(kStart)->second, kStart);
  EXPECT_FALSE(queue.take(kStart));
}

TEST(QueueState, AKeyAddedDuringItsWorkComesAgainAfterIt) {
  QueueState queue{{}};
  queue.add(kOne, kStart);
  ASSERT_TRUE(queue.take(kStart));
  queue.add(kOne, kStart);
  EXPECT_FALSE(queue.take(kStart)) << "two workers would hold the same key";
  queue.done(kOne, kStart);
  EXPECT_EQ(queue.take(kStart)->first, kOne);
}

TEST(QueueState, AKeyThatWasNotAddedDuringItsWorkDoesNotComeAgain) {
  QueueState queue{{}};
  queue.add(kOne, kStart);
  ASSERT_TRUE(queue.take(kStart));
  queue.done(kOne, kStart);
  EXPECT_FALSE(queue.take(kStart));
  EXPECT_TRUE(queue.idle());
}

TEST(QueueState, ADelayedKeyComesWhenItIsDue) {
  QueueState queue{{}};
  queue.add_at(kOne, kStart + milliseconds(10));
  queue.advance(kStart + milliseconds(9));
  EXPECT_FALSE(queue.take(kStart));
  EXPECT_EQ(queue.next_due(), kStart + milliseconds(10));
  EXPECT_EQ(queue.advance(kStart + milliseconds(10)), 1U);
  EXPECT_EQ(queue.take(kStart)->first, kOne);
  EXPECT_FALSE(queue.next_due());
}

TEST(QueueState, ALaterDelayDoesNotPostponeAnEarlierOne) {
  QueueState queue{{}};
  queue.add_at(kOne, kStart + milliseconds(10));
  queue.add_at(kOne, kStart + minutes(10));
  EXPECT_EQ(queue.next_due(), kStart + milliseconds(10));
}

TEST(QueueState, AnEarlierDelayReplacesALaterOne) {
  QueueState queue{{}};
  queue.add_at(kOne, kStart + minutes(10));
  queue.add_at(kOne, kStart + milliseconds(10));
  EXPECT_EQ(queue.next_due(), kStart + milliseconds(10));
  queue.advance(kStart + milliseconds(10));
  EXPECT_FALSE(queue.next_due());
}

TEST(QueueState, APlainAddComesNowAndTheDelayedOneStillComes) {
  QueueState queue{{}};
  queue.add_at(kOne, kStart + milliseconds(10));
  queue.add(kOne, kStart);
  ASSERT_TRUE(queue.take(kStart));
  queue.done(kOne, kStart);
  queue.advance(kStart + milliseconds(10));
  EXPECT_TRUE(queue.take(kStart));
}

TEST(QueueState, ACanceledDelayDoesNotCome) {
  QueueState queue{{}};
  queue.add_at(kOne, kStart + milliseconds(10));
  queue.cancel_delayed(kOne);
  EXPECT_EQ(queue.advance(kStart + minutes(1)), 0U);
}

TEST(QueueState, RetriesDoubleUpToTheLongest) {
  QueueState queue{{}};
  EXPECT_EQ(queue.next_retry(kOne), milliseconds(5));
  EXPECT_EQ(queue.next_retry(kOne), milliseconds(10));
  EXPECT_EQ(queue.next_retry(kOne), milliseconds(20));
  EXPECT_EQ(queue.next_retry(kTwo), milliseconds(5)) << "each key has its own backoff";
  for (int failure = 0; failure < 100; ++failure)
    EXPECT_LE(queue.next_retry(kOne), minutes(5));
  EXPECT_EQ(queue.next_retry(kOne), minutes(5));
  queue.forget(kOne);
  EXPECT_EQ(queue.next_retry(kOne), milliseconds(5));
}

// What a queue of that kind is, in the fewest words: lists that are searched.
struct Model {
  std::vector<int> turns;
  std::vector<int> dirty_in_work;
  std::vector<int> in_work;
  std::map<int, int> due;

  static bool has(const std::vector<int>& list, int key) { return std::ranges::find(list, key) != list.end(); }
  void add(int key) {
    auto& list = has(in_work, key) ? dirty_in_work : turns;
    if (!has(list, key)) list.push_back(key);
  }
  void add_at(int key, int time) {
    const auto [entry, is_new] = due.emplace(key, time);
    entry->second = std::min(entry->second, time);
  }
  void advance(int now) {
    std::vector<std::pair<int, int>> ready;
    for (const auto& [key, time] : due) {
      if (time <= now) ready.emplace_back(time, key);
    }
    std::ranges::sort(ready);
    for (const auto& [time, key] : ready) {
      due.erase(key);
      add(key);
    }
  }
  int take() {
    if (turns.empty()) return -1;
    const int key = turns.front();
    turns.erase(turns.begin());
    in_work.push_back(key);
    return key;
  }
  void done(int key) {
    if (!has(in_work, key)) return;
    std::erase(in_work, key);
    if (std::erase(dirty_in_work, key) > 0) turns.push_back(key);
  }
};

core::ObjectKey key_of(int number) {
  return {"acme", std::to_string(number)};
}
SteadyTime time_of(int number) {
  return kStart + milliseconds(number);
}

struct Step {
  int what = 0;
  int key = 0;
  int delay = 0;
};

void run_step(QueueState& queue, Model& model, const Step& step, int now) {
  switch (step.what) {
    case 0:
      queue.add(key_of(step.key), time_of(now));
      return model.add(step.key);
    case 1:
      queue.add_at(key_of(step.key), time_of(now + step.delay));
      return model.add_at(step.key, now + step.delay);
    case 2:
      queue.done(key_of(step.key), time_of(now));
      return model.done(step.key);
    case 3:
      queue.cancel_delayed(key_of(step.key));
      model.due.erase(step.key);
      return;
    default:
      break;
  }
  const auto taken = queue.take(time_of(now));
  const int expected = model.take();
  RC_ASSERT(taken.has_value() == (expected >= 0));
  if (taken) RC_ASSERT(taken->first == key_of(expected));
}

RC_GTEST_PROP(QueueStateProperty, BehavesAsItsModel, ()) {
  const auto steps = *rc::gen::container<std::vector<Step>>(rc::gen::build<Step>(
      rc::gen::set(&Step::what, rc::gen::inRange(0, 5)), rc::gen::set(&Step::key, rc::gen::inRange(0, 4)),
      rc::gen::set(&Step::delay, rc::gen::inRange(0, 6))));
  QueueState queue{{}};
  Model model;
  int now = 0;
  for (const Step& step : steps) {
    ++now;
    queue.advance(time_of(now));
    model.advance(now);
    run_step(queue, model, step, now);
    RC_ASSERT(queue.depth() == model.turns.size());
    RC_ASSERT(queue.processing().size() == model.in_work.size());
  }
}

RC_GTEST_PROP(QueueStateProperty, NothingAddedIsEverLost, ()) {
  const auto adds = *rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 5), rc::gen::arbitrary<bool>()));
  QueueState queue{{}};
  std::map<int, int> owed;
  std::vector<core::ObjectKey> in_work;
  const auto take = [&] {
    if (const auto taken = queue.take(kStart)) {
      owed.erase(std::stoi(taken->first.name));
      in_work.push_back(taken->first);
    }
  };
  for (const auto& [key, also_take] : adds) {
    queue.add(key_of(key), kStart);
    owed[key] = 1;
    if (also_take) take();
  }
  while (!queue.idle()) {
    while (!in_work.empty()) {
      queue.done(in_work.back(), kStart);
      in_work.pop_back();
    }
    take();
  }
  RC_ASSERT(owed.empty());
}

}  // namespace
}  // namespace guildhall::runtime
