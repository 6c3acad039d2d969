// What the server, or somebody in a namespace, does not let Guildhall write: it waits at rest, and keeps no token
// alive.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "controllers/apikey/names.hpp"
#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ApiKeyRefused, TriesTheSameTokenAgainAndLeavesTheStatusAlone) {
  World world;
  world.process_goes_on = true;
  world.look_in_vain();
  world.look_in_vain();
  EXPECT_EQ(world.ready(), "False/WriteRefused");
  const auto keys = world.key.status.keys;
  for (int seconds = 1; seconds <= 3; ++seconds) {
    world.now += std::chrono::seconds{1};
    const core::Plan again = world.look_in_vain();
    EXPECT_FALSE(again.status.has_value()) << "a status that changed would wake the key at once";
    EXPECT_THAT(again.audit, IsEmpty());
    ASSERT_THAT(again.apply, SizeIs(1));
  }
  EXPECT_EQ(world.key.status.keys, keys);
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.key.status.keys.front().hash, keys.front().hash);
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
}

/// A key with a copy, whose rotation is due and whose Secret in the home the server does not take.
class RefusedRotation : public ::testing::Test {
 protected:
  RefusedRotation() {
    world_.process_goes_on = true;
    world_.edit({{"rotation", {{"every", "30d"}, {"overlap", "1h"}}}});
    world_.ask_for_copy();
    world_.settle();
    former_ = world_.token("acme", "grafana");
    world_.now += std::chrono::days{30};
  }
  void look_in_vain() {
    for (int look = 0; look < 3; ++look)
      world_.look_in_vain();
  }
  void lift() {
    world_.failures.clear();
    world_.settle();
  }

  World world_;
  std::string former_;
};

TEST_F(RefusedRotation, KeepsTheFormerTokenForItsOverlap) {
  look_in_vain();
  EXPECT_TRUE(world_.accepts(former_)) << "nobody has the new one";
  EXPECT_FALSE(world_.look_in_vain().status.has_value()) << "at rest";
  lift();
  EXPECT_EQ(world_.ready(), "True/Rotating");
  EXPECT_EQ(world_.token("acme", "grafana", "previous-token"), former_);
  EXPECT_EQ(world_.token("acme-prod", "grafana", "previous-token"), former_);
  EXPECT_EQ(world_.token("acme-prod", "grafana"), world_.token("acme", "grafana"));
}

TEST_F(RefusedRotation, HasItsOverlapThoughItWasRefusedForLonger) {
  look_in_vain();
  world_.now += std::chrono::hours{5};
  lift();
  EXPECT_EQ(world_.ready(), "True/Rotating");
  EXPECT_TRUE(world_.accepts(former_));
  EXPECT_EQ(world_.key.status.keys.back().expires_at, world_.now + std::chrono::hours{1});
}

TEST_F(RefusedRotation, LeavesTheCopiesTheFormerToken) {
  look_in_vain();
  EXPECT_EQ(world_.token("acme-prod", "grafana"), former_);
  world_.secrets.erase({"acme-prod", "grafana"});
  look_in_vain();
  EXPECT_EQ(world_.token("acme-prod", "grafana"), former_) << "one that was lost comes back";
  world_.secrets.at({"acme-prod", "grafana"})["data"]["token"] = "b64:gld_planted";
  look_in_vain();
  EXPECT_EQ(world_.token("acme-prod", "grafana"), former_) << "and one that was edited";
}

TEST_F(RefusedRotation, OfAKeyThatIsRenamedLeavesAllAsItIs) {
  world_.edit({{"secret", {{"name", "renamed"}}}});
  look_in_vain();
  EXPECT_EQ(world_.token("acme-prod", "grafana"), former_);
  EXPECT_EQ(world_.token("acme", "grafana"), former_);
  lift();
  EXPECT_EQ(world_.token("acme-prod", "renamed"), world_.token("acme", "renamed"));
  EXPECT_EQ(world_.secret("acme-prod", "grafana"), nullptr);
}

TEST(ApiKeyRefused, ByAWebhookThatFailsNobodyMustActYet) {
  World world;
  world.process_goes_on = true;
  world.look_in_vain();
  world.failures = {{.object = "Secret acme/grafana", .kind = core::ErrorKind::Unavailable, .message = "failed"}};
  world.execute(world.plan_now(), 1);
  EXPECT_EQ(world.ready(), "False/WriteRefused");
  EXPECT_NE(core::find_condition(world.key.status.conditions, "Reconciling"), nullptr);
  EXPECT_EQ(core::find_condition(world.key.status.conditions, "Stalled"), nullptr);
}

struct Withdrawal {
  std::string name;
  std::function<void(World&)> happens;
  std::string ready;
};

void PrintTo(const Withdrawal& withdrawal, std::ostream* out) {
  *out << withdrawal.name;
}

