#include "operator/gate/use_counter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace guildhall::gate {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");

Decision of_key(Outcome outcome, const std::string& name = "grafana") {
  return {.outcome = outcome, .key = name, .home = "acme-home", .uid = "u-1"};
}

TEST(AUseCounter, KeepsTheLastUseOfEachKey) {
  UseCounter counter;
  counter.note("acme", of_key(Outcome::Allowed), kNoon + seconds(2));
  counter.note("acme", of_key(Outcome::Allowed), kNoon);
  counter.note("acme", of_key(Outcome::Allowed, "agent"), kNoon);
  const Counted counted = counter.take();
  ASSERT_THAT(counted.uses, SizeIs(2));
  EXPECT_EQ(counted.uses.at({"acme-home", "grafana"}).at, kNoon + seconds(2)) << "the clock went back";
  EXPECT_EQ(counted.uses.at({"acme-home", "grafana"}).uid, "u-1");
  EXPECT_THAT(counted.refusals, IsEmpty());
  EXPECT_THAT(counter.take().uses, IsEmpty()) << "it was taken";
}

TEST(AUseCounter, CountsRefusalsByKeyAndReason) {
  UseCounter counter;
  for (int times = 0; times < 3; ++times)
    counter.note("acme", of_key(Outcome::Revoked), kNoon + seconds(times));
  counter.note("acme", of_key(Outcome::NoPermission), kNoon);
  counter.note("acme", {.outcome = Outcome::UnknownKey}, kNoon);
  counter.note("globex", {.outcome = Outcome::UnknownKey}, kNoon);
  const Counted counted = counter.take();
  ASSERT_THAT(counted.refusals, SizeIs(4));
  const RefusalKind revoked{
      .organization = "acme", .key = {"acme-home", "grafana"}, .uid = "u-1", .outcome = Outcome::Revoked};
  EXPECT_EQ(counted.refusals.at(revoked).count, 3);
  EXPECT_EQ(counted.refusals.at(revoked).last_at, kNoon + seconds(2));
  EXPECT_EQ(counted.refusals.at({.organization = "globex", .key = {}, .uid = "", .outcome = Outcome::UnknownKey}).count,
            1);
}

TEST(AUseCounter, LeavesOutWhatSaysNothingOfAKey) {
  UseCounter counter;
  counter.note("acme", {.outcome = Outcome::NoKey}, kNoon);
  counter.note("acme", {.outcome = Outcome::UnclearRequest}, kNoon);
  EXPECT_THAT(counter.take().refusals, IsEmpty());
  for (const Outcome outcome : all_outcomes())
    EXPECT_EQ(is_reported(outcome),
              outcome != Outcome::Allowed && outcome != Outcome::NoKey && outcome != Outcome::UnclearRequest)
        << to_string(outcome);
}

TEST(AUseCounter, HasABound) {
  UseCounter counter;
  for (std::size_t index = 0; index < UseCounter::kMostKinds + 5; ++index)
    counter.note("acme", of_key(Outcome::Revoked, "key-" + std::to_string(index)), kNoon);
  const Counted counted = counter.take();
  EXPECT_THAT(counted.refusals, SizeIs(UseCounter::kMostKinds + 1));
  EXPECT_EQ(counted.refusals.at({.organization = "acme", .key = {}, .uid = "", .outcome = Outcome::Revoked}).count, 5)
      << "of the rest the Organization is told";
  for (std::size_t index = 0; index < 3 * UseCounter::kMostKinds; ++index)
    counter.note("organization-" + std::to_string(index), {.outcome = Outcome::UnknownKey}, kNoon);
  EXPECT_LE(counter.take().refusals.size(), 2 * UseCounter::kMostKinds);
}

TEST(AUseCounter, LosesNothingOfSeveralThreads) {
  UseCounter counter;
  std::int64_t count = 0;
  const auto take = [&] {
    for (const auto& [kind, refusals] : counter.take().refusals)
      count += refusals.count;
  };
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int index = 0; index < 4; ++index)
      threads.emplace_back([&counter] {
        for (int times = 0; times < 1000; ++times)
          counter.note("acme", of_key(Outcome::Revoked), kNoon);
      });
    for (int times = 0; times < 100; ++times)
      take();
  }
  take();
  EXPECT_EQ(count, 4000);
}

}  // namespace
}  // namespace guildhall::gate
