// What the status says beside Ready: whole statuses compared, and messages that people read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using ::testing::HasSubstr;

const core::Condition& condition(const World& world, const char* type) {
  const core::Condition* found = core::find_condition(world.key.status.conditions, type);
  static const core::Condition kNone;
  EXPECT_NE(found, nullptr) << type;
  return found == nullptr ? kNone : *found;
}

TEST(ApiKeyStatus, IsWholeAtRest) {
  World world;
  world.settle();
  const auto& key = world.key.status.keys.front();
  const nlohmann::json want = {{"observedGeneration", 1},
                               {"phase", "Active"},
                               {"organization", "acme"},
                               {"keys",
                                {{{"id", key.id},
                                  {"hash", key.hash},
                                  {"issuedAt", "2026-11-24T10:00:00Z"},
                                  {"expiresAt", "2027-02-22T10:00:00Z"},
                                  {"state", "Current"}}}},
                               {"secret", {{"name", "grafana"}, {"namespaces", {"acme"}}}},
                               {"conditions",
                                {{{"type", "ExpiringSoon"},
                                  {"status", "False"},
                                  {"reason", "NotSoon"},
                                  {"message", "the token expires at 2027-02-22T10:00:00Z"},
                                  {"observedGeneration", 1},
                                  {"lastTransitionTime", "2026-11-24T10:00:00Z"}},
                                 {{"type", "Issued"},
                                  {"status", "True"},
                                  {"reason", "Issued"},
                                  {"message", "token " + key.id + " is valid until 2027-02-22T10:00:00Z"},
                                  {"observedGeneration", 1},
                                  {"lastTransitionTime", "2026-11-24T10:00:00Z"}},
                                 {{"type", "Ready"},
                                  {"status", "True"},
                                  {"reason", "Active"},
                                  {"message", "token " + key.id + " is valid until 2027-02-22T10:00:00Z"},
                                  {"observedGeneration", 1},
                                  {"lastTransitionTime", "2026-11-24T10:00:00Z"}}}}};
  EXPECT_EQ(api::to_json(world.key.status), want);
}

/// The engine puts it there, so that it is told by whoever leads next.
TEST(ApiKeyStatus, KeepsWhatIsToBeTold) {
  World world;
  world.settle();
  world.key.status.audit.emplace_back().action = "ApiKeyIssued";
  EXPECT_FALSE(world.plan_now().status) << "nothing is new";
  world.edit({{"displayName", "Other"}});
  EXPECT_EQ(world.plan_now().status->at("audit").size(), 1U);
}

TEST(ApiKeyStatus, StalledAndReconcilingArePresentOnlyWhenTrue) {
  World world;
  world.over_quota = true;
  world.settle();
  EXPECT_TRUE(condition(world, "Stalled").status);
  EXPECT_EQ(core::find_condition(world.key.status.conditions, "Reconciling"), nullptr);
  world.over_quota = false;
  world.execute(world.plan_now(), 1);
  EXPECT_TRUE(condition(world, "Reconciling").status);
  EXPECT_EQ(core::find_condition(world.key.status.conditions, "Stalled"), nullptr);
  world.settle();
  EXPECT_EQ(core::find_condition(world.key.status.conditions, "Reconciling"), nullptr);
}

TEST(ApiKeyStatus, KeepsTheTransitionTimeWhileTheStatusOfAConditionStands) {
  World world;
  world.settle();
  world.now += std::chrono::hours{1};
  world.edit({{"displayName", "Other"}});
  world.settle();
  EXPECT_EQ(condition(world, "Ready").last_transition_time, noon());
  EXPECT_EQ(condition(world, "Ready").observed_generation, 2);
}

TEST(ApiKeyStatus, AChangeOfSpecIsNotReadyBeforeItIsInForce) {
  World world;
  world.settle();
  world.edit({{"secret", {{"formats", {"Curl"}}}}});
  world.execute(world.plan_now(), 1);
  EXPECT_EQ(world.ready(), "False/WritingSecrets");
  EXPECT_EQ(world.key.status.observed_generation, 2);
}

SeenDeployment metrics() {
  api::OrganizationDeployment told;
  told.name = "metrics";
  told.ns = "acme-prod";
  told.url = "http://metrics.acme-prod.svc:8428";
  return {.told = told, .labels = std::nullopt};
}

TEST(ApiKeyStatus, NamesMatchedAndMissingDeployments) {
  World world;
  world.deployments = {metrics()};
  world.edit(
      {{"deployments", {{"all", nullptr}, {"names", {"metrics", "logs"}}}}, {"secret", {{"formats", {"Vmagent"}}}}});
  world.settle();
  EXPECT_EQ(world.key.status.deployments->matched, std::vector<std::string>{"metrics"});
  EXPECT_EQ(world.key.status.deployments->missing, std::vector<std::string>{"logs"});
  EXPECT_THAT(world.token("acme", "grafana", "vmagent.yaml"),
              HasSubstr("http://metrics.acme-prod.svc:8428/api/v1/write"));
}

