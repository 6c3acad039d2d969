// A token whose Secret was taken away ends, whatever keeps its successor from coming.
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

TEST(ApiKeyLoss, ALostTokenEndsThoughTheSecretOfItsSuccessorIsRefused) {
  World world;
  world.process_goes_on = true;
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.clear();
  for (int look = 0; look < 3; ++look)
    world.look_in_vain();
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_EQ(world.ready(), "False/WriteRefused");
  EXPECT_THAT(world.told(), Contains("ApiKeyLost"));
  EXPECT_FALSE(world.look_in_vain().status.has_value()) << "at rest";
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
}

TEST(ApiKeyLoss, ALostTokenEndsThoughACopyHasItsSuccessor) {
  World world;
  world.process_goes_on = true;
  world.ask_for_copy();
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.erase({"acme", "grafana"});
  for (int look = 0; look < 3; ++look)
    world.look_in_vain();
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_TRUE(world.accepts(world.token("acme-prod", "grafana")));
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(ApiKeyLoss, ALostTokenEndsThoughTheSecretOfItsSuccessorDoesNotComeAbout) {
  World world;
  world.process_goes_on = true;
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.clear();
  world.look_in_vain();
  world.failures.clear();  // what passes is not told
  EXPECT_TRUE(world.accepts(lost));
  world.now += *world.plan_now().look_again_after;
  world.look_in_vain();
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_EQ(world.now, noon() + std::chrono::minutes{2});
}

TEST(ApiKeyLoss, WhatMayPassIsWaitedFor) {
  World world;
  world.process_goes_on = true;
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.clear();
  for (int look = 0; look < 3; ++look) {
    world.look_in_vain();
    world.failures.front().kind = core::ErrorKind::Unavailable;
    world.failures.front().since = world.now;
  }
  EXPECT_TRUE(world.accepts(lost));
  world.now += std::chrono::minutes{2};
  world.look_in_vain();
  EXPECT_FALSE(world.accepts(lost));
}

TEST(ApiKeyLoss, ATokenInPlaceOfALostOneBringsNoFormerOneBack) {
  World world;
  world.process_goes_on = true;
  world.ask_for_copy();
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.erase({"acme", "grafana"});
  for (int look = 0; look < 3; ++look)
    world.look_in_vain();
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_EQ(world.token("acme", "grafana", "previous-token"), "");
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
  world.ask_for_copy();
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

/// How the removal of a Secret comes to nothing.
class EditedSecret : public ::testing::TestWithParam<core::ErrorKind> {};

TEST_P(EditedSecret, TakesItsTokenWithItThoughItCannotBeRemoved) {
  World world;
  world.ask_for_copy();
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.at({"acme", "grafana"})["data"]["token"] = "b64:gld_planted";
  const auto look = [&] {
    core::Plan plan = world.plan_now();
    std::erase_if(plan.remove, [](const core::Remove& remove) { return remove.key.ns == "acme"; });
    world.execute(plan);
    world.refuse_secret("acme");
    world.failures.front().kind = GetParam();
    world.failures.front().since = noon();
    return plan.look_again_after;
  };
  look();
  const auto wait = look();
  if (core::is_transient(GetParam())) {
    EXPECT_TRUE(world.accepts(lost)) << "it may pass";
    ASSERT_EQ(wait, std::chrono::minutes{2});
    world.now += *wait;
    look();
  }
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_EQ(world.ready(), "False/WriteRefused");
  EXPECT_EQ(world.secret("acme-prod", "grafana"), nullptr);
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_FALSE(world.accepts(lost));
}

INSTANTIATE_TEST_SUITE_P(, EditedSecret,
                         ::testing::Values(core::ErrorKind::Forbidden, core::ErrorKind::AlreadyExists,
                                           core::ErrorKind::Unavailable, core::ErrorKind::TooManyRequests),
                         [](const auto& info) { return std::string(core::to_string(info.param)); });

TEST(ApiKeyLoss, ASuccessorThatIsHeldUpForLongerThanItsLifetimeIsDrawnAnew) {
  World world;
  world.process_goes_on = true;
  world.edit({{"lifetime", "1h"}});
  world.ask_for_copy();
  world.settle();
  world.secrets.erase({"acme", "grafana"});
  for (int look = 0; look < 3; ++look)
    world.look_in_vain();
  ASSERT_THAT(world.key_states(), ElementsAre("Issuing"));
  world.now += std::chrono::hours{2};
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
  EXPECT_EQ(world.token("acme", "grafana"), world.token("acme-prod", "grafana"));
}

TEST(ApiKeyLoss, ALostTokenIsNotAcceptedOnByARotationThatIsDue) {
  World world;
  world.ask_for_copy();
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

TEST(ApiKeyLoss, ALostTokenIsKeptWhilePaused) {
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
