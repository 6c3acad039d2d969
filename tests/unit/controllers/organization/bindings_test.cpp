// Which bindings an Organization's Members come to, and how they get there.
#include "controllers/organization/bindings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "controllers/organization/names.hpp"
#include "tests/unit/controllers/organization/world.hpp"

namespace guildhall::controllers::organization {
namespace {

using Role = api::MemberRole;
using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kHomeAdmin = "guildhall-organization-admin";
constexpr const char* kHomeEditor = "guildhall-organization-editor";
constexpr const char* kHomeViewer = "guildhall-organization-viewer";
constexpr const char* kHomeSuspended = "guildhall-organization-suspended";
constexpr const char* kProdAdmin = "guildhall-deployments-admin";
constexpr const char* kProdEditor = "guildhall-deployments-editor";
constexpr const char* kProdViewer = "guildhall-deployments-viewer";
constexpr const char* kMember = "guildhall:acme:member";
constexpr const char* kAdmin = "guildhall:acme:admin";

/// Home acme, spanned prod and closed; ada is Admin, jane Editor, grace Viewer.
World staffed() {
  World world;
  for (const char* name : {"acme", "prod", "closed"})
    world.put_namespace(name);
  world.edit({{"namespaces", {"prod", "closed"}}, {"adminOnlyNamespaces", {"closed"}}});
  world.put_member("ada", Role::Admin);
  world.put_member("jane", Role::Editor);
  world.put_member("grace", Role::Viewer);
  world.settle();
  return world;
}

/// What stands in the home, in prod, in closed and in the cluster, as "admin/editor/viewer".
std::string roles(const World& world) {
  const auto place = [&](const std::string& ns, const std::array<const char*, 3>& names) {
    return world.bound(ns, names[0]) + " / " + world.bound(ns, names[1]) + " / " + world.bound(ns, names[2]);
  };
  return "acme: " + place("acme", {kHomeAdmin, kHomeEditor, kHomeViewer}) +
         "; prod: " + place("prod", {kProdAdmin, kProdEditor, kProdViewer}) +
         "; closed: " + place("closed", {kProdAdmin, kProdEditor, kProdViewer}) +
         "; cluster: " + world.bound("", kAdmin) + " / " + world.bound("", kMember);
}

constexpr const char* kStaffed =
    "acme: ada / jane / grace; prod: ada / jane / grace; closed: ada / - / grace, jane; cluster: ada / ada, grace, "
    "jane";

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
                                         ChangeCase{
                                             "NoLongerTrusted",
                                             [](World& w) { w.edit({{"adminOnlyNamespaces", {"prod", "closed"}}}); }}),
                         [](const auto& info) { return info.param.name; });

core::WriteFailure refusal(const std::string& binding, core::ErrorKind kind, const std::string& words) {
  return {.object = "RoleBinding " + binding, .kind = kind, .message = words};
}

TEST(BindingsRefused, DoNotKeepARoleThatWasTakenAway) {
  World world = staffed();
  const std::string viewer = "prod/guildhall:guildhall-deployments-viewer";
  world.refused = {"RoleBinding " + viewer};
  world.member("jane").role = Role::Viewer;
  world.execute(world.plan_now());
  EXPECT_EQ(world.bound("prod", kProdEditor), "jane") << "until the new one is seen or refused";
  world.failures = {refusal(viewer, core::ErrorKind::Forbidden, "no")};
  world.settle_while_refused();
  EXPECT_EQ(world.bound("prod", kProdEditor), "-");
  EXPECT_EQ(world.bound("acme", kHomeViewer), "grace, jane") << "the rest is bound all the same";
}

TEST(BindingsRefused, ForAClusterRoleThatThePlatformDoesNotAllowStall) {
  World world = staffed();
  world.edit({{"roles", {{"admin", {{"clusterRoles", {"cluster-admin", "absent"}}}}}}});
  for (const char* ns : {"acme", "prod", "closed"}) {
    for (const char* role : {"cluster-admin", "absent"})
      world.refused.insert("RoleBinding " + std::string(ns) + "/guildhall:" + role);
  }
  world.failures = {refusal("acme/guildhall:cluster-admin", core::ErrorKind::Forbidden,
                            "user x is attempting to grant RBAC permissions not currently held"),
                    refusal("prod/guildhall:absent", core::ErrorKind::NotFound, "clusterroles \"absent\" not found")};
  world.settle_while_refused();
  EXPECT_EQ(world.ready(), "False/RoleNotBindable");
  EXPECT_EQ(world.condition("RolesBound"), "False/RoleNotBindable");
  EXPECT_EQ(world.condition("Stalled"), "True/RoleNotBindable");
  EXPECT_EQ(world.condition("NamespacesClaimed"), "True/AllClaimed");
  EXPECT_THAT(world.message("Ready"), HasSubstr("no such ClusterRole: absent"));
  EXPECT_THAT(world.message("Ready"),
              HasSubstr("lets Guildhall bind (verb bind, for its ServiceAccount): cluster-admin"));
  EXPECT_EQ(roles(world), kStaffed) << "the rest is bound all the same";
}

