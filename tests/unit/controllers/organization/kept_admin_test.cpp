// The second line behind admission: what stands when the last active Admin went although nobody with manage let it.
#include "controllers/organization/kept_admin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/unit/controllers/organization/staffed_world.hpp"

namespace guildhall::controllers::organization {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSecrets = "guildhall:api-key-secrets";
using Role = api::MemberRole;

/// Of ada, the Admin, jane, an Editor, and grace, a Viewer; nobody with manage does anything.
World unmanaged() {
  World world = staffed();
  world.let_go_at.reset();
  return world;
}

struct Case {
  std::string name;
  std::function<void(World&)> given;
  std::string admins;  ///< of the home
  std::string present;
  std::string ready;
};

class AfterTheLastAdmin : public testing::TestWithParam<Case> {};

TEST_P(AfterTheLastAdmin, StandsWhatTheSecondLineLeaves) {
  const Case& one = GetParam();
  World world = unmanaged();
  one.given(world);
  world.settle();
  EXPECT_EQ(world.bound("acme", kHomeAdmin), one.admins);
  EXPECT_EQ(world.condition("AdminPresent"), one.present);
  EXPECT_EQ(world.ready(), one.ready);
  const bool is_lost = one.present == "False/LastAdmin";
  EXPECT_EQ(world.condition("Stalled"), is_lost ? "True/LastAdmin" : "");
  EXPECT_EQ(std::ranges::count(world.told(), "OrganizationLastAdminLost"), is_lost ? 1 : 0);
}

void demote(World& world) {
  world.member("ada").role = Role::Editor;
}

constexpr const char* kLost = "False/LastAdmin";

const Case kCases[] = {
    {"StaysItself", [](World&) {}, "ada", "True/AdminActive", "True/Active"},
    {"Demoted", demote, "ada", kLost, kLost},
    {"Inactive", [](World& w) { w.member("ada").standing = Standing::Inactive; }, "-", kLost, kLost},
    {"Deleted", [](World& w) { std::erase_if(w.members, [](const auto& m) { return m.name == "ada"; }); }, "-", kLost,
     kLost},
    {"Leaving", [](World& w) { w.member("ada").standing = Standing::Leaving; }, "-", kLost, kLost},
    {"NotAcceptedAnyMore", [](World& w) { w.member("ada").standing = Standing::NotAccepted; }, "-", kLost, kLost},
    {"WithOtherSubjects",
     [](World& w) {
       demote(w);
       w.member("ada").subjects = {{"User", "eve@acme.example", ""}};
     },
     "-", kLost, kLost},
    {"OnlyAGroup", [](World& w) { w.member("ada").subjects = {{"Group", "owners", ""}}; }, "owners", kLost, kLost},
    {"DemotedByManage",
     [](World& w) {
       demote(w);
       w.let_go_at = noon();
     },
     "-", "False/NoActiveAdmin", "True/Active"},
    {"DemotedLongAfterManageDidSomething",
     [](World& w) {
       demote(w);
       w.let_go_at = noon() - std::chrono::seconds{1};
     },
     "ada", kLost, kLost},
    {"DemotedAndThenInactive",
     [](World& w) {
       demote(w);
       w.settle();
       w.member("ada").standing = Standing::Inactive;
     },
     "-", kLost, kLost},
    {"DemotedWhileTheHomeGoes",
     [](World& w) {
       demote(w);
       w.put_namespace("acme",
                       {.claim = {"acme", "u-acme"}, .created_for_uid = {}, .releasing_since = {}, .deleting = true});
     },
     "-", "False/NoActiveAdmin", "False/NamespaceTerminating"},
};

INSTANTIATE_TEST_SUITE_P(Table, AfterTheLastAdmin, testing::ValuesIn(kCases),
                         [](const auto& one) { return one.param.name; });

TEST(KeptAdmin, KeepsAllThatItHadBesideItsNewRoleAndNothingMore) {
  World world = unmanaged();
  demote(world);
  world.settle();
  EXPECT_EQ(world.bound("prod", kProdAdmin), "ada");
  EXPECT_EQ(world.bound("prod", kProdEditor), "ada, jane");
  EXPECT_EQ(world.bound("", kAdmin), "ada");
  EXPECT_EQ(world.binding({"acme", kSecrets})->subjects.size(), 1U);
  world.put_namespace("new");
  world.edit({{"namespaces", {"prod", "closed", "new"}}});
  world.settle();
  EXPECT_EQ(world.bound("new", kProdAdmin), "-");
  EXPECT_EQ(world.bound("new", kProdEditor), "ada, jane");
  EXPECT_THAT(world.message("Ready"), HasSubstr("ada keeps the rights that it had as an Admin"));
}

TEST(KeptAdmin, IsTheOldestAndOnlyOne) {
  World world = unmanaged();
  world.put_member("bob", Role::Admin);
  world.member("ada").created_at = noon();
  world.settle();
  demote(world);
  world.member("bob").role = Role::Viewer;
  world.settle();
  EXPECT_EQ(world.bound("acme", kHomeAdmin), "bob");
  EXPECT_EQ(world.bound("acme", kHomeEditor), "ada, jane");
}

TEST(KeptAdmin, LosesAllOnceAnotherIsOne) {
  World world = unmanaged();
  demote(world);
  world.settle();
  world.member("jane").role = Role::Admin;
  world.settle();
  EXPECT_EQ(world.bound("acme", kHomeAdmin), "jane");
  EXPECT_EQ(world.bound("acme", kHomeEditor), "ada");
  EXPECT_EQ(world.condition("AdminPresent"), "True/AdminActive");
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(KeptAdmin, IsNobodyWhereThereNeverWasOne) {
  World world = unmanaged();
  world.members.clear();
  world.put_member("jane", Role::Editor);
  world.organization.status = {};
  world.settle();
  EXPECT_EQ(world.condition("AdminPresent"), "False/NoActiveAdmin");
  EXPECT_EQ(world.ready(), "True/Active");
  EXPECT_THAT(world.told(), Not(Contains("OrganizationLastAdminLost")));
}

TEST(KeptAdmin, IsSuspendedLikeTheOthers) {
  World world = unmanaged();
  world.edit({{"state", "Suspended"}});
  world.settle();
  demote(world);
  world.settle();
  EXPECT_EQ(world.bound("acme", kHomeSuspended), "ada");
  EXPECT_EQ(world.bound("acme", kHomeAdmin), "-");
  EXPECT_EQ(world.bound("acme", kHomeEditor), "-");
}

}  // namespace
}  // namespace guildhall::controllers::organization
