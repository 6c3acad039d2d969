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

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

core::WriteFailure refused(const std::string& ns) {
  return {.object = "Secret " + ns + "/grafana", .kind = core::ErrorKind::Forbidden, .message = "by a policy"};
}

/// One look at which the home's Secret is refused: all else of the plan is carried out.
core::Plan look_in_vain(World& world) {
  core::Plan plan = world.plan_now();
  core::Plan without = plan;
  std::erase_if(without.apply, [](const core::Apply& apply) { return apply.key.ns == "acme"; });
  world.execute(without);
  world.failures = {refused("acme")};
  return plan;
}

TEST(ApiKeyRefused, TriesTheSameTokenAgainAndLeavesTheStatusAlone) {
  World world;
  world.process_goes_on = true;
  look_in_vain(world);
  look_in_vain(world);
  EXPECT_EQ(world.ready(), "False/WriteRefused");
  const auto keys = world.key.status.keys;
  for (int seconds = 1; seconds <= 3; ++seconds) {
    world.now += std::chrono::seconds{1};
    const core::Plan again = look_in_vain(world);
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

TEST(ApiKeyRefused, ARotationKeepsTheFormerTokenForItsOverlap) {
  World world;
  world.process_goes_on = true;
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "1d"}}}});
  world.settle();
  const std::string former = world.token("acme", "grafana");
  world.now += std::chrono::days{30};
  for (int look = 0; look < 3; ++look)
    look_in_vain(world);
  EXPECT_TRUE(world.accepts(former)) << "nobody has the new one";
  EXPECT_FALSE(look_in_vain(world).status.has_value());
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Rotating");
  EXPECT_EQ(world.token("acme", "grafana", "previous-token"), former);
  EXPECT_EQ(world.key.status.keys.back().expires_at, noon() + std::chrono::days{31});
}

TEST(ApiKeyRefused, ARotationThatWasRefusedForLongerThanTheOverlapHasItsOverlapAllTheSame) {
  World world;
  world.process_goes_on = true;
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "1h"}}}});
  world.settle();
  const std::string former = world.token("acme", "grafana");
  world.now += std::chrono::days{30};
  for (int look = 0; look < 3; ++look)
    look_in_vain(world);
  world.now += std::chrono::hours{5};
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Rotating");
  EXPECT_TRUE(world.accepts(former));
  EXPECT_EQ(world.key.status.keys.back().expires_at, world.now + std::chrono::hours{1});
}

TEST(ApiKeyRefused, ALostTokenEndsThoughTheSecretOfItsSuccessorIsRefused) {
  World world;
  world.process_goes_on = true;
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.clear();
  for (int look = 0; look < 3; ++look)
    look_in_vain(world);
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_EQ(world.ready(), "False/WriteRefused");
  EXPECT_THAT(world.told(), Contains("ApiKeyLost"));
  EXPECT_FALSE(look_in_vain(world).status.has_value()) << "at rest";
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
}

TEST(ApiKeyRefused, ALostTokenEndsThoughACopyHasItsSuccessor) {
  World world;
  world.process_goes_on = true;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.erase({"acme", "grafana"});
  for (int look = 0; look < 3; ++look)
    look_in_vain(world);
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_TRUE(world.accepts(world.token("acme-prod", "grafana")));
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(ApiKeyRefused, WhatMayPassIsWaitedFor) {
  World world;
  world.process_goes_on = true;
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.clear();
  for (int look = 0; look < 3; ++look) {
    look_in_vain(world);
    world.failures.front().kind = core::ErrorKind::Unavailable;
  }
  EXPECT_TRUE(world.accepts(lost));
  world.now += std::chrono::minutes{2};
  look_in_vain(world);
  EXPECT_FALSE(world.accepts(lost));
}

TEST(ApiKeyRefused, ALostTokenEndsThoughTheSecretOfItsSuccessorDoesNotComeAbout) {
  World world;
  world.process_goes_on = true;
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.clear();
  look_in_vain(world);
  world.failures.clear();  // what passes is not told
  EXPECT_TRUE(world.accepts(lost));
  world.now += *world.plan_now().look_again_after;
  look_in_vain(world);
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_EQ(world.now, noon() + std::chrono::minutes{2});
}

TEST(ApiKeyRefused, ADeletionEndsThoughItsStatusIsRefused) {
  World world;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
  world.settle();
  world.mark_deleted();
  EXPECT_TRUE(world.plan_now().status.has_value());
  world.now += std::chrono::minutes{2};
  const core::Plan last = world.plan_now();
  EXPECT_FALSE(last.status.has_value()) << "the engine carries out nothing after a status that is refused";
  EXPECT_THAT(last.remove, SizeIs(2));
  EXPECT_EQ(last.finalizer, core::FinalizerChange::Abandon);
}

TEST(ApiKeyRefused, ADeletionEndsThoughItsEventsAreRefused) {
  World world;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
  world.settle();
  world.mark_deleted();
  world.execute(world.plan_now());
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::Drop) << "which waits for the Events";
  world.now += std::chrono::minutes{2};
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::Abandon);
  EXPECT_THAT(world.plan_now().audit, IsEmpty()) << "nothing was given up";
}

