// Lifetime in all its forms, rotation and overlap: what time alone does, also time in which nothing ran.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ApiKeyTime, ExpiresAtTheVerySecond) {
  World world;
  world.edit({{"lifetime", "1h"}});
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.pass(hours{1} - std::chrono::seconds{1});
  EXPECT_TRUE(world.accepts(token));
  EXPECT_EQ(core::find_condition(world.key.status.conditions, "ExpiringSoon")->status, true);
  world.pass(std::chrono::seconds{1});
  EXPECT_FALSE(world.accepts(token));
  EXPECT_EQ(world.ready(), "True/Expired");
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyIssued", "ApiKeyExpired"));
  EXPECT_THAT(world.key_states(), ElementsAre("Current")) << "the status keeps when it expired";
}

TEST(ApiKeyTime, ExpiresAfterTimeInWhichNothingRan) {
  World world;
  world.edit({{"lifetime", "1h"}});
  world.settle();
  world.now += days{3};
  world.settle();
  EXPECT_EQ(world.ready(), "True/Expired");
}

TEST(ApiKeyTime, IssuesNothingForATimeThatHasPassed) {
  World world;
  world.edit({{"lifetime", nullptr}, {"expiresAt", "2026-11-24T09:59:59Z"}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Expired");
  EXPECT_THAT(world.secrets, IsEmpty());
}

TEST(ApiKeyTime, NeverExpires) {
  World world;
  world.edit({{"lifetime", nullptr}, {"neverExpires", true}});
  world.settle();
  EXPECT_FALSE(world.plan_now().look_again_after.has_value());
  world.now += days{36'500};
  EXPECT_TRUE(world.plan_now().writes_nothing());
}

TEST(ApiKeyTime, LooksAgainAtTheVerySecondEvenInTheLastOne) {
  World world;
  world.edit({{"lifetime", nullptr}, {"expiresAt", "9999-12-31T23:59:59Z"}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  ASSERT_TRUE(world.pass_to_next_look());
  EXPECT_EQ(core::format_micro_timestamp(world.now), "9999-12-24T23:59:59.000000Z") << "it expires soon";
  ASSERT_TRUE(world.pass_to_next_look());
  EXPECT_EQ(core::format_micro_timestamp(world.now), "9999-12-31T23:59:59.000000Z");
  EXPECT_EQ(world.ready(), "True/Expired");
}

TEST(ApiKeyTime, LooksAgainForARotateAtInTheLastSecond) {
  World world;
  world.edit({{"lifetime", nullptr}, {"neverExpires", true}, {"rotateAt", "9999-12-31T23:59:59Z"}});
  world.settle();
  const auto after = world.plan_now().look_again_after;
  ASSERT_TRUE(after);
  EXPECT_EQ(core::format_micro_timestamp(world.now + *after), "9999-12-31T23:59:59.000000Z");
}

// The most that a CRD lets pass, and what it would not, but an object may have that is older than the rule.
class LongDurations : public testing::TestWithParam<std::string> {};

TEST_P(LongDurations, AreWellBehavedEverywhere) {
  World world;
  world.organization.api_keys.max_lifetime = GetParam();
  world.edit({{"lifetime", GetParam()}, {"rotation", {{"every", GetParam()}, {"overlap", GetParam()}}}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.key.status.keys.front().expires_at, noon() + days{36'500});
  world.edit({{"rotateAt", core::format_timestamp(noon())}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Rotating");
  EXPECT_TRUE(world.pass_to_next_look());
}

INSTANTIATE_TEST_SUITE_P(, LongDurations, testing::Values("100y", "36500d", "101y", "99999999w", "999999999y"));

TEST(ApiKeyTime, AnEditReachesThePresentToken) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.edit({{"lifetime", "1d"}});
  world.settle();
  EXPECT_EQ(world.key.status.keys.front().expires_at, noon() + days{1});
  EXPECT_EQ(world.token("acme", "grafana"), token);
  world.edit({{"lifetime", nullptr}, {"expiresAt", "2026-12-24T10:00:00Z"}});
  world.settle();
  EXPECT_EQ(world.key.status.keys.front().expires_at, noon() + days{30});
  world.edit({{"expiresAt", nullptr}, {"neverExpires", true}});
  world.settle();
  EXPECT_EQ(world.key.status.keys.front().expires_at, std::nullopt);
  EXPECT_EQ(world.token("acme", "grafana"), token);
}

TEST(ApiKeyTime, AnEditThatEndsThePresentTokenExpiresIt) {
  World world;
  world.settle();
  world.now += days{2};
  world.edit({{"lifetime", "1d"}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Expired");
}

TEST(ApiKeyTime, AnExpiredKeyTakesTheTokenOfItsOverlapAlong) {
  World world;
  world.edit({{"lifetime", nullptr}, {"expiresAt", "2026-11-25T10:00:00Z"}});
  world.settle();
  const std::string former = world.token("acme", "grafana");
  world.edit({{"rotateAt", "2026-11-24T10:00:00Z"}, {"rotation", {{"every", "12h"}, {"overlap", "2h"}}}});
  world.now += minutes{1};
  world.edit({{"rotateAt", "2026-11-24T10:01:00Z"}});
  world.settle();
  ASSERT_THAT(world.key_states(), ElementsAre("Current", "Previous"));
  ASSERT_TRUE(world.accepts(former));
  world.edit({{"expiresAt", "2026-11-24T10:30:00Z"}});
  world.pass(minutes{29});
  EXPECT_EQ(world.ready(), "True/Expired");
  EXPECT_FALSE(world.accepts(former));
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
}

TEST(ApiKeyTime, AnEditBeyondTheLimitLeavesThePresentTokenItsTime) {
  World world;
  world.organization.api_keys.max_lifetime = "90d";
  world.settle();
  world.edit({{"lifetime", "120d"}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/LifetimeTooLong");
  EXPECT_EQ(world.key.status.keys.front().expires_at, noon() + days{90});
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
}

TEST(ApiKeyTime, ATighterLimitShortensNoIssuedTokenButHoldsTheNextOne) {
  World world;
  world.edit({{"rotation", {{"every", "30d"}}}});
  world.settle();
  world.organization.api_keys.max_lifetime = "7d";
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  world.pass(days{31});
  EXPECT_EQ(world.ready(), "False/LifetimeTooLong");
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
}

TEST(ApiKeyTime, AnExpiredTokenNeverRevives) {
  World world;
  world.edit({{"lifetime", "1h"}});
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.pass(hours{2});
  ASSERT_EQ(world.ready(), "True/Expired");
  world.edit({{"lifetime", "5h"}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_FALSE(world.accepts(token));
  EXPECT_NE(world.token("acme", "grafana"), token);
}

TEST(ApiKeyTime, ALaterExpiresAtIssuesANewToken) {
  World world;
  world.edit({{"lifetime", nullptr}, {"expiresAt", "2026-11-24T11:00:00Z"}});
  world.pass(hours{2});
  ASSERT_EQ(world.ready(), "True/Expired");
  world.edit({{"expiresAt", "2026-11-24T11:30:00Z"}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Expired") << "later than before, but past";
  world.edit({{"expiresAt", "2026-11-25T11:00:00Z"}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(ApiKeyTime, RotateAtRevivesAnExpiredKeyWithANewToken) {
  World world;
  world.edit({{"lifetime", "1h"}});
  world.pass(hours{2});
  world.edit({{"rotateAt", "2026-11-24T12:00:00Z"}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
}

TEST(ApiKeyTime, RotatesWithOverlap) {
  World world;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "24h"}}}, {"secret", {{"namespaces", {"acme-prod"}}}}});
  world.settle();
  const std::string old = world.token("acme", "grafana");
  EXPECT_EQ(world.key.status.next_rotation_at, noon() + days{30});
  world.pass(days{30});
  EXPECT_EQ(world.ready(), "True/Rotating");
  EXPECT_THAT(world.key_states(), ElementsAre("Current", "Previous"));
  EXPECT_EQ(world.token("acme", "grafana", "previous-token"), old);
  EXPECT_EQ(world.token("acme-prod", "grafana", "previous-token"), old);
  EXPECT_TRUE(world.accepts(old));
  EXPECT_TRUE(world.accepts(world.token("acme-prod", "grafana")));
  EXPECT_EQ(world.key.status.keys.back().expires_at, noon() + days{31});
  world.pass(hours{24});
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_FALSE(world.accepts(old));
  EXPECT_EQ(world.token("acme", "grafana", "previous-token"), "");
  EXPECT_EQ(world.token("acme-prod", "grafana", "previous-token"), "");
  EXPECT_EQ(world.key.status.next_rotation_at, noon() + days{60});
}

TEST(ApiKeyTime, AnOverlapProlongsNoToken) {
  World world;
  world.edit({{"lifetime", "1h"}});
  world.settle();
  const std::string old = world.token("acme", "grafana");
  world.now += minutes{30};
  world.edit({{"rotateAt", "2026-11-24T10:30:00Z"}});
  world.settle();
  ASSERT_THAT(world.key_states(), ElementsAre("Current", "Previous"));
  EXPECT_EQ(world.key.status.keys.back().expires_at, noon() + hours{1}) << "not by the default overlap of an hour";
  world.pass(minutes{30});
  EXPECT_FALSE(world.accepts(old));
}

TEST(ApiKeyTime, ReadyStaysTrueWhileItRotates) {
  World world;
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "24h"}}}});
  world.settle();
  world.now += days{30};
  for (core::Plan plan = world.plan_now(); !plan.writes_nothing(); plan = world.plan_now()) {
    world.execute(plan);
    EXPECT_EQ(world.ready().substr(0, 4), "True");
  }
}

TEST(ApiKeyTime, RotatesOnceAfterALongTimeInWhichNothingRan) {
  World world;
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "24h"}}}});
  world.settle();
  world.now += days{80};
  world.settle();
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyIssued", "ApiKeyRotated"));
  EXPECT_EQ(world.key.status.next_rotation_at, world.now + days{30});
}

TEST(ApiKeyTime, GoesOnRotatingWhenTheTokenExpiredMeanwhile) {
  World world;
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "24h"}}}});
  world.settle();
  const std::string old = world.token("acme", "grafana");
  world.now += days{120};
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_FALSE(world.accepts(old));
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
}

TEST(ApiKeyTime, RotateAtIsActedOnOnce) {
  World world;
  world.settle();
  world.edit({{"rotateAt", "2026-11-24T12:00:00Z"}});
  world.settle();
  EXPECT_EQ(world.key.status.next_rotation_at, noon() + hours{2});
  world.pass(hours{3});
  EXPECT_EQ(world.key.status.rotated_for, noon() + hours{2});
  EXPECT_EQ(std::count(world.told().begin(), world.told().end(), "ApiKeyRotated"), 1);
  world.pass(days{10});
  EXPECT_EQ(std::count(world.told().begin(), world.told().end(), "ApiKeyRotated"), 1);
  world.edit({{"rotateAt", "2026-11-24T13:00:00Z"}});
  world.settle();
  EXPECT_EQ(std::count(world.told().begin(), world.told().end(), "ApiKeyRotated"), 2)
      << "another value, due: once more";
}

TEST(ApiKeyTime, RotateAtThatIsPresentOnFirstIssueCountsAsDone) {
  World world;
  world.edit({{"rotateAt", "2026-11-24T09:00:00.5Z"}});
  world.settle();
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyIssued"));
  EXPECT_EQ(world.key.status.rotated_for, noon() - hours{1});
}

TEST(ApiKeyTime, KeepsAtMostThreeKeys) {
  World world;
  world.edit({{"rotation", {{"every", "10d"}, {"overlap", "9d"}}}});
  world.settle();
  std::size_t most = 0;
  for (int turn = 1; turn <= 6; ++turn) {
    world.edit({{"rotateAt", core::format_timestamp(noon() + hours{turn})}});
    world.now = noon() + hours{turn};
    for (core::Plan plan = world.plan_now(); !plan.writes_nothing(); plan = world.plan_now()) {
      world.execute(plan);
      most = std::max(most, world.key.status.keys.size());
    }
    EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
    EXPECT_TRUE(world.accepts(world.token("acme", "grafana", "previous-token")));
  }
  EXPECT_EQ(most, 3U);
}

TEST(ApiKeyTime, RotationWaitsWhileSuspended) {
  World world;
  world.edit({{"rotation", {{"every", "1d"}}}});
  world.settle();
  world.organization.state = api::OrganizationState::Suspended;
  world.pass(days{5});
  EXPECT_THAT(world.told(), Not(Contains("ApiKeyRotated")));
  world.organization.state = api::OrganizationState::Active;
  world.settle();
  EXPECT_THAT(world.told(), Contains("ApiKeyRotated"));
}

TEST(ApiKeyTime, ShowsTheFormerTokenAlsoOfTwoRotationsInOneSecond) {
  World world;
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "1h"}}}});
  world.settle();
  world.edit({{"rotateAt", "2026-11-24T09:00:00Z"}});
  world.settle();
  world.edit({{"rotateAt", "2026-11-24T09:00:01Z"}});
  world.settle();
  const std::string former = world.token("acme", "grafana");
  world.now += std::chrono::seconds{7};
  world.edit({{"rotateAt", "2026-11-24T09:00:02Z"}});
  world.settle();
  EXPECT_TRUE(world.accepts(former));
  EXPECT_EQ(world.token("acme", "grafana", "previous-token"), former);
}

