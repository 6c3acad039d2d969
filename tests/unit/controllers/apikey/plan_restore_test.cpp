// What a restore, a lost Organization or a lost seal key leave to an ApiKey.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/apikey/names.hpp"
#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ApiKeyPlan, AdoptsASealedSecretAfterARestoreWithItsTimes) {
  World world;
  world.edit({{"owner", {{"name", "jane"}}}, {"rotateAt", "2026-11-24T09:00:00Z"}});
  world.owner = SeenOwner{"jane@acme.example", true};
  world.settle();
  const std::string token = world.token("acme", "grafana");
  const auto expires = world.key.status.keys.front().expires_at;
  world.restore();
  world.now += std::chrono::hours{5};
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.token("acme", "grafana"), token);
  EXPECT_EQ(world.key.status.keys.front().expires_at, expires);
  EXPECT_EQ(world.key.status.owner_email, "jane@acme.example");
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyAdopted"));
  EXPECT_EQ((*world.secret("acme", "grafana"))["metadata"]["ownerReferences"][0]["uid"], "key-2");
}

TEST(ApiKeyPlan, AdoptsASealedSecretAlsoWhenTheOrganizationIsRestoredAfterTheKey) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.restore();
  world.home = HomeState::NotAHome;
  world.settle();
  world.home = HomeState::Awaiting;
  world.settle();
  world.home = HomeState::Claimed;
  world.settle();
  EXPECT_EQ(world.token("acme", "grafana"), token);
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyStalled", "ApiKeyAdopted"));
}

TEST(ApiKeyPlan, AdoptsARotationInItsOverlap) {
  World world;
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "1d"}}}});
  world.pass(std::chrono::days{30} + std::chrono::hours{1});
  ASSERT_EQ(world.phase(), "Rotating");
  const std::string previous = world.token("acme", "grafana", "previous-token");
  world.restore();
  world.settle();
  EXPECT_TRUE(world.accepts(previous));
  world.pass(std::chrono::days{1});
  EXPECT_FALSE(world.accepts(previous));
}

TEST(ApiKeyPlan, DoesNotAdoptASecretWhoseSealIsBroken) {
  World world;
  world.settle();
  world.restore();
  world.secrets.at({"acme", "grafana"})["data"]["token"] = "b64:gld_planted";
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
  EXPECT_FALSE(world.accepts("gld_planted"));
}

TEST(ApiKeyPlan, DoesNotReviveATokenWhoseKeyWasDeletedAndMadeAgain) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.make_anew();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_NE(world.token("acme", "grafana"), token);
  EXPECT_FALSE(world.accepts(token));
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyIssued"));
  EXPECT_EQ((*world.secret("acme", "grafana"))["metadata"]["ownerReferences"][0]["uid"], "key-2");
}

TEST(ApiKeyPlan, DoesNotReviveItAlsoWhenItIsKilledInBetween) {
  for (int writes = 0; writes < 4; ++writes) {
    SCOPED_TRACE(writes);
    World world;
    world.settle();
    const std::string token = world.token("acme", "grafana");
    world.make_anew();
    world.execute(world.plan_now(), writes);
    world.settle();
    EXPECT_EQ(world.ready(), "True/Active");
    EXPECT_FALSE(world.accepts(token));
    EXPECT_NE(world.token("acme", "grafana"), token);
  }
}

TEST(ApiKeyPlan, ClearsAFormerKeysSecretAwayWhenItMayHaveNoToken) {
  World world;
  world.settle();
  world.make_anew();
  world.over_quota = true;
  world.settle();
  EXPECT_EQ(world.ready(), "False/QuotaExceeded");
  EXPECT_THAT(world.secrets, IsEmpty());
}

TEST(ApiKeyPlan, LeavesAFormerKeysSecretWhilePausedAndSaysSo) {
  World world;
  world.settle();
  world.make_anew();
  world.key.metadata.annotations[kPausedAnnotation] = "true";
  world.settle();
  EXPECT_EQ(world.ready(), "False/Paused");
  EXPECT_THAT(core::find_condition(world.key.status.conditions, "Ready")->message,
              HasSubstr("is of a former ApiKey of this name; it is left so"));
  EXPECT_THAT(world.key_states(), IsEmpty());
}

