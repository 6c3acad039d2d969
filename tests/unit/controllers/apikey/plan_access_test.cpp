// Who and what takes an ApiKey out of force, or never lets it be issued: revocation, pause, owner, Organization,
// limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/apikey/names.hpp"
#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ApiKeyPlan, RevokesForGood) {
  World world;
  world.ask_for_copy();
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.edit({{"revoked", true}});
  const core::Plan plan = world.plan_now();
  EXPECT_FALSE(plan.status->contains("keys")) << "the token is refused before its Secrets go";
  world.settle();
  EXPECT_EQ(world.ready(), "True/Revoked");
  EXPECT_FALSE(world.accepts(token));
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_FALSE(world.key.metadata.has_finalizer(kFinalizer));
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyIssued", "ApiKeyWithdrawn"));
}

TEST(ApiKeyPlan, RevokesWhilePaused) {
  World world;
  world.settle();
  world.key.metadata.annotations[kPausedAnnotation] = "true";
  world.edit({{"revoked", true}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Revoked");
  EXPECT_THAT(world.secrets, IsEmpty());
}

TEST(ApiKeyPlan, WritesNoSecretWhilePausedAndAllAfterwards) {
  World world;
  world.settle();
  world.key.metadata.annotations[kPausedAnnotation] = "true";
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}, {"labels", {{"team", "sre"}}}}}});
  const nlohmann::json before = *world.secret("acme", "grafana");
  world.settle();
  EXPECT_EQ(world.ready(), "False/Paused");
  EXPECT_EQ(*world.secret("acme", "grafana"), before);
  EXPECT_EQ(world.secret("acme-prod", "grafana"), nullptr);
  world.key.metadata.annotations.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ((*world.secret("acme-prod", "grafana"))["metadata"]["labels"]["team"], "sre");
}

TEST(ApiKeyPlan, LeavesWhatWasEditedByHandWhilePaused) {
  World world;
  world.ask_for_copy();
  world.settle();
  world.key.metadata.annotations[kPausedAnnotation] = "true";
  for (const char* ns : {"acme", "acme-prod"})
    world.secrets.at({ns, "grafana"})["data"]["token"] = "b64:by hand";
  world.settle();
  EXPECT_EQ(world.ready(), "False/Paused");
  EXPECT_EQ(world.token("acme", "grafana"), "by hand");
  EXPECT_EQ(world.token("acme-prod", "grafana"), "by hand");
  world.key.metadata.annotations.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.token("acme", "grafana"), world.token("acme-prod", "grafana"));
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
}

TEST(ApiKeyPlan, TellsOfSuspensionResumptionAndWhatStalls) {
  World world;
  world.settle();
  world.organization.state = api::OrganizationState::Suspended;
  world.settle();
  world.organization.state = api::OrganizationState::Active;
  world.settle();
  world.organization.api_keys.max_lifetime = "1d";
  world.edit({{"rotateAt", "2026-11-24T10:00:00Z"}});
  world.settle();
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyIssued", "ApiKeySuspended", "ApiKeyResumed", "ApiKeyStalled"));
}

TEST(ApiKeyPlan, SaysTheSameOfALifetimeThatIsTooLongHoweverLateItLooks) {
  World world;
  world.organization.api_keys.max_lifetime = "1d";
  world.settle();
  ASSERT_EQ(world.ready(), "False/LifetimeTooLong");
  world.now += std::chrono::hours{1};
  EXPECT_TRUE(world.plan_now().writes_nothing());
}

TEST(ApiKeyPlan, WritesNoSecretWhilePaused) {
  World world;
  world.key.metadata.annotations[kPausedAnnotation] = "true";
  world.settle();
  EXPECT_EQ(world.ready(), "False/Paused");
  EXPECT_THAT(world.secrets, IsEmpty());
  world.key.metadata.annotations.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(ApiKeyPlan, SuspendsAndLifts) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.organization.state = api::OrganizationState::Suspended;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Suspended");
  EXPECT_FALSE(world.accepts(token));
  EXPECT_EQ(world.token("acme", "grafana"), token) << "the Secret stays";
  world.organization.state = api::OrganizationState::Active;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_TRUE(world.accepts(token));
}

TEST(ApiKeyPlan, ExpiresWhileSuspended) {
  World world;
  world.edit({{"lifetime", "1h"}});
  world.settle();
  world.organization.state = api::OrganizationState::Suspended;
  world.pass(std::chrono::hours{2});
  EXPECT_EQ(world.ready(), "True/Expired");
  EXPECT_THAT(world.secrets, IsEmpty());
}

