#include "controllers/enforcement/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "controllers/enforcement/wakeups.hpp"
#include "tests/unit/controllers/enforcement/world.hpp"

namespace guildhall::controllers::enforcement {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

core::Plan planned(const Observed& seen) {
  return plan(seen, gate::path_table(), codec(), noon());
}

TEST(EnforcementPlan, WritesTheConfigurationWhereThereIsNone) {
  const core::Plan made = planned(observed({key("grafana")}));
  ASSERT_THAT(made.apply, SizeIs(1));
  const core::Apply& apply = made.apply.front();
  EXPECT_EQ(apply.key, (core::ObjectKey{"acme-edge", "acme-vmauth"}));
  EXPECT_EQ(apply.resource_version, core::kOnlyIfAbsent) << "what stands there is not overwritten";
  EXPECT_TRUE(apply.holds_secret);
  EXPECT_EQ(apply.object["type"], "guildhall.dev/vmauth");
  EXPECT_EQ(apply.object["metadata"]["annotations"]["guildhall.dev/organization-uid"], "u-acme");
  EXPECT_EQ(apply.object["metadata"]["labels"]["guildhall.dev/organization"], "acme");
  EXPECT_FALSE(apply.object["metadata"].contains("ownerReferences")) << "it outlasts its Organization";
  EXPECT_THAT(apply.object["stringData"]["auth.yml"].get<std::string>(), HasSubstr("grafana/id-grafana"));
  EXPECT_THAT(made.remove, IsEmpty());
  EXPECT_FALSE(made.status);
  EXPECT_EQ(made.finalizer, core::FinalizerChange::None);
}

TEST(EnforcementPlan, WritesNothingWhenItStands) {
  Observed seen = observed({key("grafana"), key("agent")});
  seen.secrets = {standing(seen)};
  EXPECT_TRUE(planned(seen).writes_nothing());
  EXPECT_EQ(reason(seen), "");
}

TEST(EnforcementPlan, WritesAnewWhatDiffers) {
  const SeenKey grafana = key("grafana");
  Observed seen = observed({grafana});
  seen.secrets = {standing(seen)};
  edit(seen.keys.front()).spec.revoked = true;
  const core::Plan made = planned(seen);
  ASSERT_THAT(made.apply, SizeIs(1));
  EXPECT_EQ(made.apply.front().resource_version, "5");
  EXPECT_THAT(made.apply.front().object["stringData"]["auth.yml"].get<std::string>(), HasSubstr("users: []"));
  seen = observed({grafana});
  seen.secrets = {standing(seen)};
  seen.secrets.front().shape = "edited by hand";
  EXPECT_THAT(planned(seen).apply, SizeIs(1));
  seen.secrets = {standing(seen)};
  seen.secrets.front().is_labelled = false;
  EXPECT_THAT(planned(seen).apply, SizeIs(1));
}

TEST(EnforcementPlan, LooksAgainWhenATokenExpires) {
  SeenKey brief = key("brief");
  edit(brief).status.keys[0].expires_at = noon() + std::chrono::seconds(30);
  Observed seen = observed({brief});
  seen.secrets = {standing(seen)};
  EXPECT_EQ(planned(seen).look_again_after, std::chrono::milliseconds(30'000));
  EXPECT_THAT(plan(seen, gate::path_table(), codec(), noon() + std::chrono::seconds(30)).apply, SizeIs(1));
}

TEST(EnforcementPlan, TouchesNothingOfOthers) {
  Observed seen = observed({key("grafana")});
  seen.foreign = {{"acme-edge", "acme-vmauth"}};
  EXPECT_TRUE(planned(seen).writes_nothing());
  EXPECT_EQ(planned(seen).look_again_after, std::chrono::milliseconds(60'000)) << "no watch shows when it goes";
  EXPECT_EQ(reason(seen), "ForeignSecret");
}

TEST(EnforcementPlan, KeepsToTheNamespacesOfTheOrganization) {
  Observed seen = observed({key("grafana")});
  seen.organization.status.namespaces = {"acme-prod"};
  EXPECT_TRUE(planned(seen).writes_nothing());
  EXPECT_EQ(reason(seen), "NamespaceNotReady");
}

/// What stands once the patch has come to acme's Secret.
json patched(const core::Apply& apply) {
  EXPECT_EQ(apply.mode, core::WriteMode::MergePatch);
  json secret = standing_secret("bearer_token: gld_grafana\n");
  secret.merge_patch(apply.object);
  return secret;
}

apikey::VmauthView after(const core::Apply& apply) {
  return *apikey::parse_vmauth_view(patched(apply), codec());
}

bool lets_go(const core::Apply& apply) {
  const json secret = patched(apply);
  const std::string text = *codec().from_base64(secret["data"]["auth.yml"].get<std::string>());
  return text.ends_with("\nusers: []\n") && secret["metadata"].dump().find("organization") == std::string::npos &&
         secret["metadata"]["labels"].empty() && secret["metadata"]["annotations"].empty() &&
         apply.resource_version == "5";
}

TEST(EnforcementPlan, LetsGoOfWhatIsAskedForNoMore) {
  Observed seen = observed({key("grafana")});
  seen.secrets = {standing(seen)};
  seen.organization.spec.enforcement->vmauth->secret.name = "other";
  core::Plan made = planned(seen);
  EXPECT_THAT(made.remove, IsEmpty()) << "a vmauth whose file vanishes keeps what it has";
  ASSERT_THAT(made.apply, SizeIs(2));
  EXPECT_EQ(made.apply[1].key.name, "acme-vmauth");
  EXPECT_TRUE(lets_go(made.apply[1]));
  EXPECT_EQ(made.apply[0].key.name, "other") << "what is wanted waits for nothing else that may fail";
  seen.organization.spec.enforcement.reset();
  made = planned(seen);
  ASSERT_THAT(made.apply, SizeIs(1));
  EXPECT_TRUE(lets_go(made.apply[0]));
  seen.secrets = {after(made.apply[0])};
  EXPECT_TRUE(planned(seen).writes_nothing()) << "it is nobody's";
  seen.secrets = {standing(seen)};
  seen.secrets.front().deleting = true;
  made = planned(seen);
  ASSERT_THAT(made.apply, SizeIs(1)) << "somebody's finalizer may keep it for long";
  EXPECT_TRUE(lets_go(made.apply[0]));
  seen.secrets.front().is_immutable = true;
  EXPECT_TRUE(planned(seen).writes_nothing()) << "no more can be done";
}

TEST(EnforcementPlan, WritesWhatIsWantedHoweverMuchElseFails) {
  Observed seen = observed({key("grafana")});
  for (int number = 0; number < 60; ++number) {
    seen.secrets.push_back(standing(seen));
    seen.secrets.back().key = {"stranger", "other-" + std::to_string(number)};
  }
  const core::Plan made = planned(seen);
  EXPECT_EQ(made.apply.front().key.name, "acme-vmauth");
  EXPECT_THAT(made.apply, SizeIs(50)) << "the others another time";
}

TEST(EnforcementPlan, TakesARevokedTokenOutOfASecretInDeletion) {
  Observed seen = observed({key("grafana")});
  seen.secrets = {standing(seen)};
  seen.secrets.front().deleting = true;
  EXPECT_TRUE(planned(seen).writes_nothing());
  edit(seen.keys.front()).spec.revoked = true;
  const core::Plan made = planned(seen);
  EXPECT_THAT(made.remove, IsEmpty());
  ASSERT_THAT(made.apply, SizeIs(1));
  EXPECT_THAT(made.apply.front().object["stringData"]["auth.yml"].get<std::string>(), HasSubstr("users: []"));
  seen.secrets.front().is_immutable = true;
  EXPECT_TRUE(planned(seen).writes_nothing());
}

TEST(EnforcementPlan, LetsGoOfWhatItsNamespacesHold) {
  Observed seen = observed({key("grafana")});
  seen.secrets = {standing(seen, "")};
  seen.secrets.front().key.name = "restored";
  EXPECT_THAT(planned(seen).apply, SizeIs(2)) << "it lets keys in";
  seen.secrets.front().hashes.clear();
  EXPECT_THAT(planned(seen).apply, SizeIs(2)) << "tokens may stand there in another form";
  seen.secrets.front().lets_nobody_in = true;
  EXPECT_THAT(planned(seen).apply, SizeIs(1));
  seen.secrets = {standing(seen, "u-globex")};
  EXPECT_EQ(planned(seen).apply.front().key.name, "acme-vmauth") << "the namespace is no other's";
  EXPECT_EQ(reason(seen), "");
  seen.secrets.front().key.ns = "globex-edge";
  EXPECT_THAT(planned(seen).apply, SizeIs(1)) << "but that one is";
}

TEST(EnforcementPlan, LetsGoOfTheConfigurationOfAnOrganizationThatGoes) {
  Observed seen = observed({key("grafana")});
  seen.secrets = {standing(seen)};
  seen.organization.metadata.deletion_timestamp = noon();
  seen.organization.metadata.annotations["guildhall.dev/paused"] = "true";
  core::Plan made = planned(seen);
  ASSERT_THAT(made.apply, SizeIs(1));
  EXPECT_TRUE(lets_go(made.apply[0]));
  EXPECT_THAT(made.remove, IsEmpty());
  seen.organization.status.namespaces = {"acme-prod"};
  made = planned(seen);
  ASSERT_THAT(made.apply, SizeIs(1)) << "also where the namespace is its own no more";
  EXPECT_TRUE(lets_go(made.apply[0]));
  seen.secrets.clear();
  EXPECT_TRUE(planned(seen).writes_nothing()) << "none is left where none was";
}

TEST(EnforcementPlan, RemovesWhatItCannotEmpty) {
  Observed seen = observed({key("grafana")});
  seen.secrets = {standing(seen)};
  seen.organization.metadata.deletion_timestamp = noon();
  seen.secrets.front().is_immutable = true;
  const core::Plan made = planned(seen);
  EXPECT_THAT(made.apply, IsEmpty());
  ASSERT_THAT(made.remove, SizeIs(1));
  EXPECT_EQ(made.remove.front().uid, "s-acme-vmauth");
}

TEST(EnforcementPlan, LetsGoOfWhatAnOrganizationThatIsGoneHasLeft) {
  const apikey::VmauthView left = standing(observed({key("grafana")}));
  const core::Plan made = plan_for_gone({left}, codec());
  ASSERT_THAT(made.apply, SizeIs(1));
  EXPECT_TRUE(lets_go(made.apply[0]));
  EXPECT_TRUE(plan_for_gone({after(made.apply[0])}, codec()).writes_nothing());
}

TEST(EnforcementPlan, OnlyTakesAwayWhilePaused) {
  const SeenKey grafana = key("grafana");
  const SeenKey agent = key("agent");
  Observed seen = observed({grafana});
  seen.organization.metadata.annotations["guildhall.dev/paused"] = "true";
  EXPECT_TRUE(planned(seen).writes_nothing()) << "nothing stands yet";
  seen.secrets = {standing(observed({grafana}))};
  EXPECT_TRUE(planned(seen).writes_nothing());
  seen.keys = {grafana, agent};
  EXPECT_TRUE(planned(seen).writes_nothing()) << "a new key waits";
  edit(seen.keys.front()).spec.revoked = true;
  const core::Plan made = planned(seen);
  ASSERT_THAT(made.apply, SizeIs(1));
  EXPECT_THAT(made.apply.front().object["stringData"]["auth.yml"].get<std::string>(), HasSubstr("users: []"));
}

TEST(EnforcementPlan, TakesOverASecretOfItsTypeWithoutOwner) {
  Observed seen = observed({key("grafana")});
  seen.secrets = {standing(seen, "")};
  EXPECT_THAT(planned(seen).apply, SizeIs(1)) << "a restore leaves it so";
  EXPECT_EQ(reason(seen), "");
}

TEST(EnforcementPlan, EmptiesWhatWasEdited) {
  Observed seen = observed({key("grafana")});
  seen.secrets = {standing(seen)};
  seen.secrets.front().written_shape = "of what was written";
  seen.organization.metadata.deletion_timestamp = noon();
  EXPECT_THAT(planned(seen).remove, IsEmpty());
  ASSERT_THAT(planned(seen).apply, SizeIs(1));
  EXPECT_TRUE(lets_go(planned(seen).apply[0]));
}

TEST(EnforcementPlan, PutsBackInItsPlaceWhatWasEdited) {
  Observed seen = observed({key("grafana")});
  seen.secrets = {standing(seen)};
  seen.secrets.front().written_shape = seen.secrets.front().shape;
  seen.secrets.front().shape = "edited by hand";
  EXPECT_THAT(planned(seen).remove, IsEmpty()) << "a vmauth whose file vanishes keeps what it has";
  EXPECT_THAT(planned(seen).apply, SizeIs(1));
  seen.organization.metadata.annotations["guildhall.dev/paused"] = "true";
  EXPECT_THAT(planned(seen).apply, SizeIs(1)) << "tokens may stand there in another form";
}

TEST(EnforcementPlan, TakesAwayWhatOthersAdd) {
  const json entry = {{"data", {{"more.yml", codec().to_base64("users: [{bearer_token: x}]")}}}};
  const json owner = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"name", "x"}, {"uid", "y"}};
  const json reference = {{"metadata", {{"ownerReferences", json::array({owner})}}}};
  for (const json& added : {entry, reference}) {
    Observed seen = observed({key("grafana")});
    json secret = standing_secret("users: []\n");
    secret.merge_patch(added);
    seen.secrets = {*apikey::parse_vmauth_view(secret, codec())};
    const core::Plan first = planned(seen);
    EXPECT_THAT(first.remove, IsEmpty());
    ASSERT_THAT(first.apply, SizeIs(1));
    EXPECT_EQ(first.apply[0].mode, core::WriteMode::MergePatch) << added;
    secret.merge_patch(first.apply[0].object);
    EXPECT_EQ(secret["data"].size(), 1U);
    EXPECT_FALSE(secret["metadata"].contains("ownerReferences")) << "it would go with its Organization";
    seen.secrets = {*apikey::parse_vmauth_view(secret, codec())};
    ASSERT_THAT(planned(seen).apply, SizeIs(1));
    EXPECT_TRUE(planned(seen).apply[0].holds_secret);
    seen.secrets.front().is_immutable = true;
    EXPECT_THAT(planned(seen).remove, SizeIs(1));
  }
}

TEST(EnforcementPlan, AddsNoTokenWhileEditorsMayReadIt) {
  Observed seen = observed({key("grafana")});
  seen.secrets = {standing(observed({}))};
  seen.organization.status.conditions.front().status = false;
  EXPECT_TRUE(planned(seen).writes_nothing());
  EXPECT_EQ(reason(seen), "RolesNotBound");
  seen.secrets = {standing(seen)};
  EXPECT_EQ(reason(seen), "") << "it stood there before";
  seen.keys.push_back(key("young"));
  EXPECT_TRUE(planned(seen).writes_nothing());
  EXPECT_EQ(reason(seen), "RolesNotBound");
}

TEST(AVmauthView, OfTheSecretBesideVmUsersGoesByItsOwner) {
  json secret = standing_secret("", "u-x", {"acme-edge", "guildhall-vmusers"});
  EXPECT_EQ(apikey::parse_vmauth_view(secret, codec())->organization, "") << "its labels are nothing";
  secret["metadata"]["ownerReferences"] = {{{"apiVersion", "guildhall.dev/v1alpha1"},
                                            {"kind", "Organization"},
                                            {"name", "acme"},
                                            {"uid", "u-acme"},
                                            {"controller", true}}};
  EXPECT_EQ(apikey::parse_vmauth_view(secret, codec())->owner_uid, "u-acme");
}

TEST(EnforcementWakeups, AreByWhatTheConfigurationIsMadeOf) {
  const api::Organization before = acme();
  api::Organization after = before;
  after.status.observed_generation = 9;
  EXPECT_THAT(wakened_by_organization(&before, &after), IsEmpty());
  after.status.deployments.pop_back();
  EXPECT_THAT(wakened_by_organization(&before, &after), SizeIs(1));
  EXPECT_THAT(wakened_by_organization(nullptr, &after), SizeIs(1));
  EXPECT_THAT(wakened_by_organization(&before, nullptr), SizeIs(1));
}

TEST(EnforcementPlan, WaitsUntilEditorsAreOut) {
  Observed seen = observed({key("grafana")});
  seen.organization.metadata.generation = 2;
  EXPECT_TRUE(planned(seen).writes_nothing()) << "RolesBound is of an earlier spec";
  EXPECT_EQ(reason(seen), "RolesNotBound");
  const api::Organization before = seen.organization;
  seen.organization.status.conditions.front().observed_generation = 2;
  EXPECT_THAT(wakened_by_organization(&before, &seen.organization), SizeIs(1));
  EXPECT_THAT(planned(seen).apply, SizeIs(1));
  seen.organization.status.conditions.front().status = false;
  EXPECT_TRUE(planned(seen).writes_nothing());
  seen.organization.status.conditions.front().reason = "SecretsHoldTokens";
  EXPECT_THAT(planned(seen).apply, SizeIs(1)) << "that is about other namespaces, where Editors have less";
  seen.organization.status.conditions.front().reason = "BindingRoles";
  seen.secrets = {standing(seen)};
  edit(seen.keys.front()).spec.revoked = true;
  EXPECT_THAT(planned(seen).apply, SizeIs(1)) << "what takes access away waits for nothing";
}

}  // namespace
}  // namespace guildhall::controllers::enforcement
