// The Role and RoleBinding by which a Member reads and deletes itself.
#include "controllers/member/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/controllers/member/world.hpp"

namespace guildhall::controllers::member {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kSelfRole = "Role acme/guildhall:self:jane";
constexpr const char* kSelfBinding = "RoleBinding acme/guildhall:self:jane";

TEST(MemberInANamespaceThatIsDeleted, LosesItsRoleToNobody) {
  World world = active();
  world.is_closing = true;
  world.remove_grant(kSelfRole);
  world.remove_grant(kSelfBinding);
  world.settle();
  EXPECT_THAT(world.told(), Not(Contains("MemberBindingRepaired")));
}

TEST(MemberOwnRole, LetsItReadAndDeleteItself) {
  World world = active();
  EXPECT_EQ(world.grant(kSelfRole)["rules"], json::parse(R"([{"apiGroups": ["guildhall.dev"], "resources": ["members"],
    "resourceNames": ["jane"], "verbs": ["get", "delete"]}])"));
  EXPECT_EQ(world.grant(kSelfRole)["metadata"]["ownerReferences"],
            json::parse(R"([{"apiVersion": "guildhall.dev/v1alpha1",
    "kind": "Member", "name": "jane", "uid": "m-jane", "controller": true}])"));
  EXPECT_EQ(world.grant(kSelfBinding)["roleRef"],
            json::parse(R"({"apiGroup": "rbac.authorization.k8s.io", "kind": "Role",
    "name": "guildhall:self:jane"})"));
}

TEST(MemberOwnRole, IsNeverBoundToAGroup) {
  World world;
  world.accept();
  world.subjects = {{"Group", "editors", ""}, {"ServiceAccount", "bot", "acme"}, {"User", "jane@acme.example", ""}};
  world.settle();
  EXPECT_THAT(world.grant(kSelfBinding)["subjects"].dump(), Not(HasSubstr("editors")));
  EXPECT_EQ(world.grant(kSelfBinding)["subjects"].size(), 2U);
}

TEST(MemberOwnRole, GoesWhileItIsBeingDeleted) {
  World world = active();
  world.member.metadata.deletion_timestamp = noon();
  const core::Plan plan = world.plan_now();
  EXPECT_EQ(plan.remove.size(), 2U);
  world.settle();
  EXPECT_EQ(world.condition("Ready"), "False/Deleting") << "for as long as another's finalizer holds it";
  EXPECT_EQ(world.condition("RoleBound"), "False/Deleting");
}

TEST(MemberOwnRole, OfAnotherMemberIsLeftAlone) {
  World world = active();
  for (const char* name : {kSelfRole, kSelfBinding})
    world.grant(name)["metadata"]["ownerReferences"][0]["uid"] = "m-other";
  world.edit({{"state", "Inactive"}});
  world.settle();
  EXPECT_THAT(world.grants(), ElementsAre(kSelfRole, kSelfBinding));
}

TEST(MemberOwnRole, OfAFormerMemberThatWasLeftBehindGoes) {
  World world = active();
  for (const char* name : {kSelfRole, kSelfBinding})
    world.grant(name)["metadata"].erase("ownerReferences");
  world.member.metadata.annotations.clear();
  world.settle();
  EXPECT_THAT(world.grants(), IsEmpty());
}

/// It gives access until it is gone.
TEST(MemberOwnRole, ThatAnothersFinalizerHoldsNamesNobody) {
  World world = active();
  world.grant(kSelfBinding)["metadata"]["deletionTimestamp"] = "2026-11-24T12:00:00Z";
  world.edit({{"state", "Inactive"}});
  world.execute(world.plan_now());
  EXPECT_EQ(world.grant(kSelfBinding)["subjects"], json::array());
  EXPECT_EQ(world.grant(kSelfBinding)["roleRef"]["name"], "guildhall:self:jane");
}

TEST(MemberOwnRole, OfAFormerMemberThatAnothersFinalizerHoldsNamesNobody) {
  World world = active();
  json& metadata = world.grant(kSelfBinding)["metadata"];
  metadata["ownerReferences"][0]["uid"] = "m-other";
  metadata["deletionTimestamp"] = "2026-11-24T12:00:00Z";
  world.edit({{"state", "Inactive"}});
  world.execute(world.plan_now());
  EXPECT_EQ(world.grant(kSelfBinding)["subjects"], json::array());
}

struct Drift {
  std::string name;
  std::function<void(World&)> change;
};

class MemberOwnRoleChangedByAnother : public testing::TestWithParam<Drift> {};

TEST_P(MemberOwnRoleChangedByAnother, IsPutBackAndTold) {
  World world = active();
  const json role = world.grant(kSelfRole)["rules"];
  const json subjects = world.grant(kSelfBinding)["subjects"];
  GetParam().change(world);
  world.settle();
  EXPECT_EQ(world.grant(kSelfRole)["rules"], role);
  EXPECT_EQ(world.grant(kSelfBinding)["subjects"], subjects);
  EXPECT_EQ(world.grant(kSelfBinding)["roleRef"]["name"], "guildhall:self:jane");
  EXPECT_THAT(world.told(), Contains("MemberBindingRepaired"));
  EXPECT_EQ(world.condition("Ready"), "True/Active");
}

INSTANTIATE_TEST_SUITE_P(
    Changes, MemberOwnRoleChangedByAnother,
    testing::Values(Drift{"Rules", [](World& w) { w.grant(kSelfRole)["rules"][0]["verbs"] = {"*"}; }},
                    Drift{"Subjects", [](World& w) { w.grant(kSelfBinding)["subjects"] = json::array(); }},
                    Drift{"Role", [](World& w) { w.grant(kSelfBinding)["roleRef"]["name"] = "other"; }},
                    Drift{"RoleDeleted", [](World& w) { w.remove_grant(kSelfRole); }},
                    Drift{"BindingDeleted", [](World& w) { w.remove_grant(kSelfBinding); }}),
    [](const auto& info) { return info.param.name; });

TEST(MemberOwnRole, IsNotToldOfWhenTheSpecChanges) {
  World world = active();
  world.edit({{"subjects", json::array({{{"kind", "User"}, {"name", "j"}}})}});
  world.subjects = {{"User", "j", ""}};
  world.settle();
  EXPECT_THAT(world.told(), Not(Contains("MemberBindingRepaired")));
}

}  // namespace
}  // namespace guildhall::controllers::member
