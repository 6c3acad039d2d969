#include "operator/gate/use_reports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>
#include <string>

namespace guildhall::gate {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");
const core::ObjectKey kGrafana{"acme-home", "grafana"};

/// What the cluster says, and a gate that reports to it.
struct World {
  std::map<core::ObjectKey, std::optional<core::Timestamp>> told{{kGrafana, std::nullopt}};
  std::set<std::string> organizations{"acme"};
  core::Timestamp now = kNoon;
  UseReports reports{"gate"};

  [[nodiscard]] Known known() const {
    return {.told = [this](const core::ObjectKey& key,
                           const std::string& uid) -> std::optional<std::optional<core::Timestamp>> {
              const auto found = told.find(key);
              if (found == told.end() || uid != "u-1") return std::nullopt;
              return found->second;
            },
            .has_organization = [this](const std::string& name) { return organizations.contains(name); }};
  }
  void use(core::Timestamp at, const std::string& uid = "u-1") {
    Counted counted;
    counted.uses[kGrafana] = {.uid = uid, .at = at};
    reports.add(counted);
  }
  void refuse(std::int64_t count, core::Timestamp at, const std::string& organization = "acme",
              Outcome outcome = Outcome::Revoked) {
    Counted counted;
    counted.refusals[{.organization = organization, .key = kGrafana, .uid = "u-1", .outcome = outcome}] = {
        .count = count, .last_at = at};
    reports.add(counted);
  }
  std::optional<core::UseReport> next(bool all = false) { return reports.next(now, known(), all); }
  /// The report arrives, and the cluster says what it tells.
  std::optional<core::UseReport> arrive() {
    auto report = next();
    for (const core::KeyUse& use : report ? report->uses : std::vector<core::KeyUse>{})
      told[use.key] = use.last_at;
    reports.acknowledge(now);
    return report;
  }
};

TEST(UseReports, TellAFirstUseAtOnceAndInWholeSeconds) {
  World world;
  EXPECT_FALSE(world.next());
  world.use(kNoon + std::chrono::milliseconds(1'700));
  const auto report = world.next();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->id, "gate-1");
  EXPECT_EQ(report->uses, (std::vector<core::KeyUse>{{.key = kGrafana, .uid = "u-1", .last_at = kNoon + seconds(1)}}));
  EXPECT_THAT(report->refusals, IsEmpty());
}

TEST(UseReports, AreTheSameUntilTheyAreAcknowledged) {
  World world;
  world.refuse(2, kNoon);
  const auto report = world.next();
  world.use(kNoon);
  world.refuse(5, kNoon);
  world.now += minutes(30);
  EXPECT_EQ(world.next(), report) << "sent again under its id";
  world.reports.acknowledge(world.now);
  const auto later = world.next();
  ASSERT_TRUE(later);
  EXPECT_EQ(later->id, "gate-2");
  EXPECT_EQ(later->refusals.at(0).count, 5);
  EXPECT_THAT(later->uses, SizeIs(1));
}

TEST(UseReports, TellALaterUseWhenTheStatusIsTenMinutesOld) {
  World world;
  world.use(kNoon);
  ASSERT_TRUE(world.arrive());
  EXPECT_EQ(world.reports.waiting(), 1U);
  EXPECT_FALSE(world.arrive()) << "the cluster says so";
  EXPECT_EQ(world.reports.waiting(), 0U);
  world.use(kNoon + minutes(3));
  world.now = kNoon + minutes(10) - seconds(1);
  EXPECT_FALSE(world.arrive());
  world.now += seconds(1);
  const auto last = world.arrive();
  ASSERT_TRUE(last) << "also of a key that is not used any more";
  EXPECT_EQ(last->uses.at(0).last_at, kNoon + minutes(3));
}

TEST(UseReports, AskNoSoonerAgainForWhatTheClusterDoesNotShow) {
  World world;
  world.use(kNoon);
  ASSERT_TRUE(world.next());
  world.reports.acknowledge(world.now);
  EXPECT_FALSE(world.next());
  world.now += minutes(10);
  EXPECT_TRUE(world.next());
}

TEST(UseReports, DropUsesThatAnotherGateHasTold) {
  World world;
  world.use(kNoon);
  world.told[kGrafana] = kNoon + seconds(1);
  EXPECT_FALSE(world.next());
  EXPECT_EQ(world.reports.waiting(), 0U);
}

TEST(UseReports, DropWhatConcernsNobody) {
  World world;
  world.use(kNoon, "u-2");
  world.refuse(1, kNoon, "globex");
  EXPECT_FALSE(world.next());
  world.use(kNoon);
  world.told.clear();
  EXPECT_FALSE(world.next());
  EXPECT_EQ(world.reports.waiting(), 0U);
}

TEST(UseReports, DropItAlsoWhileNothingCanBeSent) {
  World world;
  world.refuse(1, kNoon);
  ASSERT_TRUE(world.next());
  for (int index = 0; index < 100; ++index)
    world.refuse(1, kNoon, "organization-" + std::to_string(index));
  EXPECT_TRUE(world.next());
  EXPECT_EQ(world.reports.waiting(), 1U) << "the report that is on its way";
}

TEST(UseReports, KnowAKeyFromALaterOneOfItsName) {
  World world;
  world.use(kNoon + minutes(5), "u-0");
  world.use(kNoon, "u-1");
  EXPECT_EQ(world.next()->uses.at(0).last_at, kNoon);
}

TEST(UseReports, TellRefusalsAtOnceAndThenOnceAMinute) {
  World world;
  world.refuse(1, kNoon);
  EXPECT_EQ(world.arrive()->refusals.at(0).count, 1);
  world.refuse(3, kNoon + seconds(10));
  world.refuse(4, kNoon + seconds(20));
  world.now = kNoon + seconds(59);
  EXPECT_FALSE(world.arrive());
  world.refuse(1, kNoon + seconds(59), "acme", Outcome::Expired);
  EXPECT_EQ(world.arrive()->refusals.at(0).outcome, "Expired") << "that is another kind";
  world.now = kNoon + seconds(60);
  const auto report = world.arrive();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->refusals.at(0), (core::KeyRefusals{.organization = "acme",
                                                       .key = kGrafana,
                                                       .uid = "u-1",
                                                       .outcome = "Revoked",
                                                       .count = 7,
                                                       .last_at = kNoon + seconds(20)}));
  world.now = kNoon + minutes(5);
  world.refuse(1, world.now);
  EXPECT_TRUE(world.arrive()) << "a while later: at once again";
}

TEST(UseReports, HoldALimitedNumber) {
  World world;
  Counted counted;
  for (std::size_t index = 0; index < core::kMostReported + 1; ++index) {
    const core::ObjectKey key{"acme-home", "key-" + std::to_string(index)};
    world.told[key] = std::nullopt;
    counted.uses[key] = {.uid = "u-1", .at = kNoon};
    counted.refusals[{.organization = "acme", .key = key, .uid = "u-1", .outcome = Outcome::Revoked}] = {
        .count = 1, .last_at = kNoon};
  }
  world.reports.add(counted);
  const auto first = world.arrive();
  EXPECT_THAT(first->uses, SizeIs(core::kMostReported));
  EXPECT_THAT(first->refusals, SizeIs(core::kMostReported));
  const auto second = world.arrive();
  EXPECT_THAT(second->uses, SizeIs(1));
  EXPECT_THAT(second->refusals, SizeIs(1));
  EXPECT_FALSE(world.arrive());
}

TEST(UseReports, TellAllWhenTheGateEnds) {
  World world;
  world.use(kNoon);
  world.refuse(1, kNoon);
  ASSERT_TRUE(world.arrive());
  world.use(kNoon + seconds(30));
  world.refuse(1, kNoon + seconds(30));
  world.now += seconds(31);
  EXPECT_FALSE(world.next());
  const auto report = world.next(true);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->refusals, SizeIs(1));
  world.reports.acknowledge(world.now);
  EXPECT_FALSE(world.next(true)) << "or it would never end";
}

/// Whatever arrives and whatever gets lost on the way: each refusal is told just once.
RC_GTEST_PROP(UseReports, TellEachRefusalJustOnce, ()) {
  World world;
  std::int64_t refused = 0;
  std::map<std::string, std::int64_t> told;
  const auto send = [&](bool arrives) {
    const auto report = world.next();
    if (!report) return;
    std::int64_t count = 0;
    for (const auto& one : report->refusals)
      count += one.count;
    // It came, and the answer was lost: it is sent again, under the same id.
    told[report->id] = count;
    if (arrives) world.reports.acknowledge(world.now);
  };
  for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4))) {
    world.now += seconds(25);
    const int count = *rc::gen::inRange(1, 5);
    if (step < 2) world.refuse(count, world.now);
    if (step < 2) refused += count;
    if (step >= 2) send(step == 2);
  }
  for (int times = 0; times < 3; ++times) {
    world.now += minutes(2);
    send(true);
  }
  std::int64_t sum = 0;
  for (const auto& [id, count] : told)
    sum += count;
  RC_ASSERT(sum == refused);
}

}  // namespace
}  // namespace guildhall::gate