class WhileRefused : public testing::TestWithParam<Withdrawal> {};

TEST_P(WhileRefused, WhatForbidsATokenForbidsTheOneOnItsWay) {
  World world;
  world.process_goes_on = true;
  world.owner = SeenOwner{.email = "jane@acme.example", .active = true};
  world.edit({{"owner", {{"name", "jane"}}}});
  world.look_in_vain();
  world.look_in_vain();
  ASSERT_EQ(world.ready(), "False/WriteRefused");
  GetParam().happens(world);
  world.settle();
  EXPECT_EQ(world.ready(), GetParam().ready);
  EXPECT_THAT(world.key_states(), IsEmpty());
  EXPECT_THAT(world.secrets, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Withdrawals, WhileRefused,
    ::testing::Values(Withdrawal{"Revoked", [](World& world) { world.edit({{"revoked", true}}); }, "True/Revoked"},
                      Withdrawal{"OwnerInactive", [](World& world) { world.owner->active = false; }, "True/Suspended"},
                      Withdrawal{"Suspended",
                                 [](World& world) { world.organization.state = api::OrganizationState::Suspended; },
                                 "True/Suspended"},
                      Withdrawal{"Paused",
                                 [](World& world) { world.key.metadata.annotations[kPausedAnnotation] = "true"; },
                                 "False/Paused"},
                      Withdrawal{"LimitLowered", [](World& world) { world.organization.api_keys.max_lifetime = "1d"; },
                                 "False/LifetimeTooLong"}),
    [](const auto& info) { return info.param.name; });

TEST(ApiKeyRefused, ExpiresAllTheSame) {
  World world;
  world.process_goes_on = true;
  world.edit({{"lifetime", "2h"}, {"rotation", {{"every", "1h"}, {"overlap", "30m"}}}});
  world.settle();
  world.now += std::chrono::hours{1};
  world.look_in_vain();
  world.look_in_vain();
  ASSERT_THAT(world.key_states(), ElementsAre("Current", "Issuing"));
  world.now += std::chrono::hours{3};
  const core::Plan plan = world.look_in_vain();
  EXPECT_THAT(plan.apply, IsEmpty()) << "both tokens have ended: the next is a new one";
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active") << "by its rotation it gets a new token";
}

/// Somebody in the copy's namespace keeps it from being written.
struct Obstruction {
  std::string name;
  std::function<void(World&)> happens;
};

void PrintTo(const Obstruction& obstruction, std::ostream* out) {
  *out << obstruction.name;
}

class ObstructedCopy : public testing::TestWithParam<Obstruction> {};

TEST_P(ObstructedCopy, DoesNotKeepTheFormerTokenAlive) {
  World world;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "1d"}}}, {"secret", {{"namespaces", {"acme-prod"}}}}});
  world.settle();
  const std::string former = world.token("acme", "grafana");
  GetParam().happens(world);
  world.now += std::chrono::days{30};
  for (int look = 0; look < 4; ++look) {
    core::Plan plan = world.plan_now();
    std::erase_if(plan.apply, [](const core::Apply& apply) { return apply.key.ns == "acme-prod"; });
    std::erase_if(plan.remove, [](const core::Remove& remove) { return remove.key.ns == "acme-prod"; });
    world.execute(plan);
  }
  EXPECT_THAT(world.key_states(), ElementsAre("Current", "Previous"));
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
  EXPECT_TRUE(world.accepts(former));
  world.now += std::chrono::days{1};
  world.execute(world.plan_now(), 1);
  EXPECT_FALSE(world.accepts(former)) << "the overlap is over";
}

INSTANTIATE_TEST_SUITE_P(
    Obstructions, ObstructedCopy,
    ::testing::Values(Obstruction{"TheServerRefuses", [](World& world) { world.refuse_secret("acme-prod"); }},
                      Obstruction{"AFinalizerHoldsIt",
                                  [](World& world) {
                                    world.secrets.at({"acme-prod", "grafana"})["metadata"]["deletionTimestamp"] =
                                        "2026-11-24T10:00:00Z";
                                  }}),
    [](const auto& info) { return info.param.name; });

TEST(ApiKeyRefused, ASecretThatWasMadeImmutableIsMadeAnew) {
  World world;
  world.ask_for_copy();
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.secrets.at({"acme-prod", "grafana"})["immutable"] = true;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_FALSE(world.secrets.at({"acme-prod", "grafana"}).contains("immutable"));
  EXPECT_EQ(world.token("acme-prod", "grafana"), token);
  world.secrets.at({"acme", "grafana"})["immutable"] = true;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_NE(world.token("acme", "grafana"), token) << "edited by hand counts as deleted";
  EXPECT_FALSE(world.accepts(token));
}

}  // namespace
}  // namespace guildhall::controllers::apikey