TEST(ApiKeyTime, ARotationThatWasAskedForBringsAnExpiredKeyBackWhenItIsDue) {
  World world;
  world.edit({{"lifetime", "2s"}, {"rotateAt", "2026-11-24T10:00:10Z"}});
  world.settle();
  world.pass(std::chrono::seconds{9});
  ASSERT_EQ(world.ready(), "True/Expired");
  world.pass(std::chrono::seconds{1});
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
}

TEST(ApiKeyTime, IsIssuedWhenItsEndIsNoLongerTooFarAway) {
  World world;
  world.organization.api_keys.max_lifetime = "10s";
  world.edit({{"lifetime", nullptr}, {"expiresAt", "2026-11-24T10:00:16Z"}});
  world.settle();
  ASSERT_EQ(world.ready(), "False/LifetimeTooLong");
  ASSERT_TRUE(world.pass_to_next_look());
  EXPECT_EQ(world.now, noon() + std::chrono::seconds{6});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(ApiKeyTime, ARotationIsDoneWhenItsEndIsNoLongerTooFarAway) {
  World world;
  world.edit({{"lifetime", nullptr}, {"expiresAt", "2026-11-24T10:00:16Z"}});
  world.settle();
  world.organization.api_keys.max_lifetime = "10s";
  world.edit({{"rotateAt", "2026-11-24T10:00:00Z"}});
  world.settle();
  ASSERT_EQ(world.ready(), "False/LifetimeTooLong");
  world.pass(std::chrono::seconds{6});
  EXPECT_EQ(world.ready(), "True/Rotating");
}

TEST(ApiKeyTime, EndsByItselfWhileSuspendedWithoutAToken) {
  World world;
  world.organization.state = api::OrganizationState::Suspended;
  world.edit({{"lifetime", nullptr}, {"expiresAt", "2026-11-24T10:00:16Z"}});
  world.settle();
  ASSERT_EQ(world.phase(), "Suspended");
  world.pass(std::chrono::seconds{16});
  EXPECT_EQ(world.ready(), "True/Expired");
}

TEST(ApiKeyTime, EndsByItselfWithoutEverHavingHadAToken) {
  World world;
  world.over_quota = true;
  world.edit({{"lifetime", nullptr}, {"expiresAt", "2026-11-24T10:00:16Z"}});
  world.settle();
  ASSERT_EQ(world.ready(), "False/QuotaExceeded");
  world.pass(std::chrono::seconds{16});
  EXPECT_EQ(world.ready(), "True/Expired");
}

}  // namespace
}  // namespace guildhall::controllers::apikey
