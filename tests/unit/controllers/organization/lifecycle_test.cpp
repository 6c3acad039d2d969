// What an Organization comes to, from its first claim to its end: driven through the model, as a platform team sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/organization/names.hpp"
#include "tests/unit/controllers/organization/world.hpp"

namespace guildhall::controllers::organization {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Claim kOurs{"acme", "u-acme"};

SeenApiKey active_key(const std::string& name, std::vector<std::string> namespaces) {
  return {.name = name,
          .phase = ApiKeyPhase::Active,
          .secret_name = name,
          .secret_namespaces = std::move(namespaces),
          .has_tokens = true,
          .has_finalizer = true};
}

/// Deleted after it was at rest.
World at_its_end() {
  World world;
  world.put_namespace("acme");
  world.settle();
  world.mark_deleted();
  return world;
}

void span(World& world) {
  world.put_namespace("prod");
  world.edit({{"namespaces", {"prod"}}});
}

/// A copy of a Secret of the home stands in the spanned namespace.
void span_with_a_copy(World& world) {
  span(world);
  world.api_keys = {active_key("grafana", {"acme", "prod"})};
  world.settle();
}

TEST(OrganizationLife, MakesAHomeThatIsAbsentWithItsClaim) {
  World world;
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.claim("acme"), kOurs);
  EXPECT_EQ(world.ns("acme").created_for_uid, "u-acme");
  EXPECT_EQ(world.object("acme")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"], "baseline");
}

TEST(OrganizationLife, AdoptsAHomeThatExistsAndLeavesTheRestOfItAlone) {
  World world;
  world.put_namespace("acme");
  world.settle();
  EXPECT_EQ(world.claim("acme"), kOurs);
  EXPECT_EQ(world.ns("acme").created_for_uid, "");
  EXPECT_FALSE(world.object("acme")["metadata"]["labels"].contains(kPodSecurityLabel));
}

TEST(OrganizationLife, AdoptsAHomeThatSomebodyElseMadeAtTheSameMoment) {
  World world;
  const core::Plan plan = world.plan_now();
  world.put_namespace("acme");
  world.execute(plan);
  EXPECT_TRUE(world.claim("acme").empty()) << "the write that creates fails when the namespace exists";
  world.settle();
  EXPECT_EQ(world.claim("acme"), kOurs);
  EXPECT_EQ(world.ns("acme").created_for_uid, "") << "it must not be taken for one that Guildhall created";
}

TEST(OrganizationLife, LosesARaceForANamespaceToTheFirstClaim) {
  World world;
  world.put_namespace("acme");
  span(world);
  const core::Plan plan = world.plan_now();
  world.patch_namespace("prod", {{"labels", {{kOrganizationLabel, "globex"}}},
                                 {"annotations", {{kOrganizationUidAnnotation, "u-globex"}}}});
  world.execute(plan);
  world.settle();
  EXPECT_EQ(world.claim("prod"), (Claim{"globex", "u-globex"}));
  EXPECT_EQ(world.ready(), "False/NamespaceClaimed");
}

TEST(OrganizationLife, ReturnsToItsNamespacesAfterARestore) {
  World world;
  span(world);
  world.settle();
  world.restore("u-restored");
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.claim("acme"), (Claim{"acme", "u-restored"}));
  EXPECT_EQ(world.claim("prod"), (Claim{"acme", "u-restored"}));
  EXPECT_EQ(world.ns("acme").created_for_uid, "u-restored") << "Guildhall created it, for the former self";
  EXPECT_EQ(world.role()->owner_uid, "u-restored");
}

TEST(OrganizationLife, WaitsForCopiesBeforeItReleases) {
  World world;
  span_with_a_copy(world);
  world.edit({{"namespaces", nullptr}});
  world.settle();
  EXPECT_EQ(world.claim("prod"), kOurs);
  EXPECT_EQ(world.ready(), "False/ReleasingNamespaces");
  world.api_keys = {active_key("grafana", {"acme"})};
  world.settle();
  EXPECT_TRUE(world.claim("prod").empty());
  EXPECT_EQ(world.ns("prod").releasing_since, std::nullopt);
  EXPECT_THAT(world.told(), Not(Contains("OrganizationReleaseStepAbandoned")));
}

TEST(OrganizationLife, WaitsForItsConfigurationsOfVmauthBeforeItReleases) {
  World world;
  span_with_a_copy(world);
  world.api_keys.clear();
  world.configurations = {"prod/vmauth", "production/other"};
  world.edit({{"namespaces", nullptr}});
  world.settle();
  EXPECT_EQ(world.claim("prod"), kOurs);
  world.configurations = {"production/other"};
  world.settle();
  EXPECT_TRUE(world.claim("prod").empty());
}

TEST(OrganizationLife, ReleasesAfterTwoMinutesEvenIfCopiesAreLeft) {
  World world;
  span_with_a_copy(world);
  world.edit({{"namespaces", nullptr}});
  world.live_on();
  EXPECT_TRUE(world.claim("prod").empty());
  EXPECT_EQ(world.now, noon() + std::chrono::minutes{2});
  EXPECT_THAT(world.told(), Contains("OrganizationReleaseStepAbandoned"));
}

