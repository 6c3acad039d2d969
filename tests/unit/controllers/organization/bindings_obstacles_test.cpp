// What keeps bindings from standing as they should: refusals, changes by others, pauses and lost namespaces.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "controllers/organization/key_secrets_role.hpp"
#include "controllers/organization/names.hpp"
#include "tests/unit/controllers/organization/staffed_world.hpp"

namespace guildhall::controllers::organization {
namespace {

using Role = api::MemberRole;
using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

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

TEST(BindingsRefused, LeaveTheLesserRoleUntilTheGreaterOneIsThere) {
  World world = staffed();
  world.refused = {"RoleBinding prod/" + std::string("guildhall:") + kProdEditor};
  world.failures = {refusal("prod/guildhall:" + std::string(kProdEditor), core::ErrorKind::Unavailable, "no")};
  world.member("grace").role = Role::Editor;
  world.settle_while_refused();
  EXPECT_EQ(world.bound("prod", kProdViewer), "grace");
  EXPECT_EQ(world.bound("acme", kHomeViewer), "-") << "the rest is bound all the same";
  world.refused.clear();
  world.settle();
  EXPECT_EQ(world.bound("prod", kProdViewer), "-");
  EXPECT_EQ(world.bound("prod", kProdEditor), "grace, jane");
}

/// What an Admin keeps of a suspended Organization for paying is more than an Editor and a Viewer have.
TEST(BindingsRefused, DoNotKeepWhatAdminsHadWhileSuspended) {
  World world = staffed();
  world.edit({{"state", "Suspended"}});
  world.settle();
  ASSERT_EQ(world.bound("acme", kHomeSuspended), "ada");
  world.put_member("kim", Role::Admin);
  world.settle();
  ASSERT_EQ(world.bound("acme", kHomeSuspended), "ada, kim");
  world.edit({{"state", "Active"}});
  for (const char* role : {kHomeAdmin, kHomeViewer}) {
    world.refused.insert("RoleBinding acme/guildhall:" + std::string(role));
    world.failures.push_back(refusal("acme/guildhall:" + std::string(role), core::ErrorKind::Unavailable, "no"));
  }
  world.member("kim").role = Role::Viewer;
  world.settle_while_refused();
  EXPECT_EQ(world.bound("acme", kHomeSuspended), "ada");
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

/// Who writes tokens where Editors are to be out goes by the reason.
TEST(BindingsRefused, AreToldBeforeWhatElseStandsInTheWay) {
  World world = staffed();
  const std::string editors = "prod/guildhall:guildhall-deployments-editor";
  world.secrets_with_tokens = {"closed/doors"};
  world.edit({{"adminOnlyNamespaces", {"prod"}}});
  world.sealed = {"RoleBinding " + editors};
  world.failures = {refusal(editors, core::ErrorKind::Unavailable, "no webhook answers")};
  world.settle_while_refused();
  EXPECT_EQ(world.condition("RolesBound"), "False/WriteRefused") << "and not for tokens elsewhere";
  world.failures.push_back({.object = "Namespace more", .kind = core::ErrorKind::Forbidden, .message = "no"});
  world.put_namespace("more");
  world.sealed.insert("Namespace more");
  world.edit({{"adminOnlyNamespaces", {"prod"}}, {"namespaces", {"prod", "closed", "more"}}});
  world.settle_while_refused();
  EXPECT_EQ(world.condition("NamespacesClaimed"), "False/WriteRefused");
  EXPECT_EQ(world.condition("RolesBound"), "False/WriteRefused") << "beside a claim";
  world.secrets_with_tokens.clear();
  world.settle_while_refused();
  EXPECT_EQ(world.condition("RolesBound"), "False/WriteRefused");
}

SeenApiKey key(const std::string& name) {
  return {.name = name,
          .phase = ApiKeyPhase::Active,
          .secret_name = name,
          .secret_namespaces = {"acme"},
          .has_tokens = true};
}

/// staffed() with a key, whose Secret Admins may get.
World staffed_with_a_key() {
  World world = staffed();
  world.api_keys = {key("grafana")};
  world.settle();
  return world;
}

struct DriftCase {
  std::string name;
  std::function<void(World&)> change;
  std::string note;
};

class BindingsChangedByAnother : public testing::TestWithParam<DriftCase> {};

TEST_P(BindingsChangedByAnother, ArePutBackAndTold) {
  World world = staffed_with_a_key();
  world.execute(world.plan_now());  // a look at rest
  GetParam().change(world);
  const core::Plan plan = world.plan_now();
  ASSERT_THAT(plan.audit, SizeIs(1));
  EXPECT_EQ(plan.audit.front().action.text(), "OrganizationBindingRepaired");
  EXPECT_EQ(plan.audit.front().note, GetParam().note);
  world.settle();
  EXPECT_EQ(roles(world), kStaffed);
  EXPECT_EQ(world.cluster_role(kMember)->rules.at(0).at("verbs"), json::array({"get"}));
  EXPECT_EQ(world.role()->rules, secret_get_rules(key_secret_names(world.observe())));
}

TEST(TheRoleOfKeys, IsNoRepairWhenItFollowsTheKeys) {
  World world = staffed_with_a_key();
  for (const char* name : {"vmagent", "curl"}) {
    world.execute(world.plan_now());  // a look at rest
    world.api_keys.push_back(key(name));
    world.execute(world.plan_now(), 0);  // the write is lost, and another look comes to the same
    world.settle();
  }
  EXPECT_EQ(world.role()->rules, secret_get_rules({"curl", "grafana", "vmagent"}));
  world.execute(world.plan_now());
  world.api_keys.clear();
  world.settle();
  EXPECT_EQ(world.role()->rules, json::array());
  world.edit({{"state", "Suspended"}});
  world.settle();
  world.remove_namespace("acme");
  world.settle();
  EXPECT_THAT(world.told(), Not(Contains(HasSubstr("Repaired"))));
}

TEST(TheRoleOfKeys, IsToldOncePerDeletion) {
  World world = staffed_with_a_key();
  for (int times = 0; times < 2; ++times) {
    world.execute(world.plan_now());  // a look at rest
    world.remove_role();
    ASSERT_THAT(world.plan_now().audit, SizeIs(1));
    world.execute(world.plan_now(), 0);
    EXPECT_THAT(world.plan_now().audit, IsEmpty()) << "the engine tells what it could not tell";
    world.settle();
  }
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
                  "RoleBinding acme/guildhall:guildhall-organization-viewer was deleted or stripped of its label by "
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
                  "ClusterRole guildhall:acme:member was changed by another; it is put back"},
        DriftCase{"TheRightsOnTheOrganizationDeleted", [](World& w) { w.remove_cluster_role(kMember); },
                  "ClusterRole guildhall:acme:member was deleted or stripped of its label by another; it is put back"},
        DriftCase{"ASecretMoreInTheRoleOfKeys",
                  [](World& w) { w.put_role("u-acme", secret_get_rules({"dbpw", "grafana"})); },
                  "Role acme/guildhall:api-key-secrets was changed by another; it is put back"},
        DriftCase{"NoSecretInTheRoleOfKeys", [](World& w) { w.put_role("u-acme", json::array()); },
                  "Role acme/guildhall:api-key-secrets was changed by another; it is put back"},
        DriftCase{"EverySecretInTheRoleOfKeys",
                  [](World& w) {
                    w.put_role("u-acme",
                               json::parse(R"([{"apiGroups": [""], "resources": ["secrets"], "verbs": ["*"]}])"));
                  },
                  "Role acme/guildhall:api-key-secrets was changed by another; it is put back"},
        DriftCase{
            "TheRoleOfKeysDeleted", [](World& w) { w.remove_role(); },
            "Role acme/guildhall:api-key-secrets was deleted or stripped of its label by another; it is put back"},
        DriftCase{"TheRoleOfKeysChangedWhileAKeyComes",
                  [](World& w) {
                    w.put_role("u-acme", secret_get_rules({"dbpw", "grafana"}));
                    w.api_keys.push_back(key("vmagent"));
                  },
                  "Role acme/guildhall:api-key-secrets was changed by another; it is put back"}),
    [](const auto& info) { return info.param.name; });

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

TEST(BindingsWhereTheClaimIsDamaged, AreNotSaidToStand) {
  World world = staffed();
  world.patch_namespace("prod", {{"labels", {{kOrganizationLabel, nullptr}}}});
  world.sealed = {"Namespace prod"};
  world.failures = {{.object = "Namespace prod", .kind = core::ErrorKind::Forbidden, .message = "no"}};
  world.settle_while_refused();
  EXPECT_EQ(world.condition("RolesBound"), "True/AllBound") << "they stood";
  world.edit({{"adminOnlyNamespaces", {"prod", "closed"}}});
  world.settle_while_refused();
  EXPECT_EQ(world.bound("prod", kProdEditor), "jane") << "nothing is taken away there";
  EXPECT_EQ(world.condition("RolesBound"), "False/BindingRoles");
  EXPECT_THAT(world.message("RolesBound"), HasSubstr("wait for the claim of: prod"));
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