TEST(BindingsRefused, ForAClusterRoleThatIsNoLongerAllowedGoWhenTheyShouldHaveFewer) {
  World world = staffed();
  world.edit({{"roles", {{"editor", {{"clusterRoles", {"grafana"}}}}, {"viewer", {{"clusterRoles", {"grafana"}}}}}}});
  world.settle();
  ASSERT_EQ(world.bound("acme", "grafana"), "grace, jane");
  world.refused = {"RoleBinding acme/guildhall:grafana"};
  world.failures = {refusal("acme/guildhall:grafana", core::ErrorKind::Forbidden,
                            "the platform does not let the Guildhall operator bind ClusterRole grafana (verb bind)")};
  world.execute(world.plan_now());
  EXPECT_EQ(world.bound("acme", "grafana"), "grace, jane") << "as long as all of them should have it";
  world.member("jane").standing = Standing::Inactive;
  world.settle_while_refused();
  EXPECT_EQ(world.bound("acme", "grafana"), "-");
  EXPECT_EQ(world.condition("RolesBound"), "False/RoleNotBindable");
}

TEST(BindingsRefused, ForAnotherReasonAreToldAsTheyAre) {
  World world = staffed();
  world.member("grace").role = Role::Admin;
  world.refused = {"RoleBinding acme/guildhall:guildhall-organization-admin"};
  world.failures = {
      refusal("acme/guildhall:guildhall-organization-admin", core::ErrorKind::Forbidden, "a policy says no")};
  world.settle_while_refused();
  EXPECT_EQ(world.condition("RolesBound"), "False/WriteRefused");
  EXPECT_THAT(world.message("RolesBound"), HasSubstr("a policy says no"));
}

struct DriftCase {
  std::string name;
  std::function<void(World&)> change;
  std::string note;
};

class BindingsChangedByAnother : public testing::TestWithParam<DriftCase> {};

TEST_P(BindingsChangedByAnother, ArePutBackAndTold) {
  World world = staffed();
  world.execute(world.plan_now());  // a look at rest
  GetParam().change(world);
  const core::Plan plan = world.plan_now();
  ASSERT_THAT(plan.audit, SizeIs(1));
  EXPECT_EQ(plan.audit.front().action, "OrganizationBindingRepaired");
  EXPECT_EQ(plan.audit.front().note, GetParam().note);
  EXPECT_TRUE(plan.audit.front().warning);
  world.settle();
  EXPECT_EQ(roles(world), kStaffed);
  EXPECT_EQ(world.cluster_role(kMember)->rules.at(0).at("verbs"), json::array({"get"}));
}

const core::ObjectKey kHomeViewers{"acme", "guildhall:guildhall-organization-viewer"};

INSTANTIATE_TEST_SUITE_P(
    Changes, BindingsChangedByAnother,
    testing::Values(
        DriftCase{"ASubjectMore",
                  [](World& w) {
                    w.put_binding(kHomeViewers, {"ClusterRole", kHomeViewer},
                                  {{"User", "eve", ""}, {"User", "grace@acme.example", ""}});
                  },
                  "RoleBinding acme/guildhall:guildhall-organization-viewer was changed by another; it is put back"},
        DriftCase{"NoSubjects", [](World& w) { w.put_binding(kHomeViewers, {"ClusterRole", kHomeViewer}, {}); },
                  "RoleBinding acme/guildhall:guildhall-organization-viewer was changed by another; it is put back"},
        DriftCase{"Deleted", [](World& w) { w.remove_binding(kHomeViewers); },
                  "RoleBinding acme/guildhall:guildhall-organization-viewer was deleted, or lost its label, by "
                  "another; it is put back"},
        DriftCase{
            "AnotherRole",
            [](World& w) { w.put_binding(kHomeViewers, {"ClusterRole", "cluster-admin"}, {{"User", "eve", ""}}); },
            "RoleBinding acme/guildhall:guildhall-organization-viewer was replaced by one of another role by another; "
            "it is put back"},
        DriftCase{
            "AnotherRoleAndNoOwner",
            [](World& w) { w.put_binding(kHomeViewers, {"ClusterRole", "cluster-admin"}, {{"User", "eve", ""}}, ""); },
            "RoleBinding acme/guildhall:guildhall-organization-viewer was replaced by one of another role by another; "
            "it is put back"},
        DriftCase{"TheRightsOnTheOrganization",
                  [](World& w) { w.put_cluster_role(kMember, json::array({{{"verbs", {"*"}}}})); },
                  "ClusterRole guildhall:acme:member was changed by another; it is put back"}),
    [](const auto& info) { return info.param.name; });