TEST(OrganizationLife, TakesBackANamespaceThatIsListedAgainWhileItsReleaseWaits) {
  World world;
  span_with_a_copy(world);
  world.edit({{"namespaces", nullptr}});
  world.settle();
  world.edit({{"namespaces", {"prod"}}});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_EQ(world.claim("prod"), kOurs);
  EXPECT_EQ(world.ns("prod").releasing_since, std::nullopt);
}

TEST(OrganizationLife, LetsTheRoleFollowTheKeys) {
  World world;
  world.put_namespace("acme");
  world.settle();
  EXPECT_THAT(*gettable_secrets(world.role()->rules), ElementsAre()) << "no Secret: no rule, not a rule for all";
  world.api_keys = {active_key("b", {"acme"}), active_key("a", {"acme"})};
  world.settle();
  EXPECT_THAT(*gettable_secrets(world.role()->rules), ElementsAre("a", "b"));
  world.api_keys = {active_key("b", {"acme"})};
  world.settle();
  EXPECT_THAT(*gettable_secrets(world.role()->rules), ElementsAre("b"));
}

TEST(OrganizationLife, ASuspendedOnesRoleNamesNoSecret) {
  World world;
  world.put_namespace("acme");
  world.api_keys = {active_key("a", {"acme"})};
  world.settle();
  ASSERT_THAT(*gettable_secrets(world.role()->rules), ElementsAre("a"));
  world.edit({{"state", "Suspended"}});
  world.settle();
  EXPECT_THAT(*gettable_secrets(world.role()->rules), ElementsAre());
}

TEST(OrganizationLife, WhilePausedTheRoleLosesNamesAndGetsNone) {
  World world;
  world.put_namespace("acme");
  world.api_keys = {active_key("a", {"acme"}), active_key("b", {"acme"})};
  world.settle();
  world.annotate(kPausedAnnotation, "true");
  world.api_keys = {active_key("b", {"acme"}), active_key("c", {"acme"})};
  world.settle();
  EXPECT_THAT(*gettable_secrets(world.role()->rules), ElementsAre("b")) << "a Secret a may be anybody's now";
  world.edit({{"state", "Suspended"}});
  world.settle();
  EXPECT_THAT(*gettable_secrets(world.role()->rules), ElementsAre());
  world.edit({{"state", "Active"}});
  world.settle();
  EXPECT_THAT(*gettable_secrets(world.role()->rules), ElementsAre()) << "until the pause is over";
  world.annotate(kPausedAnnotation, "false");
  world.settle();
  EXPECT_THAT(*gettable_secrets(world.role()->rules), ElementsAre("b", "c"));
}

TEST(OrganizationLife, EndsInOrderAndRetainsTheHome) {
  World world;
  span_with_a_copy(world);
  world.mark_deleted();
  world.settle();
  EXPECT_FALSE(world.exists());
  EXPECT_EQ(world.role(), std::nullopt);
  ASSERT_TRUE(world.has_namespace("acme"));
  EXPECT_TRUE(world.claim("acme").empty());
  EXPECT_EQ(world.ns("acme").created_for_uid, "") << "a later Organization must not delete it";
  EXPECT_TRUE(world.claim("prod").empty());
  EXPECT_EQ(world.api_keys.size(), 1U) << "children stay";
  EXPECT_EQ(world.now, noon()) << "nothing had to be waited for";
}

TEST(OrganizationLife, DeletesTheHomeThatItCreatedIfThePolicyIsDelete) {
  World world;
  world.put_namespace("prod");
  world.edit({{"namespaces", {"prod"}}, {"deletionPolicy", "Delete"}});
  world.settle();
  world.mark_deleted();
  world.settle();
  EXPECT_FALSE(world.exists());
  EXPECT_FALSE(world.has_namespace("acme"));
  EXPECT_TRUE(world.has_namespace("prod"));
  EXPECT_TRUE(world.claim("prod").empty());
}

TEST(OrganizationLife, NeverDeletesAHomeThatItAdopted) {
  World world;
  world.put_namespace("acme", {.created_for_uid = "u-former"});
  world.edit({{"deletionPolicy", "Delete"}});
  world.settle();
  world.mark_deleted();
  world.settle();
  EXPECT_FALSE(world.exists());
  ASSERT_TRUE(world.has_namespace("acme"));
  EXPECT_TRUE(world.claim("acme").empty());
}

TEST(OrganizationLife, GoesOnWithoutKeysThatHoldOnForTwoMinutes) {
  World world;
  world.put_namespace("acme");
  world.keys_let_go = false;
  world.api_keys = {active_key("grafana", {"acme"})};
  world.settle();
  world.mark_deleted();
  world.live_on();
  EXPECT_FALSE(world.exists());
  EXPECT_EQ(world.now, noon() + std::chrono::minutes{2});
  EXPECT_THAT(world.told(), Contains("OrganizationDeletionStepAbandoned"));
}