TEST(ApiKeyPlan, DoesNotHoldADeletionUpForAFormerKeysSecret) {
  World world;
  world.settle();
  world.make_anew();
  world.mark_deleted();
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::None);
}

TEST(ApiKeyPlan, KeepsItsTokenWhenSomebodyPutsAnotherOwnerOnItsSecret) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.secrets.at({"acme", "grafana"})["metadata"]["ownerReferences"][0]["uid"] = "key-9";
  world.settle();
  EXPECT_EQ(world.token("acme", "grafana"), token);
  EXPECT_EQ((*world.secret("acme", "grafana"))["metadata"]["ownerReferences"][0]["uid"], "key-1");
}

TEST(ApiKeyPlan, DoesNotAdoptAnExpiredToken) {
  World world;
  world.edit({{"lifetime", "1h"}});
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.restore();
  world.now += std::chrono::hours{2};
  world.settle();
  EXPECT_EQ(world.ready(), "True/Expired");
  EXPECT_FALSE(world.accepts(token));
}

TEST(ApiKeyPlan, GetsANewTokenWhenTheOrganizationReturns) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.home = HomeState::NoOrganization;
  world.settle();
  EXPECT_EQ(world.ready(), "False/NoOrganization");
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_FALSE(world.accepts(token));
  world.home = HomeState::Claimed;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_NE(world.token("acme", "grafana"), token);
}

TEST(ApiKeyPlan, ATokenThatWasTakenAwayDoesNotComeBackWithItsSecret) {
  const auto lose_and_put_back = [](World& world, const auto& may_not, const auto& may) {
    world.settle();
    const std::string token = world.token("acme", "grafana");
    auto kept = world.secrets;
    kept.at({"acme", "grafana"})["metadata"].erase("ownerReferences");
    may_not();
    world.secrets.clear();
    world.settle();
    EXPECT_FALSE(world.accepts(token));
    world.secrets = kept;
    world.settle();
    may();
    world.settle();
    EXPECT_FALSE(world.accepts(token));
    EXPECT_EQ(world.ready(), "True/Active");
    EXPECT_NE(world.token("acme", "grafana"), token);
  };
  World suspended;
  lose_and_put_back(
      suspended, [&] { suspended.organization.state = api::OrganizationState::Suspended; },
      [&] { suspended.organization.state = api::OrganizationState::Active; });
  World alone;
  lose_and_put_back(alone, [&] { alone.home = HomeState::NoOrganization; }, [&] { alone.home = HomeState::Claimed; });
  World limited;
  lose_and_put_back(limited, [&] { limited.over_quota = true; }, [&] { limited.over_quota = false; });
}

TEST(ApiKeyPlan, SaysOfATokenThatWasTakenAwayThatItWasUntilThereIsAnother) {
  World world;
  const auto issued = [&] { return core::find_condition(world.key.status.conditions, "Issued")->reason; };
  world.settle();
  world.organization.state = api::OrganizationState::Suspended;
  world.secrets.clear();
  world.settle();
  EXPECT_EQ(issued(), "Withdrawn");
  EXPECT_EQ(world.ready(), "True/Suspended");
  world.organization.state = api::OrganizationState::Active;
  world.settle();
  EXPECT_EQ(issued(), "Issued");
  world.edit({{"revoked", true}});
  world.settle();
  EXPECT_EQ(issued(), "Revoked");
}

TEST(ApiKeyPlan, DoesNotReviveATokenThatWasWithdrawnWhenTheSecretOutlivedACrash) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.home = HomeState::NoOrganization;
  world.execute(world.plan_now(), 1);  // the status only
  world.home = HomeState::Claimed;
  world.settle();
  EXPECT_NE(world.token("acme", "grafana"), token);
  EXPECT_FALSE(world.accepts(token));
}

TEST(ApiKeyPlan, HoldsStillWhileTheClaimIsAway) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.home = HomeState::Awaiting;
  world.settle();
  EXPECT_EQ(world.ready(), "False/AwaitingHome");
  EXPECT_EQ(world.token("acme", "grafana"), token);
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
}