/// "True/Enforced"; "": nothing is said.
std::string enforced(World& world) {
  world.settle();
  const core::Condition* found = core::find_condition(world.key.status.conditions, "Enforced");
  return found == nullptr ? "" : std::string(found->status ? "True" : "False") + "/" + found->reason;
}

TEST(ApiKeyStatus, SaysWhetherVmauthLetsJustTheAcceptedTokensIn) {
  World world;
  world.deployments = {metrics()};
  EXPECT_EQ(enforced(world), "") << "the Organization does not ask for it";
  world.enforcement.emplace().secret = core::ObjectKey{"acme-edge", "acme-vmauth"};
  EXPECT_EQ(enforced(world), "False/NotRendered");
  EXPECT_THAT(condition(world, "Enforced").message, HasSubstr("Secret acme-edge/acme-vmauth"));
  EXPECT_EQ(world.ready(), "True/Active") << "the gate lets it in";
  world.enforcement->trouble = {.reason = "ForeignSecret", .message = "it is somebody else's"};
  EXPECT_EQ(enforced(world), "False/ForeignSecret");
  world.enforcement->let_in = {world.key.status.keys.front().hash};
  EXPECT_EQ(enforced(world), "True/Enforced") << "for this key it is as it should be";
  world.enforcement->trouble->is_behind = true;
  EXPECT_EQ(enforced(world), "False/ForeignSecret") << "it is let in elsewhere than it should be";
  world.enforcement->trouble->is_behind = false;
  world.edit({{"revoked", true}});
  EXPECT_EQ(enforced(world), "False/ForeignSecret") << "a token that is not accepted is let in";
  world.enforcement->let_in.clear();
  EXPECT_EQ(enforced(world), "True/Enforced");
  world.enforcement.reset();
  EXPECT_EQ(enforced(world), "");
}

TEST(ApiKeyStatus, SaysThatAFormerPlaceLetsItInStill) {
  World world;
  world.deployments = {metrics()};
  world.settle();
  auto& enforcement = world.enforcement.emplace();
  enforcement.secret = core::ObjectKey{"acme-edge", "acme-vmauth"};
  enforcement.let_in = {world.key.status.keys.front().hash};
  enforcement.former = {{"acme-edge", "former"}};
  EXPECT_EQ(enforced(world), "False/NotRendered");
  EXPECT_THAT(condition(world, "Enforced").message, HasSubstr("Secret acme-edge/former lets the key in still"));
  enforcement.secret.reset();
  enforcement.let_in.clear();
  EXPECT_EQ(enforced(world), "False/NotRendered") << "also where nothing is asked for any more";
  enforcement.trouble = {.reason = "WriteRefused", .message = ""};
  EXPECT_EQ(enforced(world), "False/WriteRefused");
}

TEST(ApiKeyStatus, AKeyThatOpensNothingHasNothingToBeLetIn) {
  World world;
  world.enforcement.emplace().vmusers_secret = core::ObjectKey{"acme-edge", "guildhall-vmusers"};
  EXPECT_EQ(enforced(world), "True/Enforced");
}

TEST(ApiKeyStatus, SaysWhatTheVictoriaMetricsOperatorSaysOfItsVmUsers) {
  World world;
  world.deployments = {metrics()};
  world.settle();
  world.enforcement.emplace().vmusers_secret = core::ObjectKey{"acme-edge", "guildhall-vmusers"};
  EXPECT_EQ(enforced(world), "False/NotRendered");
  world.enforcement->vmusers = {{.key = {"acme-edge", "grafana-1"},
                                 .hash = world.key.status.keys.front().hash,
                                 .operational = false,
                                 .reason = ""}};
  EXPECT_EQ(enforced(world), "False/NotRendered") << "it refers to a token that is not there";
  EXPECT_THAT(condition(world, "Enforced").message, HasSubstr("Secret acme-edge/guildhall-vmusers does not hold yet"));
  world.enforcement->beside_vmusers = {world.key.status.keys.front().hash};
  EXPECT_EQ(enforced(world), "False/NotOperational");
  EXPECT_THAT(condition(world, "Enforced").message,
              HasSubstr("acme-edge/grafana-1 is not operational: is it selected"));
  world.enforcement->vmusers.front().reason = "no such Secret";
  world.enforcement->trouble = {.reason = "WriteRefused", .message = ""};
  EXPECT_EQ(enforced(world), "False/NotOperational") << "of this key the operator has more to say";
  world.enforcement->vmusers.front().operational = true;
  EXPECT_EQ(enforced(world), "True/Enforced");
  world.edit({{"revoked", true}});
  EXPECT_EQ(enforced(world), "False/WriteRefused") << "it should be gone";
}

TEST(ApiKeyStatus, MessagesSayWhatToDo) {
  World world;
  world.foreign_secret = true;
  world.settle();
  EXPECT_EQ(
      condition(world, "Ready").message,
      "Secret acme/grafana is not this key's and is left alone; delete it, or choose another name in spec.secret.name");
  EXPECT_EQ(condition(world, "Stalled").message, condition(world, "Ready").message);
}

}  // namespace
}  // namespace guildhall::controllers::apikey
