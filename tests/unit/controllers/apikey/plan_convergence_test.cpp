// What an ApiKey comes to rest at, from every state: driven through the model, as a user would see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/apikey/names.hpp"
#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ApiKeyPlan, IssuesATokenWhoseHashTheStatusHolds) {
  World world;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.phase(), "Active");
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyIssued"));
  EXPECT_EQ(world.key.status.keys.front().expires_at, noon() + std::chrono::days{90});
}

TEST(ApiKeyPlan, SaysTheHashBeforeTheSecretIsWritten) {
  World world;
  const core::Plan first = world.plan_now();
  ASSERT_TRUE(first.status);
  EXPECT_EQ((*first.status)["keys"][0]["state"], "Issuing");
  ASSERT_EQ(first.apply.size(), 1U);
  EXPECT_TRUE(first.apply[0].holds_secret);
  EXPECT_EQ((*first.status)["conditions"].dump().find("\"Stalled\""), std::string::npos);
}

TEST(ApiKeyPlan, WritesNothingAtRest) {
  World world;
  world.settle();
  EXPECT_TRUE(world.plan_now().writes_nothing());
}

TEST(ApiKeyPlan, HoldsNoTokenInAPlan) {
  World world;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit(
      {{"secret", {{"namespaces", {"acme-prod"}}, {"formats", {"Vmagent", "GrafanaDatasource", "Curl", "Env"}}}}});
  const core::Plan plan = world.plan_now();
  world.execute(plan);
  const std::string token = world.token("acme", "grafana");
  ASSERT_FALSE(token.empty());
  for (const auto& apply : plan.apply)
    EXPECT_EQ(apply.object.dump().find(token), std::string::npos);
  EXPECT_EQ(plan.status->dump().find(token), std::string::npos);
}

TEST(ApiKeyPlan, FillsEveryFormat) {
  World world;
  world.edit({{"secret", {{"formats", {"Vmagent", "GrafanaDatasource", "Curl", "Env"}}}}});
  world.settle();
  const std::string token = world.token("acme", "grafana");
  for (const char* entry : {"vmagent.yaml", "grafana-datasource.yaml", "curl.conf", "guildhall.env", "header"}) {
    EXPECT_NE(world.token("acme", "grafana", entry).find(token), std::string::npos) << entry;
  }
  world.edit({{"secret", {{"formats", {"Curl"}}}}});
  world.settle();
  EXPECT_EQ(world.token("acme", "grafana", "vmagent.yaml"), "");
  EXPECT_EQ(world.token("acme", "grafana"), token) << "another format is no reason for another token";
}

TEST(ApiKeyPlan, CopiesIntoSpannedNamespacesAndTakesCopiesBack) {
  World world;
  world.ask_for_copy();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.token("acme-prod", "grafana"), world.token("acme", "grafana"));
  EXPECT_TRUE(world.key.metadata.has_finalizer(kFinalizer));
  EXPECT_THAT(world.key.status.secret->namespaces, ElementsAre("acme", "acme-prod"));
  world.copy_namespaces.clear();
  world.edit({{"secret", nullptr}});
  world.settle();
  EXPECT_EQ(world.secret("acme-prod", "grafana"), nullptr);
  EXPECT_FALSE(world.key.metadata.has_finalizer(kFinalizer));
}

TEST(ApiKeyPlan, PutsTheFinalizerBeforeTheFirstCopy) {
  World world;
  world.ask_for_copy();
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::Add);
}

TEST(ApiKeyPlan, MovesTheTokenWhenTheSecretIsRenamed) {
  World world;
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.edit({{"secret", {{"name", "dashboards"}}}});
  world.settle();
  EXPECT_EQ(world.token("acme", "dashboards"), token);
  EXPECT_EQ(world.secret("acme", "grafana"), nullptr);
  EXPECT_THAT(world.told(), ElementsAre("ApiKeyIssued"));
}

TEST(ApiKeyPlan, ReissuesWhenTheSecretIsDeleted) {
  World world;
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
  EXPECT_THAT(world.told(), Contains("ApiKeyReissued"));
}

TEST(ApiKeyPlan, AcceptsNothingOnThatALostSecretHeldInAnOverlap) {
  World world;
  world.edit({{"rotation", {{"every", "30d"}, {"overlap", "1d"}}}});
  world.pass(std::chrono::days{30} + std::chrono::hours{1});
  ASSERT_EQ(world.phase(), "Rotating");
  const std::string previous = world.token("acme", "grafana", "previous-token");
  world.secrets.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
  EXPECT_FALSE(world.accepts(previous));
}