TEST(ApiKeyPlan, DoesNothingInANamespaceThatIsNoHome) {
  World world;
  world.home = HomeState::NotAHome;
  world.settle();
  EXPECT_EQ(world.ready(), "False/NotAHome");
  EXPECT_THAT(world.secrets, IsEmpty());
}

TEST(ApiKeySealKey, LeavesWhatItCannotJudgeAsItIsUntilTheKeyIsBack) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.seal_key_known = false;
  world.edit({{"rotateAt", "2026-11-24T10:00:00Z"}, {"displayName", "Grafana, new"}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/SealKeyMissing");
  EXPECT_NE(core::find_condition(world.key.status.conditions, "Stalled"), nullptr);
  EXPECT_EQ(world.token("acme", "grafana"), token);
  EXPECT_TRUE(world.accepts(token));
  world.seal_key_known = true;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Rotating");
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyIssued", "ApiKeyStalled", "ApiKeyRotated"))
      << "the wish of the meantime is kept";
}

TEST(ApiKeySealKey, MissingAfterARestoreTakesNothingOver) {
  World world;
  world.settle();
  world.restore();
  world.seal_key_known = false;
  world.settle();
  EXPECT_EQ(world.ready(), "False/SealKeyMissing");
  EXPECT_THAT(world.key_states(), IsEmpty());
  world.seal_key_known = true;
  world.settle();
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyStalled", "ApiKeyAdopted"));
}

TEST(ApiKeySealKey, MissingDoesNotKeepAccessAlive) {
  World revoked;
  revoked.settle();
  revoked.seal_key_known = false;
  revoked.edit({{"revoked", true}});
  revoked.settle();
  EXPECT_EQ(revoked.ready(), "True/Revoked");
  EXPECT_THAT(revoked.secrets, IsEmpty());

  World expiring;
  expiring.edit({{"lifetime", "1h"}});
  expiring.settle();
  expiring.seal_key_known = false;
  expiring.pass(std::chrono::hours{2});
  EXPECT_THAT(expiring.secrets, IsEmpty());
  EXPECT_EQ(expiring.phase(), "Expired");

  World suspended;
  suspended.settle();
  suspended.seal_key_known = false;
  suspended.organization.state = api::OrganizationState::Suspended;
  suspended.settle();
  EXPECT_EQ(suspended.phase(), "Suspended");
}

TEST(ApiKeySealKey, MissingEndsAnOverlapAllTheSame) {
  World world;
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "1d"}}}});
  world.pass(std::chrono::days{30} + std::chrono::hours{1});
  const std::string previous = world.token("acme", "grafana", "previous-token");
  world.seal_key_known = false;
  world.pass(std::chrono::days{1});
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
  EXPECT_FALSE(world.accepts(previous));
}

TEST(ApiKeySealKey, ThatIsLostForGoodIsGotOverByDeletingTheSecret) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.seal_key_known = false;
  world.settle();
  world.secrets.clear();
  world.seal_key_known = true;  // the new Secret is sealed by a key that is kept
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_NE(world.token("acme", "grafana"), token);
}

TEST(ApiKeySealKey, ThatIsForgedDoesNotKeepTheTokenOfAnEditedSecretAlive) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  auto& secret = world.secrets.at({"acme", "grafana"});
  secret["data"]["token"] = "b64:gld_planted";
  secret["metadata"]["annotations"][kSealAnnotation] = "k7:planted";
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_FALSE(world.accepts(token));
}

TEST(ApiKeySealKey, OfTheSecretOfAnotherKeyIsThatKeysMatter) {
  World world;
  world.settle();
  world.seal_key_known = false;
  world.key.status = {};
  world.key.metadata.uid = "key-of-another";
  world.key.metadata.name = "other";
  world.edit({{"secret", {{"name", "grafana"}}}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
}

TEST(ApiKeySealKey, OfACopyThatIsUnknownDoesNotHinder) {
  World world;
  world.ask_for_copy();
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.secrets.at({"acme-prod", "grafana"})["metadata"]["annotations"][kSealAnnotation] = "k7:planted";
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.token("acme-prod", "grafana"), token);
}

}  // namespace
}  // namespace guildhall::controllers::apikey
