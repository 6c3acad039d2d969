// Bindings that nobody wants: whose they are, and whether and when they go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/organization/names.hpp"
#include "tests/unit/controllers/organization/staffed_world.hpp"

namespace guildhall::controllers::organization {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(BindingsOfOurs, ThatNobodyWantsGo) {
  World world = staffed();
  world.put_binding({"prod", "guildhall:cluster-admin"}, {"ClusterRole", "cluster-admin"}, {{"User", "eve", ""}});
  world.put_binding({"elsewhere", "guildhall:guildhall-deployments-admin"}, {"ClusterRole", kProdAdmin},
                    {{"User", "eve", ""}});
  world.settle();
  EXPECT_THAT(world.grants(), Not(Contains(HasSubstr("cluster-admin"))));
  EXPECT_THAT(world.grants(), Not(Contains(HasSubstr("elsewhere"))));
}

/// A restore from a backup brings them so.
TEST(BindingsOfOurs, WithoutAnOwnerGoToo) {
  World world = staffed();
  world.put_binding({"prod", "guildhall:cluster-admin"}, {"ClusterRole", "cluster-admin"}, {{"User", "eve", ""}}, "");
  world.put_binding({"", "guildhall:acme:admin"}, {"ClusterRole", "guildhall:acme:admin"}, {{"User", "eve", ""}}, "");
  world.settle();
  EXPECT_THAT(world.grants(), Not(Contains(HasSubstr("cluster-admin"))));
  EXPECT_EQ(world.bound("", kAdmin), "ada");
}

void put_without_owner(World& world, const std::string& ns) {
  world.put_binding({ns, "guildhall:guildhall-deployments-editor"}, {"ClusterRole", kProdEditor}, {{"User", "eve", ""}},
                    "");
}

/// A restore brings the claim of the Organization's former self, too, and the Organization no longer names the
/// namespace.
TEST(BindingsOfOurs, WithoutAnOwnerGoBeforeTheirNamespaceIsReleased) {
  World world = staffed();
  world.put_namespace("dropped", {.claim = {"acme", "u-former"}});
  put_without_owner(world, "dropped");
  world.settle();
  EXPECT_THAT(world.grants(), Not(Contains(HasSubstr("dropped"))));
  EXPECT_TRUE(world.claim("dropped").empty());
}

TEST(BindingsOfOurs, WithoutAnOwnerGoWithTheOrganization) {
  World world = staffed();
  put_without_owner(world, "closed");
  world.organization.metadata.deletion_timestamp = world.now;
  world.settle();
  EXPECT_THAT(world.grants(), IsEmpty());
  EXPECT_FALSE(world.exists());
}

TEST(BindingsOfOthers, WithoutAnOwnerAreLeftAlone) {
  World world = staffed();
  world.put_namespace("globex", {.claim = {"globex", "u-globex"}});
  put_without_owner(world, "globex");
  world.settle();
  EXPECT_THAT(world.grants(), Contains(HasSubstr("globex")));
}

/// The Member's own reconciler takes it over, or lets it stand while it cannot tell.
TEST(BindingsOfMembers, WithoutAnOwnerAreLeftToThem) {
  World world = staffed();
  for (const char* name : {"guildhall:self:jane", "guildhall:self:gone"})
    world.put_binding({"acme", name}, {"Role", name}, {{"User", "jane", ""}}, "");
  world.settle();
  EXPECT_THAT(world.grants(), Contains("RoleBinding acme/guildhall:self:jane"));
  EXPECT_THAT(world.grants(), Not(Contains("RoleBinding acme/guildhall:self:gone"))) << "nobody's";
}

TEST(BindingsOfOurs, ThatAnothersFinalizerHoldsNameNobody) {
  World world = staffed();
  const std::string editor = "RoleBinding prod/guildhall:" + std::string(kProdEditor);
  world.held = {editor};
  world.member("jane").standing = Standing::Inactive;
  world.settle();
  EXPECT_THAT(world.grants(), Contains(editor));
  EXPECT_EQ(world.bound("prod", kProdEditor), "");
}

TEST(BindingsOfOurs, ThatAnothersFinalizerHoldsNameNobodyWhenTheOrganizationGoes) {
  World world = staffed();
  const std::string editor = "RoleBinding prod/guildhall:" + std::string(kProdEditor);
  world.held = {editor};
  world.organization.metadata.deletion_timestamp = world.now;
  world.settle();
  EXPECT_THAT(world.grants(), Contains(editor));
  EXPECT_EQ(world.bound("prod", kProdEditor), "");
}

TEST(ClusterRolesOfOurs, ThatSomebodyMadeAggregateAreMadeAnew) {
  World world = staffed();
  const std::string name = "ClusterRole guildhall:acme:member";
  world.patch_grant(name, {{"aggregationRule", {{"clusterRoleSelectors", json::array()}}}, {"rules", nullptr}});
  const core::Plan plan = world.plan_now();
  ASSERT_THAT(plan.remove, SizeIs(1));
  EXPECT_EQ(plan.audit.size(), 1U);
  world.settle();
  EXPECT_THAT(world.grants(), Contains(name));
  EXPECT_TRUE(world.plan_now().writes_nothing());
}

TEST(BindingsOfOthers, AreLeftAlone) {
  World world = staffed();
  world.put_binding({"prod", "guildhall:cluster-admin"}, {"ClusterRole", "cluster-admin"}, {{"User", "eve", ""}},
                    "u-other");
  world.settle();
  EXPECT_THAT(world.grants(), Contains("RoleBinding prod/guildhall:cluster-admin"));
}

}  // namespace
}  // namespace guildhall::controllers::organization