TEST(BindingsOfOurs, ThatNobodyWantsGo) {
  World world = staffed();
  world.put_binding({"prod", "guildhall:cluster-admin"}, {"ClusterRole", "cluster-admin"}, {{"User", "eve", ""}});
  world.put_binding({"elsewhere", "guildhall:guildhall-deployments-admin"}, {"ClusterRole", kProdAdmin},
                    {{"User", "eve", ""}});
  world.settle();
  EXPECT_THAT(world.grants(), Not(Contains(HasSubstr("cluster-admin"))));
  EXPECT_THAT(world.grants(), Not(Contains(HasSubstr("elsewhere"))));
}

TEST(BindingsOfOthers, AreLeftAlone) {
  World world = staffed();
  world.put_binding({"prod", "guildhall:cluster-admin"}, {"ClusterRole", "cluster-admin"}, {{"User", "eve", ""}},
                    "u-other");
  world.settle();
  EXPECT_THAT(world.grants(), Contains("RoleBinding prod/guildhall:cluster-admin"));
}

TEST(BindingsWhilePaused, OnlyTakeAccessAway) {
  World world = staffed();
  world.annotate(kPausedAnnotation, "true");
  world.put_member("kim", Role::Editor);
  world.member("ada").standing = Standing::Inactive;
  world.settle();
  EXPECT_EQ(roles(world),
            "acme: - / jane / grace; prod: - / jane / grace; closed: - / - / grace, jane; cluster: - / grace, jane");
  EXPECT_EQ(world.condition("RolesBound"), "False/Paused");
  world.annotate(kPausedAnnotation, "");
  world.settle();
  EXPECT_EQ(world.bound("acme", kHomeEditor), "jane, kim");
}

TEST(BindingsInATerminatingNamespace, OnlyTakeAccessAway) {
  World world = staffed();
  world.put_namespace("prod", {.claim = {"acme", "u-acme"}, .deleting = true});
  world.put_member("kim", Role::Editor);
  world.member("grace").standing = Standing::Inactive;
  world.settle();
  EXPECT_EQ(world.bound("prod", kProdEditor), "jane");
  EXPECT_EQ(world.bound("prod", kProdViewer), "-");
}

TEST(BindingsWhereTheClaimIsDamaged, WaitUntilItIsRepaired) {
  World world = staffed();
  world.patch_namespace("prod", {{"labels", {{kOrganizationLabel, nullptr}}}});
  world.member("jane").standing = Standing::Inactive;
  const core::Plan plan = world.plan_now();
  for (const auto& apply : plan.apply)
    EXPECT_NE(apply.key.ns, "prod");
  for (const auto& gone : plan.remove)
    EXPECT_NE(gone.key.ns, "prod");
  world.settle();
  EXPECT_EQ(world.bound("prod", kProdEditor), "-");
}

TEST(BindingsInANamespaceThatAnotherTook, Go) {
  World world = staffed();
  world.put_namespace("prod", {.claim = {"globex", "u-globex"}});
  world.settle();
  EXPECT_THAT(world.grants(), Not(Contains(HasSubstr(" prod/"))));
}

TEST(BindingsAndReadiness, AMembersChangeDoesNotMakeTheOrganizationUnready) {
  World world = staffed();
  world.put_member("kim", Role::Editor);
  const core::Plan plan = world.plan_now();
  ASSERT_THAT(plan.apply, Not(IsEmpty()));
  world.execute(plan, 1);
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(BindingsAndReadiness, TheFirstOnesAreWaitedFor) {
  World world;
  world.put_namespace("acme");
  world.put_member("ada", Role::Admin);
  world.execute(world.plan_now());  // claims
  world.execute(world.plan_now());
  EXPECT_EQ(world.condition("RolesBound"), "False/BindingRoles");
  EXPECT_EQ(world.ready(), "False/BindingRoles");
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(BindingsOfARestoredOrganization, AreTakenOver) {
  World world = staffed();
  world.restore("u-restored");
  world.settle();
  EXPECT_EQ(roles(world), kStaffed);
  EXPECT_EQ(world.binding(kHomeViewers)->owner_uid, "u-restored");
}

}  // namespace
}  // namespace guildhall::controllers::organization