TEST(OrganizationLife, WaitsForItsConfigurationsOfVmauth) {
  World world;
  world.put_namespace("acme");
  world.settle();
  world.configurations = {"acme-edge/vmauth"};
  world.mark_deleted();
  world.settle();
  EXPECT_EQ(world.ready(), "False/Deleting");
  EXPECT_THAT(core::find_condition(world.organization.status.conditions, "Ready")->message,
              HasSubstr("Secrets of vmauth or VMUsers: acme-edge/vmauth"));
  world.configurations.clear();
  world.settle();
  EXPECT_FALSE(world.exists());
}

TEST(OrganizationLife, EndsAfterSixMinutesWhateverIsRefused) {
  World world;
  world.put_namespace("acme");
  world.settle();
  world.mark_deleted();
  world.execute(world.plan_now(), 1);  // the status
  for (const auto minutes : {0, 3, 5}) {
    world.now = noon() + std::chrono::minutes{minutes};
    EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::None) << minutes;
  }
  world.now = noon() + std::chrono::minutes{6};
  const core::Plan last = world.plan_now();
  EXPECT_EQ(last.finalizer, core::FinalizerChange::Abandon);
  EXPECT_EQ(last.audit.size(), 2U) << "the Role and the namespaces";
}

TEST(OrganizationLife, GivesItsKeysTheirTimeAlsoWhenNothingRanSinceItsDeletion) {
  World world;
  span_with_a_copy(world);
  world.keys_let_go = false;
  world.mark_deleted();
  world.now += std::chrono::minutes{60};
  world.settle();
  EXPECT_EQ(world.claim("prod"), kOurs) << "a copy stands there";
  EXPECT_EQ(world.ready(), "False/Deleting");
  world.keys_let_go = true;
  world.live_on();
  EXPECT_FALSE(world.exists());
  EXPECT_THAT(world.told(), Not(Contains("OrganizationDeletionStepAbandoned")));
}

TEST(OrganizationLife, GivesItsKeysTheirTimeAlsoIfItWasNotAtRestBefore) {
  World world;
  world.edit({{"namespaces", {"absent"}}});
  world.keys_let_go = false;
  world.api_keys = {active_key("grafana", {"acme"})};
  world.settle();
  ASSERT_NE(core::find_condition(world.organization.status.conditions, "Reconciling"), nullptr);
  world.now += std::chrono::minutes{60};
  world.mark_deleted();
  world.now += std::chrono::minutes{60};
  world.settle();
  EXPECT_EQ(world.ready(), "False/Deleting");
  EXPECT_THAT(world.told(), Not(Contains("OrganizationDeletionStepAbandoned")));
  world.live_on();
  EXPECT_FALSE(world.exists());
  EXPECT_EQ(world.now, noon() + std::chrono::minutes{122});
}

TEST(OrganizationLife, EndsThoughItsEventsAreRefused) {
  World world = at_its_end();
  for (int looks = 0; looks < 3; ++looks) {
    const core::Plan plan = world.plan_now();
    if (plan.lets_go()) break;
    world.execute(plan);
  }
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::Drop) << "which waits for the Events";
  world.now += std::chrono::minutes{6};
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::Abandon);
}

/// Its status is refused, or meets a webhook that fails.
class StatusThatCannotBeWritten : public testing::TestWithParam<core::ErrorKind> {
 protected:
  static void fail(World& world, core::Timestamp since) {
    world.failures = {{.object = "Organization acme (status)", .kind = GetParam(), .message = "no", .since = since}};
  }
};

TEST_P(StatusThatCannotBeWritten, LetsItGoSixMinutesLater) {
  World world = at_its_end();
  fail(world, world.now);
  world.now += std::chrono::minutes{5};
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::None);
  world.now += std::chrono::minutes{1};
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::Abandon);
}

TEST_P(StatusThatCannotBeWritten, TakesNoTimeFromItsKeysThoughNothingRanBefore) {
  World world;
  span_with_a_copy(world);
  world.keys_let_go = false;
  world.mark_deleted();
  world.now += std::chrono::minutes{60};
  fail(world, world.now);
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::None);
  world.failures.clear();
  world.settle();
  fail(world, noon());
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::None) << "it told when its deletion began";
}

INSTANTIATE_TEST_SUITE_P(, StatusThatCannotBeWritten,
                         testing::Values(core::ErrorKind::Forbidden, core::ErrorKind::Unavailable),
                         [](const auto& info) { return std::string(core::to_string(info.param)); });

TEST(OrganizationLife, LeavesNothingBehindAlsoWhenNothingRanForLongAfterItsDeletion) {
  for (const auto minutes : {3, 5, 60, 3 * 24 * 60}) {
    SCOPED_TRACE(minutes);
    World world;
    span_with_a_copy(world);
    world.mark_deleted();
    world.now += std::chrono::minutes{minutes};
    world.live_on();
    EXPECT_FALSE(world.exists());
    EXPECT_EQ(world.role(), std::nullopt);
    EXPECT_TRUE(world.claim("acme").empty());
    EXPECT_TRUE(world.claim("prod").empty());
  }
}

}  // namespace
}  // namespace guildhall::controllers::organization
