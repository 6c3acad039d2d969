// Which bindings an Organization's Members come to, and how they get there.
#include "controllers/organization/bindings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/controllers/organization/staffed_world.hpp"

namespace guildhall::controllers::organization {
namespace {

using ::testing::Contains;
using ::testing::Not;
using Role = api::MemberRole;
using nlohmann::json;

struct Case {
  std::string name;
  std::function<void(World&)> change;
  std::string want;
};

class OrganizationBindings : public testing::TestWithParam<Case> {};

TEST_P(OrganizationBindings, GiveJustWhatTheRolesSay) {
  World world = staffed();
  GetParam().change(world);
  world.settle();
  EXPECT_EQ(roles(world), GetParam().want);
  EXPECT_EQ(world.condition("RolesBound"), "True/AllBound");
}

const Case kCases[] = {
    {"InEachNamespaceAndEditorsAreViewersWhereOnlyAdminsAreTrusted", [](World&) {}, kStaffed},
    {"APromotion", [](World& w) { w.member("grace").role = Role::Editor; },
     "acme: ada / grace, jane / -; prod: ada / grace, jane / -; closed: ada / - / grace, jane; cluster: ada / ada, "
     "grace, jane"},
    {"ADemotion", [](World& w) { w.member("ada").role = Role::Viewer; },
     "acme: - / jane / ada, grace; prod: - / jane / ada, grace; closed: - / - / ada, grace, jane; cluster: - / ada, "
     "grace, jane"},
    {"NothingForTheInactive", [](World& w) { w.member("ada").standing = Standing::Inactive; },
     "acme: - / jane / grace; prod: - / jane / grace; closed: - / - / grace, jane; cluster: - / grace, jane"},
    {"NothingForOneThatLeaves", [](World& w) { w.member("jane").standing = Standing::Leaving; },
     "acme: ada / - / grace; prod: ada / - / grace; closed: ada / - / grace; cluster: ada / ada, grace"},
    {"NothingForOneThatIsGone", [](World& w) { w.members.erase(w.members.begin() + 1); },
     "acme: ada / - / grace; prod: ada / - / grace; closed: ada / - / grace; cluster: ada / ada, grace"},
    {"NothingBeforeAcceptance", [](World& w) { w.put_member("kim", Role::Admin, Standing::NotAccepted); }, kStaffed},
    {"NothingForTheYoungerOfTwoWithOneEmail", [](World& w) { w.put_member("kim", Role::Admin, Standing::Duplicate); },
     kStaffed},
    {"NothingNewForOneThatCannotBeJudged", [](World& w) { w.put_member("kim", Role::Admin, Standing::Unjudged); },
     kStaffed},
    {"WhatItHadForOneThatCannotBeJudged", [](World& w) { w.member("ada").standing = Standing::Unjudged; }, kStaffed},
    {"WhatItHadForOneThatIsPaused", [](World& w) { w.member("jane").standing = Standing::Paused; }, kStaffed},
    {"ANewSubject",
     [](World& w) {
       w.member("jane").subjects.push_back({"ServiceAccount", "bot", "acme"});
       normalize(w.member("jane").subjects);
     },
     "acme: ada / bot, jane / grace; prod: ada / bot, jane / grace; closed: ada / - / bot, grace, jane; cluster: ada / "
     "bot, "
     "ada, grace, jane"},
    {"WhatTwoMembersHaveInCommonStaysWithTheOther",
     [](World& w) {
       w.put_member("twin", Role::Editor);
       w.member("twin").subjects = w.member("jane").subjects;
       w.settle();
       w.member("twin").standing = Standing::Inactive;
     },
     kStaffed},
    {"OfASuspendedOrganizationOnlyWhatAdminsKeep", [](World& w) { w.edit({{"state", "Suspended"}}); },
     "acme: - / - / -; prod: - / - / -; closed: - / - / -; cluster: - / -"},
    {"BackFromASuspension",
     [](World& w) {
       w.edit({{"state", "Suspended"}});
       w.settle();
       w.edit({{"state", "Active"}});
     },
     kStaffed},
    {"NothingInANamespaceThatIsNoLongerListed", [](World& w) { w.edit({{"namespaces", {"closed"}}}); },
     "acme: ada / jane / grace; prod: - / - / -; closed: ada / - / grace, jane; cluster: ada / ada, grace, jane"},
    {"EditorsWhereTheyAreTrustedAgain", [](World& w) { w.edit({{"adminOnlyNamespaces", json::array()}}); },
     "acme: ada / jane / grace; prod: ada / jane / grace; closed: ada / jane / grace; cluster: ada / ada, grace, jane"},
};

INSTANTIATE_TEST_SUITE_P(Cases, OrganizationBindings, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(OrganizationBindingsOnce, AreWhollyWritten) {
  World world = staffed();
  const auto plan_for = [&](const core::ObjectKey& key) {
    world.remove_binding(key);
    return world.plan_now().apply.front();
  };
  EXPECT_EQ(plan_for({"prod", "guildhall:guildhall-deployments-viewer"}).object, json::parse(R"({
    "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
    "metadata": {"name": "guildhall:guildhall-deployments-viewer", "namespace": "prod",
      "labels": {"app.kubernetes.io/managed-by": "guildhall"},
      "ownerReferences": [{"apiVersion": "guildhall.dev/v1alpha1", "kind": "Organization", "name": "acme", "uid": "u-acme", "controller": true}]},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "guildhall-deployments-viewer"},
    "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "grace@acme.example"}]})"));
}

TEST(OrganizationBindingsOnce, LetAdminsGetTheSecretsOfKeys) {
  const World world = staffed();
  const auto binding = world.binding({"acme", "guildhall:api-key-secrets"});
  ASSERT_TRUE(binding);
  EXPECT_EQ(binding->role, (RoleReference{"Role", "guildhall:api-key-secrets"}));
  EXPECT_EQ(binding->subjects, (Subjects{{"User", "ada@acme.example", ""}}));
}

TEST(OrganizationBindingsOnce, LetAdminsGetTheLinksOfOpenInvitations) {
  World world = staffed();
  const auto named = [&] { return gettable_secrets(world.role()->rules); };
  world.member("grace").standing = Standing::NotAccepted;
  world.member("grace").link_secret = "grace-invitation";
  world.settle();
  EXPECT_THAT(*named(), Contains("grace-invitation"));
  world.member("grace").standing = Standing::InForce;
  world.settle();
  EXPECT_THAT(*named(), Not(Contains("grace-invitation")));
}

TEST(OrganizationBindingsOnce, GiveRightsOnTheOneOrganization) {
  const World world = staffed();
  EXPECT_EQ(world.cluster_role(kMember)->rules,
            json::parse(R"([{"apiGroups": ["guildhall.dev"], "resources": ["organizations"],
    "resourceNames": ["acme"], "verbs": ["get"]}])"));
  EXPECT_EQ(world.cluster_role(kAdmin)->rules,
            json::parse(R"([{"apiGroups": ["guildhall.dev"], "resources": ["organizations"],
    "resourceNames": ["acme"], "verbs": ["get", "patch", "update"]}])"));
}