TEST(ApiKeyRefused, ByAWebhookThatFailsNobodyMustActYet) {
  World world;
  world.process_goes_on = true;
  look_in_vain(world);
  world.failures = {{.object = "Secret acme/grafana", .kind = core::ErrorKind::Unavailable, .message = "failed"}};
  world.execute(world.plan_now(), 1);
  EXPECT_EQ(world.ready(), "False/WriteRefused");
  EXPECT_NE(core::find_condition(world.key.status.conditions, "Reconciling"), nullptr);
  EXPECT_EQ(core::find_condition(world.key.status.conditions, "Stalled"), nullptr);
}

TEST(ApiKeyRefused, ATokenInPlaceOfALostOneBringsNoFormerOneBack) {
  World world;
  world.process_goes_on = true;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.erase({"acme", "grafana"});
  for (int look = 0; look < 3; ++look)
    look_in_vain(world);
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_EQ(world.token("acme", "grafana", "previous-token"), "");
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
  look_in_vain(world);
  look_in_vain(world);
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
  look_in_vain(world);
  look_in_vain(world);
  ASSERT_THAT(world.key_states(), ElementsAre("Current", "Issuing"));
  world.now += std::chrono::hours{3};
  const core::Plan plan = look_in_vain(world);
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
    ::testing::Values(Obstruction{"TheServerRefuses", [](World& world) { world.failures = {refused("acme-prod")}; }},
                      Obstruction{"AFinalizerHoldsIt",
                                  [](World& world) {
                                    world.secrets.at({"acme-prod", "grafana"})["metadata"]["deletionTimestamp"] =
                                        "2026-11-24T10:00:00Z";
                                  }}),
    [](const auto& info) { return info.param.name; });

TEST(ApiKeyRefused, ASecretThatWasMadeImmutableIsMadeAnew) {
  World world;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
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

/// Why no token can be issued in place of one whose Secret was deleted.
struct Hindrance {
  std::string name;
  std::function<void(World& world)> bring;
  std::string ready;
};

class LostToken : public ::testing::TestWithParam<Hindrance> {};

TEST_P(LostToken, EndsAlsoWhenNoOtherCanBeIssuedAndACopyStands) {
  World world;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  GetParam().bring(world);
  world.settle();
  EXPECT_EQ(world.ready(), GetParam().ready);
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_THAT(world.key_states(), IsEmpty());
  EXPECT_THAT(world.told(), Contains("ApiKeyLost"));
  EXPECT_EQ(world.secret("acme-prod", "grafana"), nullptr) << "it would show a token that nobody accepts";
}

INSTANTIATE_TEST_SUITE_P(
    , LostToken,
    ::testing::Values(Hindrance{"AForeignSecretTookItsPlace",
                                [](World& world) {
                                  world.secrets.erase({"acme", "grafana"});
                                  world.foreign_secret = true;
                                },
                                "False/ForeignSecret"},
                      Hindrance{"AnotherKeysSecretTookItsPlace",
                                [](World& world) {
                                  world.secrets[{"acme", "grafana"}] = {
                                      {"metadata", {{"name", "grafana"}, {"namespace", "acme"}, {"uid", "other"}}},
                                      {"type", kSecretType},
                                      {"data", {{"token", "b64:x"}}}};
                                },
                                "False/ForeignSecret"},
                      Hindrance{"ALimitIsInTheWay",
                                [](World& world) {
                                  world.secrets.erase({"acme", "grafana"});
                                  world.organization.api_keys.max_lifetime = "1d";
                                },
                                "False/LifetimeTooLong"},
                      Hindrance{"ItIsSuspended",
                                [](World& world) {
                                  world.secrets.erase({"acme", "grafana"});
                                  world.organization.state = api::OrganizationState::Suspended;
                                },
                                "True/Suspended"},
                      Hindrance{"ItIsSuspendedAndItsSecretWasChanged",
                                [](World& world) {
                                  world.secrets.at({"acme", "grafana"})["data"]["token"] = "b64:gld_planted";
                                  world.organization.state = api::OrganizationState::Suspended;
                                },
                                "True/Suspended"},
                      Hindrance{"AFinalizerOfOthersHoldsItsDeletion",
                                [](World& world) {
                                  world.secrets.at({"acme", "grafana"})["metadata"]["deletionTimestamp"] =
                                      core::format_timestamp(world.now);
                                },
                                "False/WritingSecrets"}),
    [](const auto& info) { return info.param.name; });

TEST(ApiKeyRefused, ALostTokenIsNotAcceptedOnByARotationThatIsDue) {
  World world;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.erase({"acme", "grafana"});
  world.edit({{"rotateAt", core::format_timestamp(world.now)}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
  EXPECT_THAT(world.told(), Contains("ApiKeyReissued"));
  EXPECT_EQ(world.key.status.rotated_for, world.now) << "the rotation is done with it";
}

TEST(ApiKeyRefused, ALostTokenIsKeptWhilePaused) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.key.metadata.annotations[kPausedAnnotation] = "true";
  world.secrets.erase({"acme", "grafana"});
  world.settle();
  EXPECT_EQ(world.ready(), "False/Paused");
  EXPECT_TRUE(world.accepts(token));
}

}  // namespace
}  // namespace guildhall::controllers::apikey
