// The deletion of a key: nothing is left behind, and nothing is waited for for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "controllers/apikey/names.hpp"
#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class DeletionTest : public ::testing::TestWithParam<const char*> {};

TEST_P(DeletionTest, LeavesNothingBehindFrom) {
  const std::string state = GetParam();
  World world;
  world.copy_namespaces = {{"acme-prod", true, true}};
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}}},
              {"lifetime", "60d"},
              {"rotation", {{"every", "30d"}, {"overlap", "1d"}}}});
  if (state != "Pending") world.settle();
  if (state == "Pending") world.execute(world.plan_now(), 3);
  if (state == "Rotating") world.pass(std::chrono::days{30} + std::chrono::hours{1});
  if (state == "Revoked") world.edit({{"revoked", true}});
  if (state == "Suspended") world.organization.state = api::OrganizationState::Suspended;
  if (state == "NoOrganization") world.home = HomeState::NoOrganization;
  world.mark_deleted();
  world.settle();
  EXPECT_FALSE(world.key_exists);
  EXPECT_THAT(world.secrets, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(EveryState, DeletionTest,
                         ::testing::Values("Pending", "Active", "Rotating", "Revoked", "Suspended", "NoOrganization"),
                         [](const auto& info) { return std::string(info.param); });

/// The garbage collector would leave it behind.
TEST(ApiKeyDeletion, RemovesASecretWhoseOwnerReferenceIsGone) {
  World world;
  world.settle();
  ASSERT_FALSE(world.key.metadata.has_finalizer(kFinalizer));
  world.key.metadata.annotations[kPausedAnnotation] = "true";
  world.secrets.at({"acme", "grafana"})["metadata"].erase("ownerReferences");
  world.settle();
  EXPECT_TRUE(world.key.metadata.has_finalizer(kFinalizer));
  world.mark_deleted();
  world.settle();
  EXPECT_FALSE(world.key_exists);
  EXPECT_THAT(world.secrets, IsEmpty());
}

TEST(ApiKeyDeletion, GivesUpOnACopyThatCannotBeRemoved) {
  World world;
  world.ask_for_copy();
  world.settle();
  world.mark_deleted();
  core::Plan plan = world.plan_now();
  EXPECT_EQ(plan.finalizer, core::FinalizerChange::None);
  world.execute(plan, 1);  // the status
  world.now += *world.plan_now().look_again_after;
  plan = world.plan_now();
  EXPECT_EQ(plan.finalizer, core::FinalizerChange::Abandon);
  EXPECT_EQ(plan.audit.front().action.text(), "ApiKeyDeletionStepAbandoned");
  EXPECT_EQ(plan.remove.size(), 2U) << "the last try";
}

TEST(ApiKeyDeletion, SaysWhatKeepsItsSecretFromGoing) {
  World world;
  world.ask_for_copy();
  world.settle();
  world.mark_deleted();
  world.failures = {{"Secret acme-prod/grafana", core::ErrorKind::Forbidden, "a policy forbids it"}};
  world.execute(world.plan_now(), 1);
  EXPECT_EQ(world.ready(), "False/Deleting");
  EXPECT_THAT(core::find_condition(world.key.status.conditions, "Ready")->message,
              StartsWith("Secret acme-prod/grafana: a policy forbids it (tried again"));
}

TEST(ApiKeyDeletion, HasItsTimeAlsoIfNothingRanSinceItWasAskedFor) {
  World world;
  world.ask_for_copy();
  world.settle();
  world.refuse_secret("acme-prod");
  world.edit({{"displayName", "Not at rest before"}});
  world.settle();
  world.mark_deleted();
  world.now += std::chrono::days{3};
  core::Plan plan = world.plan_now();
  EXPECT_EQ(plan.finalizer, core::FinalizerChange::None) << "one try is not all";
  world.execute(plan, 1);  // the status
  world.now += std::chrono::seconds{119};
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::None);
  world.now += std::chrono::seconds{1};
  plan = world.plan_now();
  EXPECT_EQ(plan.finalizer, core::FinalizerChange::Abandon);
  EXPECT_THAT(plan.remove, SizeIs(2));
}

TEST(ApiKeyDeletion, EndsThoughItsStatusIsRefused) {
  World world;
  world.ask_for_copy();
  world.settle();
  world.mark_deleted();
  EXPECT_TRUE(world.plan_now().status.has_value());
  world.failures = {{"ApiKey acme/grafana (status)", core::ErrorKind::Forbidden, "a policy forbids it"}};
  world.now += std::chrono::minutes{2};
  const core::Plan last = world.plan_now();
  EXPECT_FALSE(last.status.has_value()) << "the engine carries out nothing after a status that is refused";
  EXPECT_THAT(last.remove, SizeIs(2));
  EXPECT_EQ(last.finalizer, core::FinalizerChange::Abandon);
}

TEST(ApiKeyDeletion, EndsThoughItsEventsAreRefused) {
  World world;
  world.ask_for_copy();
  world.settle();
  world.mark_deleted();
  world.execute(world.plan_now());
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::Drop) << "which waits for the Events";
  world.now += std::chrono::minutes{2};
  EXPECT_EQ(world.plan_now().finalizer, core::FinalizerChange::Abandon);
  EXPECT_THAT(world.plan_now().audit, IsEmpty()) << "nothing was given up";
}

}  // namespace
}  // namespace guildhall::controllers::apikey
