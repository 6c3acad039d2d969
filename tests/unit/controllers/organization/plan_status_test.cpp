// What an Organization's status says, and every reason once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/organization/draft.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/status.hpp"
#include "tests/unit/controllers/organization/world.hpp"

namespace guildhall::controllers::organization {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Acme with its home and the listed namespaces in that state.
World world_with(const std::string& name, const NamespaceState& state) {
  World world;
  world.put_namespace("acme");
  world.put_namespace(name, state);
  world.edit({{"namespaces", {name}}});
  return world;
}

TEST(OrganizationStatus, IsReadyWithoutMembers) {
  World world;
  world.put_namespace("acme");
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.condition("AdminPresent"), "False/NoActiveAdmin");
  EXPECT_EQ(world.condition("NamespacesClaimed"), "True/AllClaimed");
  EXPECT_EQ(world.condition("Reconciling"), "");
  EXPECT_EQ(world.condition("Stalled"), "");
}

// The log is looked through when a process begins to lead.
TEST(OrganizationStatus, KeepsWhatItSaysOfTheLogUntilThatIsKnown) {
  World world;
  world.put_namespace("acme");
  world.settle();
  Observed seen = world.observe();
  const auto says = [&seen] {
    const auto status = wanted_status(seen, Draft{}, noon());
    const auto* told = core::find_condition(status.conditions, "AuditRecorded");
    seen.organization.status = status;
    return told == nullptr ? std::string() : told->reason;
  };
  EXPECT_EQ(says(), "") << "never known";
  seen.audit = AuditRecording{AuditTrouble{.reason = "StoreUnavailable", .message = "no room"}};
  EXPECT_EQ(says(), "StoreUnavailable");
  seen.audit.reset();
  EXPECT_EQ(says(), "StoreUnavailable");
  seen.audit = AuditRecording{};
  EXPECT_EQ(says(), "Recorded");
}