TEST(OrganizationBindingsOnce, LeaveSuspendedAdminsTheirHome) {
  World world = staffed();
  world.edit({{"state", "Suspended"}});
  world.settle();
  EXPECT_EQ(world.bound("acme", kHomeSuspended), "ada");
  EXPECT_EQ(world.bound("acme", "api-key-secrets"), "-");
  EXPECT_EQ(world.ready(), "True/Suspended");
}

TEST(OrganizationBindingsOnce, FollowANamespaceThatAppearsLater) {
  World world = staffed();
  world.edit({{"namespaces", {"prod", "closed", "later"}}});
  world.settle();
  EXPECT_EQ(world.bound("later", kProdEditor), "-");
  world.put_namespace("later");
  world.settle();
  EXPECT_EQ(world.bound("later", kProdEditor), "jane");
}

TEST(OrganizationBindingsOnce, GiveFurtherClusterRolesByRole) {
  World world = staffed();
  world.edit({{"roles",
               {{"admin", {{"clusterRoles", {"grafana-admin"}}}},
                {"editor", {{"clusterRoles", {"grafana-admin", "tester"}}}},
                {"viewer", {{"clusterRoles", {"reader"}}}}}}});
  world.settle();
  EXPECT_EQ(world.bound("acme", "grafana-admin"), "ada, jane") << "one binding for a ClusterRole";
  EXPECT_EQ(world.bound("prod", "tester"), "jane");
  EXPECT_EQ(world.bound("closed", "tester"), "-") << "Editors are Viewers there";
  EXPECT_EQ(world.bound("closed", "reader"), "grace, jane");
  EXPECT_EQ(world.bound("", "grafana-admin"), "-");
  world.edit({{"roles", nullptr}});
  world.settle();
  EXPECT_EQ(world.bound("acme", "grafana-admin"), "-");
  EXPECT_EQ(roles(world), kStaffed);
}