TEST(ApiKeyPlan, ReissuesWhenTheSecretIsEditedAndReplacesTheCopies) {
  World world;
  world.ask_for_copy();
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.at({"acme", "grafana"})["data"]["token"] = "b64:gld_planted";
  world.settle();
  EXPECT_FALSE(world.accepts("gld_planted"));
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
  EXPECT_EQ(world.token("acme-prod", "grafana"), world.token("acme", "grafana"));
}

TEST(ApiKeyPlan, RewritesAnEditedCopyWithTheSameToken) {
  World world;
  world.ask_for_copy();
  world.settle();
  const std::string token = world.token("acme", "grafana");
  world.secrets.at({"acme-prod", "grafana"})["data"]["token"] = "b64:gld_planted";
  world.settle();
  EXPECT_EQ(world.token("acme", "grafana"), token);
  EXPECT_EQ(world.token("acme-prod", "grafana"), token);
}

TEST(ApiKeyPlan, IgnoresEntriesThatAreNotOurs) {
  World world;
  world.settle();
  world.secrets.at({"acme", "grafana"})["data"]["note"] = "b64:mine";
  EXPECT_TRUE(world.plan_now().writes_nothing());
}

TEST(ApiKeyPlan, RepairsLabels) {
  World world;
  world.edit({{"secret", {{"labels", {{"team", "sre"}}}}}});
  world.settle();
  world.secrets.at({"acme", "grafana"})["metadata"]["labels"].erase("team");
  EXPECT_FALSE(world.plan_now().writes_nothing());
  world.settle();
  EXPECT_EQ((*world.secret("acme", "grafana"))["metadata"]["labels"]["team"], "sre");
  world.edit({{"secret", nullptr}});
  EXPECT_FALSE(world.plan_now().writes_nothing()) << "a label that was dropped from the spec must be taken away";
}