TEST(OrganizationStatus, IsSuspendedAndReady) {
  World world;
  world.put_namespace("acme");
  world.edit({{"state", "Suspended"}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Suspended");
  world.edit({{"state", "Active"}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(OrganizationStatus, WaitsForASpannedNamespaceThatDoesNotExistYet) {
  World world;
  world.put_namespace("acme");
  world.edit({{"namespaces", {"prod"}}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/NamespaceNotFound");
  EXPECT_EQ(world.condition("Reconciling"), "True/NamespaceNotFound");
  EXPECT_EQ(world.condition("NamespacesClaimed"), "False/NamespaceNotFound");
  EXPECT_FALSE(world.has_namespace("prod"));
  world.put_namespace("prod");
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_THAT(world.organization.status.namespaces, ElementsAre("prod"));
}

TEST(OrganizationStatus, IsStalledByANamespaceOfAnotherAndDoesNotTellWhose) {
  World world = world_with("prod", {.claim = {"globex", "u-globex"}});
  world.put_namespace("stage");
  world.edit({{"namespaces", {"prod", "stage"}}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/NamespaceClaimed");
  EXPECT_EQ(world.condition("Stalled"), "True/NamespaceClaimed");
  EXPECT_EQ(world.condition("Reconciling"), "");
  EXPECT_THAT(world.message("Ready"), Not(HasSubstr("globex")));
  EXPECT_THAT(world.organization.status.namespaces, ElementsAre("stage")) << "the rest is claimed all the same";
  EXPECT_EQ(world.claim("prod"), (Claim{"globex", "u-globex"}));
}

TEST(OrganizationStatus, IsStalledByAProtectedNamespace) {
  World world = world_with("monitoring", {});
  world.settle();
  EXPECT_EQ(world.ready(), "False/NamespaceProtected");
  EXPECT_EQ(world.condition("Stalled"), "True/NamespaceProtected");
  EXPECT_TRUE(world.claim("monitoring").empty());
}

TEST(OrganizationStatus, IsStalledByAProtectedHome) {
  World world;
  world.put_namespace("guildhall-system");
  world.edit({{"homeNamespace", "guildhall-system"}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/NamespaceProtected");
  EXPECT_EQ(world.organization.status.home_namespace, std::nullopt);
  EXPECT_EQ(world.role(), std::nullopt);
}

TEST(OrganizationStatus, SaysThatANamespaceIsBeingDeleted) {
  World world = world_with("prod", {.deleting = true});
  world.settle();
  EXPECT_EQ(world.ready(), "False/NamespaceTerminating");
  EXPECT_EQ(world.condition("Reconciling"), "True/NamespaceTerminating");
}

TEST(OrganizationStatus, SaysThatPauseKeepsANamespaceFromBeingClaimed) {
  World world = world_with("prod", {});
  world.annotate(kPausedAnnotation, "true");
  world.settle();
  EXPECT_EQ(world.ready(), "False/Paused");
  EXPECT_EQ(world.condition("Reconciling"), "True/Paused");
  EXPECT_TRUE(world.claim("prod").empty());
  world.annotate(kPausedAnnotation, "");
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(OrganizationStatus, SaysThatNamespacesAreBeingClaimedAndReleased) {
  World world = world_with("prod", {});
  world.execute(world.plan_now());
  EXPECT_EQ(world.ready(), "False/ClaimingNamespaces");
  world.settle();
  world.edit({{"namespaces", nullptr}});
  world.execute(world.plan_now());
  EXPECT_EQ(world.ready(), "False/ReleasingNamespaces");
  EXPECT_EQ(world.condition("NamespacesClaimed"), "True/AllClaimed") << "what is listed is claimed";
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_TRUE(world.claim("prod").empty());
}

TEST(OrganizationStatus, SaysWhatTheServerRefusesUntilItTakesIt) {
  World world = world_with("prod", {});
  world.failures = {{.object = "Namespace prod", .kind = core::ErrorKind::Forbidden, .message = "no"}};
  world.execute(world.plan_now());
  EXPECT_EQ(world.ready(), "False/WriteRefused");
  EXPECT_EQ(world.condition("Stalled"), "True/WriteRefused");
  EXPECT_THAT(world.message("Ready"), HasSubstr("refused: Namespace prod: no"));
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active") << "a failure of a write that is no longer needed says nothing";
}

TEST(OrganizationStatus, SaysOfItsNamespacesNothingThatIsNotAboutThem) {
  World world;
  world.put_namespace("acme");
  world.settle();
  world.edit({{"namespaces", {"missing"}}});
  world.put_role("u-acme", nlohmann::json::array({{{"verbs", {"get"}}}}));  // to be repaired
  world.failures = {
      {.object = "Role acme/guildhall:api-key-secrets", .kind = core::ErrorKind::Forbidden, .message = "no"}};
  world.execute(world.plan_now(), 1);
  EXPECT_EQ(world.ready(), "False/WriteRefused");
  EXPECT_EQ(world.condition("NamespacesClaimed"), "False/NamespaceNotFound");
  EXPECT_THAT(world.message("NamespacesClaimed"), HasSubstr("missing"));
}

TEST(OrganizationStatus, SaysWhatADeletionWaitsFor) {
  World world;
  world.put_namespace("acme");
  world.keys_let_go = false;
  world.api_keys = {{.name = "grafana", .phase = ApiKeyPhase::Active, .has_tokens = true}};
  world.settle();
  world.mark_deleted();
  world.settle();
  EXPECT_EQ(world.ready(), "False/Deleting");
  EXPECT_EQ(world.condition("Reconciling"), "True/Deleting");
  EXPECT_EQ(world.condition("NamespacesClaimed"), "True/AllClaimed");
  EXPECT_EQ(
      world.message("Ready"),
      "waits for API keys that hold tokens or Secrets, Secrets of vmauth or VMUsers: grafana; goes on without them "
      "at 2026-11-24T10:02:00Z");
}

TEST(OrganizationStatus, SaysWhatWasRefusedDuringADeletionThatGoesOn) {
  World world;
  world.put_namespace("acme");
  world.settle();
  world.mark_deleted();
  world.failures = {
      {.object = "Role acme/guildhall:api-key-secrets", .kind = core::ErrorKind::Forbidden, .message = "no"}};
  world.execute(world.plan_now(), 1);
  EXPECT_EQ(world.ready(), "False/Deleting");
  EXPECT_EQ(world.condition("Stalled"), "");
  EXPECT_THAT(world.message("Ready"), HasSubstr("refused: Role acme/guildhall:api-key-secrets: no"));
}

TEST(OrganizationStatus, CountsMembersByWhatTheyAre) {
  using Role = api::MemberRole;
  World world;
  world.put_namespace("acme");
  world.put_member("a", Role::Admin);
  world.put_member("b", Role::Admin, Standing::Paused);
  world.put_member("c", Role::Editor, Standing::Unjudged);
  world.put_member("d", Role::Admin, Standing::NotAccepted);
  world.put_member("e", Role::Admin, Standing::Inactive);
  world.put_member("f", Role::Editor, Standing::NotAccepted);
  world.member("f").phase = MemberPhase::ExpiredInvitation;
  world.put_member("g", Role::Viewer, Standing::Duplicate);
  world.put_member("h", Role::Viewer, Standing::Leaving);
  world.settle();
  EXPECT_EQ(
      api::to_json(world.organization.status)["members"],
      nlohmann::json::parse(R"({"total": 8, "active": 3, "pending": 1, "expired": 1, "inactive": 1, "admins": 2})"));
  EXPECT_EQ(world.condition("AdminPresent"), "True/AdminActive");
}

TEST(OrganizationStatus, AGroupIsNoAdmin) {
  World world;
  world.put_namespace("acme");
  world.put_member("owners", api::MemberRole::Admin);
  world.member("owners").subjects = {{.kind = "Group", .name = "acme-owners", .ns = {}}};
  world.settle();
  EXPECT_EQ(world.condition("AdminPresent"), "False/NoActiveAdmin");
  EXPECT_EQ(world.organization.status.members->active, 1);
}

TEST(OrganizationStatus, CountsApiKeysByPhase) {
  using Phase = ApiKeyPhase;
  World world;
  world.put_namespace("acme");
  for (const std::optional<Phase> phase :
       {std::optional(Phase::Active), std::optional(Phase::Rotating), std::optional(Phase::Expired),
        std::optional(Phase::Revoked), std::optional(Phase::Suspended), std::optional(Phase::Pending),
        std::optional<Phase>()})
    world.api_keys.push_back({.name = "k", .phase = phase});
  world.settle();
  EXPECT_EQ(api::to_json(world.organization.status)["apiKeys"],
            nlohmann::json::parse(R"({"total": 7, "active": 2, "expired": 1, "revoked": 1, "suspended": 1})"));
}

TEST(OrganizationStatus, CountsNothingInAHomeOfAnother) {
  World world;
  world.put_namespace("acme", {.claim = {"globex", "u-globex"}});
  world.put_member("ada", api::MemberRole::Admin);
  world.api_keys = {
      {.name = "grafana", .phase = ApiKeyPhase::Active, .secret_name = "s", .secret_namespaces = {"acme"}}};
  world.settle();
  EXPECT_EQ(world.organization.status.members->total, 0);
  EXPECT_EQ(world.organization.status.api_keys->total, 0);
  EXPECT_EQ(world.role(), std::nullopt) << "no right on another's Secrets";
}

TEST(OrganizationStatus, KeepsWhatOthersWriteThere) {
  World world;
  world.put_namespace("acme");
  auto& spend = world.organization.status.spend.emplace();
  spend.amount = "12.34";
  spend.currency = "USD";
  world.settle();
  EXPECT_EQ(world.organization.status.spend->amount, "12.34");
}

TEST(OrganizationStatus, TellsOfEachClaimOnceItStands) {
  World world = world_with("prod", {});
  world.execute(world.plan_now());
  EXPECT_THAT(world.told(), IsEmpty());
  world.settle();
  EXPECT_THAT(world.told(), ElementsAre("OrganizationNamespaceClaimed", "OrganizationNamespaceClaimed"));
  world.edit({{"namespaces", nullptr}});
  world.settle();
  EXPECT_THAT(world.told(), Contains("OrganizationNamespaceReleased"));
}

TEST(OrganizationStatus, IsWhole) {
  World world;
  world.put_namespace("acme");
  world.put_member("ada", api::MemberRole::Admin);
  EXPECT_EQ(*world.plan_now().status, nlohmann::json::parse(R"({
    "observedGeneration": 1,
    "conditions": [
      {"type": "AdminPresent", "status": "False", "reason": "NoActiveAdmin", "message": "no active Member has the role Admin",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"},
      {"type": "NamespacesClaimed", "status": "False", "reason": "ClaimingNamespaces", "message": "being claimed: acme",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"},
      {"type": "Ready", "status": "False", "reason": "ClaimingNamespaces", "message": "being claimed: acme",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"},
      {"type": "Reconciling", "status": "True", "reason": "ClaimingNamespaces", "message": "being claimed: acme",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"},
      {"type": "RolesBound", "status": "False", "reason": "ClaimingNamespaces", "message": "being claimed: acme",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"}],
    "members": {"total": 0, "active": 0, "pending": 0, "expired": 0, "inactive": 0, "admins": 0},
    "apiKeys": {"total": 0, "active": 0, "expired": 0, "revoked": 0, "suspended": 0}})"));
  world.settle();
  EXPECT_EQ(api::to_json(world.organization.status), nlohmann::json::parse(R"({
    "observedGeneration": 1,
    "conditions": [
      {"type": "AdminPresent", "status": "True", "reason": "AdminActive", "message": "active Admins: 1",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"},
      {"type": "NamespacesClaimed", "status": "True", "reason": "AllClaimed", "message": "the home acme is claimed",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"},
      {"type": "Ready", "status": "True", "reason": "Active", "message": "all that the spec asks for is in force",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"},
      {"type": "RolesBound", "status": "True", "reason": "AllBound",
       "message": "the roles of all active Members are bound in the claimed namespaces",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"}],
    "homeNamespace": "acme",
    "members": {"total": 1, "active": 1, "pending": 0, "expired": 0, "inactive": 0, "admins": 1},
    "apiKeys": {"total": 0, "active": 0, "expired": 0, "revoked": 0, "suspended": 0}})"));
}

}  // namespace
}  // namespace guildhall::controllers::organization