/// Whether the subject may do anything in the namespace at all.
bool has_access(const World& world, const std::string& ns, const std::string& user) {
  const auto bindings = world.observe().bindings;
  return std::ranges::any_of(bindings, [&](const BindingView& binding) {
    return binding.key.ns == ns && std::ranges::binary_search(binding.subjects, Subject{"User", user, ""});
  });
}

struct ChangeCase {
  std::string name;
  std::function<void(World&)> change;
};

class BindingsInBetween : public testing::TestWithParam<ChangeCase> {};

TEST_P(BindingsInBetween, NeverLeaveAnybodyWithoutAccessWhereverTheWritesStop) {
  World world = staffed();
  GetParam().change(world);
  for (int rounds = 0; rounds < 60; ++rounds) {
    const core::Plan plan = world.plan_now();
    if (plan.writes_nothing()) return;
    world.execute(plan, 1);
    for (const char* ns : {"acme", "prod", "closed"}) {
      EXPECT_TRUE(has_access(world, ns, "jane@acme.example")) << ns << " after " << rounds + 1 << " writes";
    }
  }
  FAIL() << "does not come to rest";
}

INSTANTIATE_TEST_SUITE_P(Changes, BindingsInBetween,
                         testing::Values(ChangeCase{"Promoted", [](World& w) { w.member("jane").role = Role::Admin; }},
                                         ChangeCase{"Demoted", [](World& w) { w.member("jane").role = Role::Viewer; }},
                                         ChangeCase{"TrustedWhereOnlyAdminsWere",
                                                    [](World& w) { w.edit({{"adminOnlyNamespaces", json::array()}}); }},
                                         ChangeCase{"DemotedAndAnotherStays",
                                                    [](World& w) {
                                                      w.put_member("kim", Role::Editor);
                                                      w.settle();
                                                      w.member("jane").role = Role::Viewer;
                                                    }},
                                         ChangeCase{
                                             "NoLongerTrusted",
                                             [](World& w) { w.edit({{"adminOnlyNamespaces", {"prod", "closed"}}}); }}),
                         [](const auto& info) { return info.param.name; });

/// Who may read Secrets there gets in after the tokens are out.
TEST(OrganizationBindings, KeepEditorsOutForAsLongAsTokensStandThere) {
  World world = staffed();
  world.secrets_with_tokens = {"closed/doors", "elsewhere/doors"};
  world.settle();
  EXPECT_EQ(world.condition("RolesBound"), "True/AllBound") << "only Admins are in";
  world.edit({{"adminOnlyNamespaces", json::array()}});
  world.settle();
  EXPECT_EQ(roles(world), kStaffed);
  EXPECT_EQ(world.condition("RolesBound"), "False/SecretsHoldTokens");
  EXPECT_THAT(world.message("RolesBound"), testing::HasSubstr("in closed until"));
  EXPECT_THAT(world.message("RolesBound"), testing::EndsWith("hold no tokens any more: closed/doors"));
  EXPECT_EQ(world.condition("Ready"), "False/SecretsHoldTokens");
  world.secrets_with_tokens.clear();
  world.settle();
  EXPECT_EQ(roles(world),
            "acme: ada / jane / grace; prod: ada / jane / grace; closed: ada / jane / grace; cluster: ada / ada, "
            "grace, jane");
  EXPECT_EQ(world.condition("RolesBound"), "True/AllBound");
  world.secrets_with_tokens = {"closed/doors"};
  world.put_namespace("closed", {.claim = {"globex", "u-globex"}});
  world.settle();
  EXPECT_EQ(world.condition("RolesBound"), "True/AllBound") << "where another Organization is, it has no Editors";
}

}  // namespace
}  // namespace guildhall::controllers::organization