TEST(ApiKeyPlan, LeavesAForeignSecretOfOurTypeAlone) {
  World world;
  const nlohmann::json foreign = {{"metadata", {{"name", "grafana"}, {"namespace", "acme"}, {"uid", "other"}}},
                                  {"type", "guildhall.dev/api-key"},
                                  {"data", {{"token", "b64:x"}}}};
  world.secrets[{"acme", "grafana"}] = foreign;
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
  EXPECT_EQ(*world.secret("acme", "grafana"), foreign);
  EXPECT_TRUE(world.plan_now().look_again_after.has_value());
  world.secrets.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

/// The Role that lets Admins get keys names what status.secret says: it must never name a Secret that is not ours.
TEST(ApiKeyPlan, NeverSaysThatAForeignSecretIsItsOwn) {
  World world;
  world.settle();
  world.edit({{"secret", {{"name", "crown-jewels"}}}});
  world.foreign_secret = true;
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
  ASSERT_TRUE(world.key.status.secret);
  EXPECT_EQ(world.key.status.secret->name, "grafana");
  EXPECT_THAT(world.key.status.secret->namespaces, ElementsAre("acme"));
  world.foreign_secret = false;
  world.settle();
  EXPECT_EQ(world.key.status.secret->name, "crown-jewels");
}

TEST(ApiKeyPlan, NeverSaysThatTheSecretOfAnotherKeyIsItsOwn) {
  World world;
  world.settle();
  const nlohmann::json others = {{"metadata", {{"name", "shared"}, {"namespace", "acme"}, {"uid", "other"}}},
                                 {"type", "guildhall.dev/api-key"},
                                 {"data", {{"token", "b64:x"}}}};
  world.secrets[{"acme", "shared"}] = others;
  world.edit({{"secret", {{"name", "shared"}}}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
  EXPECT_EQ(world.key.status.secret->name, "grafana");
  EXPECT_EQ(*world.secret("acme", "shared"), others);
}

TEST(ApiKeyPlan, LeavesTheSecretOfAnotherKeyInAPlaceOfACopyAlone) {
  World world;
  world.copy_namespaces = {{"acme-prod", true, true}};
  const nlohmann::json others = {{"metadata", {{"name", "grafana"}, {"namespace", "acme-prod"}, {"uid", "other"}}},
                                 {"type", "guildhall.dev/api-key"},
                                 {"data", {{"token", "b64:x"}}}};
  world.secrets[{"acme-prod", "grafana"}] = others;
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
  EXPECT_EQ(*world.secret("acme-prod", "grafana"), others);
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana"))) << "the home is not held up";
  world.edit({{"revoked", true}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Revoked");
  EXPECT_EQ(world.secret("acme", "grafana"), nullptr);
  ASSERT_NE(world.secret("acme-prod", "grafana"), nullptr) << "what is withdrawn is this key's only";
}

TEST(ApiKeyPlan, StandsBackFromAnOlderKeyThatIsToHaveTheSecret) {
  World world;
  world.rival = "old";
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
  EXPECT_EQ(core::find_condition(world.key.status.conditions, "Ready")->message,
            "Secret acme/grafana is to be the one of ApiKey old, which is older; choose another name in "
            "spec.secret.name");
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_THAT(world.key_states(), IsEmpty());
  EXPECT_LE(world.plan_now().look_again_after, std::chrono::minutes{1});
  world.rival.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(ApiKeyPlan, WritesOverASecretOnlyAsItWasSeen) {
  World world;
  world.settle();
  world.edit({{"secret", {{"labels", {{"team", "sre"}}}}}});
  const core::Plan plan = world.plan_now();
  ASSERT_EQ(plan.apply.size(), 1U);
  const nlohmann::json standing = *world.secret("acme", "grafana");
  EXPECT_EQ(plan.apply.front().resource_version, standing["metadata"]["resourceVersion"].get<std::string>());
}

TEST(ApiKeyPlan, GoesOnWhereOneCopyMeetsAForeignSecret) {
  World world;
  world.copy_namespaces = {{"acme-prod", true, true, true}, {"acme-staging", true, true}};
  world.edit({{"lifetime", "1h"}, {"secret", {{"namespaces", {"acme-prod", "acme-staging"}}}}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
  const std::string token = world.token("acme", "grafana");
  EXPECT_EQ(world.token("acme-staging", "grafana"), token);
  EXPECT_EQ(world.secret("acme-prod", "grafana"), nullptr);
  EXPECT_LE(world.plan_now().look_again_after, std::chrono::minutes{1});
  world.pass(std::chrono::hours{2});
  EXPECT_EQ(world.phase(), "Expired");
  EXPECT_THAT(world.secrets, IsEmpty());
}

TEST(ApiKeyPlan, StandsBackFromASecretOfAnotherType) {
  World world;
  world.foreign_secret = true;
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_THAT(world.key_states(), IsEmpty());
}

struct CopyCase {
  const char* name;
  CopyNamespace ns;
  const char* ready;
};

class CopyNamespaceTest : public ::testing::TestWithParam<CopyCase> {};

TEST_P(CopyNamespaceTest, GetsNoCopyButTheHomeDoes) {
  World world;
  world.copy_namespaces = {GetParam().ns, {"acme-prod", true, true}};
  world.edit({{"secret", {{"namespaces", {GetParam().ns.name, "acme-prod"}}}}});
  world.settle();
  EXPECT_EQ(world.ready(), GetParam().ready);
  EXPECT_EQ(world.secret(GetParam().ns.name, "grafana"), nullptr);
  EXPECT_TRUE(world.accepts(world.token("acme-prod", "grafana")));
  EXPECT_THAT(world.key_states(), ElementsAre("Current"));
}

INSTANTIATE_TEST_SUITE_P(
    Namespaces, CopyNamespaceTest,
    ::testing::Values(CopyCase{"ThatIsNotSpanned", {"other", false, true}, "False/NamespaceNotSpanned"},
                      CopyCase{"ThatAnotherOrganizationHas",
                               {.name = "shared", .spanned = true, .usable = false, .taken = true},
                               "False/NamespaceNotSpanned"},
                      CopyCase{"ThatIsTerminating", {"acme-edge", true, false}, "False/NamespaceNotReady"}),
    [](const auto& info) { return info.param.name; });

TEST(ApiKeyPlan, SaysWhatTheServerRefusedAndForgetsIt) {
  World world;
  world.failures = {{"Secret acme/grafana", core::ErrorKind::Invalid, "metadata.labels: Invalid value"}};
  world.execute(world.plan_now(), 1);
  EXPECT_EQ(world.ready(), "False/WriteRefused");
  world.failures.clear();
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

}  // namespace
}  // namespace guildhall::controllers::apikey
