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

/// A key whose Secret in the home was deleted, and whose successor's the server does not take there.
class RefusedSuccessor : public ::testing::Test {
 protected:
  RefusedSuccessor() { world_.process_goes_on = true; }
  void lose_secret() {
    world_.settle();
    lost_ = world_.token("acme", "grafana");
    world_.secrets.erase({"acme", "grafana"});
  }
  void look_in_vain(int looks = 3) {
    for (int look = 0; look < looks; ++look)
      world_.look_in_vain();
  }
  void lift() {
    world_.failures.clear();
    world_.settle();
  }

  World world_;
  std::string lost_;
};

TEST_F(RefusedSuccessor, EndsTheLostToken) {
  lose_secret();
  look_in_vain();
  EXPECT_FALSE(world_.accepts(lost_));
  EXPECT_EQ(world_.ready(), "False/WriteRefused");
  EXPECT_THAT(world_.told(), Contains("ApiKeyLost"));
  EXPECT_FALSE(world_.look_in_vain().status.has_value()) << "at rest";
  lift();
  EXPECT_EQ(world_.ready(), "True/Active");
  EXPECT_THAT(world_.key_states(), ElementsAre("Current"));
}

TEST_F(RefusedSuccessor, EndsTheLostTokenThoughACopyHasIt) {
  world_.ask_for_copy();
  lose_secret();
  look_in_vain();
  EXPECT_FALSE(world_.accepts(lost_));
  EXPECT_TRUE(world_.accepts(world_.token("acme-prod", "grafana")));
  lift();
  EXPECT_EQ(world_.ready(), "True/Active");
}

TEST_F(RefusedSuccessor, ThatDoesNotComeAboutEndsTheLostTokenInTwoMinutes) {
  lose_secret();
  look_in_vain(1);
  world_.failures.clear();  // what passes is not told
  EXPECT_TRUE(world_.accepts(lost_));
  world_.now += *world_.plan_now().look_again_after;
  look_in_vain(1);
  EXPECT_FALSE(world_.accepts(lost_));
  EXPECT_EQ(world_.now, noon() + std::chrono::minutes{2});
}

TEST_F(RefusedSuccessor, IsWaitedForWhereItMayPass) {
  lose_secret();
  for (int look = 0; look < 3; ++look) {
    look_in_vain(1);
    world_.failures.front().kind = core::ErrorKind::Unavailable;
    world_.failures.front().since = world_.now;
  }
  EXPECT_TRUE(world_.accepts(lost_));
  world_.now += std::chrono::minutes{2};
  look_in_vain(1);
  EXPECT_FALSE(world_.accepts(lost_));
}

TEST_F(RefusedSuccessor, BringsNoFormerTokenBack) {
  world_.ask_for_copy();
  lose_secret();
  look_in_vain();
  lift();
  EXPECT_EQ(world_.ready(), "True/Active");
  EXPECT_FALSE(world_.accepts(lost_));
  EXPECT_EQ(world_.token("acme", "grafana", "previous-token"), "");
}

TEST_F(RefusedSuccessor, ThatIsHeldUpForLongerThanItsLifetimeIsDrawnAnew) {
  world_.edit({{"lifetime", "1h"}});
  world_.ask_for_copy();
  lose_secret();
  look_in_vain();
  ASSERT_THAT(world_.key_states(), ElementsAre("Issuing"));
  world_.now += std::chrono::hours{2};
  lift();
  EXPECT_EQ(world_.ready(), "True/Active");
  EXPECT_TRUE(world_.accepts(world_.token("acme", "grafana")));
  EXPECT_EQ(world_.token("acme", "grafana"), world_.token("acme-prod", "grafana"));
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