struct OwnerCase {
  const char* name;
  std::optional<SeenOwner> owner;
  const char* issued_reason;
};

class OwnerTest : public ::testing::TestWithParam<OwnerCase> {};

TEST_P(OwnerTest, SuspendsTheKeyOf) {
  World world;
  world.edit({{"owner", {{"name", "jane"}}}});
  world.owner = SeenOwner{"jane@acme.example", true};
  world.settle();
  ASSERT_EQ(world.ready(), "True/Active");
  world.owner = GetParam().owner;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Suspended");
  EXPECT_EQ(core::find_condition(world.key.status.conditions, "Issued")->reason, GetParam().issued_reason);
  EXPECT_EQ(world.key.status.owner_email, "jane@acme.example");
  world.owner = SeenOwner{"jane@acme.example", true};
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

INSTANTIATE_TEST_SUITE_P(
    Owners, OwnerTest,
    ::testing::Values(OwnerCase{"AMemberThatIsGone", std::nullopt, "OwnerNotFound"},
                      OwnerCase{"AnInactiveMember", SeenOwner{"jane@acme.example", false}, "OwnerInactive"},
                      OwnerCase{"AMemberThatHasNotAccepted", SeenOwner{"jane@acme.example", false, false},
                                "OwnerNotAccepted"},
                      OwnerCase{"ANewMemberOfThatName", SeenOwner{"john@acme.example", true}, "OwnerChanged"}),
    [](const auto& info) { return info.param.name; });

TEST(ApiKeyPlan, IssuesNothingForAnOwnerWhoIsNotThere) {
  World world;
  world.edit({{"owner", {{"name", "jane"}}}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Suspended");
  EXPECT_THAT(world.secrets, IsEmpty());
}

struct LimitCase {
  const char* name;
  nlohmann::json spec;
  std::optional<std::string> max_lifetime;
  bool allow_no_expiration;
  const char* ready;
};

class LimitTest : public ::testing::TestWithParam<LimitCase> {};

TEST_P(LimitTest, OfTheOrganization) {
  World world;
  world.organization.api_keys.max_lifetime = GetParam().max_lifetime;
  world.organization.api_keys.allow_no_expiration = GetParam().allow_no_expiration;
  world.edit(GetParam().spec);
  world.settle();
  EXPECT_EQ(world.ready(), GetParam().ready);
  EXPECT_EQ(world.secrets.empty(), std::string(GetParam().ready).starts_with("False"));
}

INSTANTIATE_TEST_SUITE_P(
    Limits, LimitTest,
    ::testing::Values(
        LimitCase{"LifetimeAtTheLimit", {{"lifetime", "30d"}}, "30d", true, "True/Active"},
        LimitCase{"LifetimeOverTheLimit", {{"lifetime", "31d"}}, "30d", true, "False/LifetimeTooLong"},
        LimitCase{"ExpiresAtOverTheLimit",
                  {{"lifetime", nullptr}, {"expiresAt", "2027-11-24T10:00:00Z"}},
                  "30d",
                  true,
                  "False/LifetimeTooLong"},
        LimitCase{"NeverExpiresAllowed", {{"lifetime", nullptr}, {"neverExpires", true}}, "30d", true, "True/Active"},
        LimitCase{"NeverExpiresForbidden",
                  {{"lifetime", nullptr}, {"neverExpires", true}},
                  std::nullopt,
                  false,
                  "False/ExpirationRequired"}),
    [](const auto& info) { return info.param.name; });

TEST(ApiKeyPlan, WaitsForRoomUnderTheQuota) {
  World world;
  world.over_quota = true;
  world.settle();
  EXPECT_EQ(world.ready(), "False/QuotaExceeded");
  world.over_quota = false;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  world.over_quota = true;
  EXPECT_TRUE(world.plan_now().writes_nothing()) << "a lowered limit takes no token away";
}

TEST(ApiKeyPlan, ComesBackFromExpiryOnlyWhereTheQuotaHasRoom) {
  World world;
  world.edit({{"lifetime", "1h"}});
  world.settle();
  world.pass(std::chrono::hours{2});
  ASSERT_EQ(world.phase(), "Expired");
  world.over_quota = true;
  world.edit({{"lifetime", "30d"}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/QuotaExceeded");
  EXPECT_EQ(world.phase(), "Expired");
  EXPECT_EQ(world.secret("acme", "grafana"), nullptr);
  world.over_quota = false;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

}  // namespace
}  // namespace guildhall::controllers::apikey
