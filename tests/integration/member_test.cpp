// Members and their roles in the running operator, as kubectl and the members themselves see them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/member_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kHomeAdmins = "guildhall:guildhall-organization-admin";
constexpr const char* kHomeEditors = "guildhall:guildhall-organization-editor";
constexpr const char* kHomeViewers = "guildhall:guildhall-organization-viewer";
constexpr const char* kEditors = "guildhall:guildhall-deployments-editor";
constexpr const char* kViewers = "guildhall:guildhall-deployments-viewer";

class MemberTest : public MemberFixture {
 protected:
  /// All roles and bindings that Guildhall made for it.
  [[nodiscard]] std::vector<std::string> grants(const std::string& organization) const {
    std::vector<std::string> found;
    const json all = kubectl_.get(
        {"roles,rolebindings,clusterroles,clusterrolebindings", "-A", "-l", "app.kubernetes.io/managed-by=guildhall"});
    for (const auto& object : all.value("items", json::array())) {
      const std::string ns = text(object, "/metadata/namespace");
      const std::string name = text(object, "/metadata/name");
      const bool is_of_it = ns.empty() ? name.starts_with("guildhall:" + organization + ":")
                                       : ns == organization || ns == organization + "-prod";
      if (is_of_it) found.push_back(text(object, "/kind") + " " + ns + "/" + name);
    }
    return found;
  }
};

TEST_F(MemberTest, HasItsRoleInEveryNamespaceOfTheOrganization) {
  staff("roles");
  const auto& ada = member_user("roles", "ada");
  const auto& jane = member_user("roles", "jane");
  EXPECT_TRUE(may(ada, "create", "members.guildhall.dev", "roles"));
  EXPECT_TRUE(may(ada, "create", "vmsingles.operator.victoriametrics.com", "roles-prod"));
  EXPECT_FALSE(may(jane, "create", "members.guildhall.dev", "roles"));
  EXPECT_TRUE(may(jane, "list", "members.guildhall.dev", "roles"));
  EXPECT_TRUE(may(jane, "create", "vmsingles.operator.victoriametrics.com", "roles-prod"));
  EXPECT_FALSE(may(jane, "list", "secrets", "roles-prod"));
  EXPECT_FALSE(may(jane, "list", "members.guildhall.dev", "default"));
  const json object = member("roles", "jane");
  EXPECT_EQ(text(object, "/status/phase"), "Active");
  EXPECT_EQ(text(object, "/status/organization"), "roles");
  EXPECT_EQ(message(object, "RoleBound"), "Editor in 2 namespaces");
  EXPECT_EQ(text(object, "/status/createdAt"), text(object, "/metadata/creationTimestamp"));
}

TEST_F(MemberTest, ReadsItsOrganizationAndOnlyAdminsEditIt) {
  staff("about");
  const auto rename = [](const cluster::Kubectl& user, const char* spec) {
    return user({"patch", "organization", "about", "--type=merge", "-p", spec});
  };
  EXPECT_EQ(member_user("about", "jane")({"get", "organization", "about"}).exit_code, 0);
  EXPECT_EQ(rename(member_user("about", "ada"), R"({"spec":{"displayName":"About us"}})").exit_code, 0);
  EXPECT_THAT(rename(member_user("about", "ada"), R"({"spec":{"namespaces":["default-2"]}})").err,
              HasSubstr("only displayName and contacts may be changed without the verb manage"));
  EXPECT_THAT(rename(member_user("about", "jane"), R"({"spec":{"displayName":"Mine"}})").err,
              HasSubstr("cannot patch"));
}

TEST_F(MemberTest, AdminsAloneGetTheSecretsOfKeys) {
  staff("secretive");
  apply(
      "{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {name: grafana, namespace: secretive}, spec: "
      "{displayName: G, neverExpires: true, permissions: Read, deployments: {all: true}}}");
  run({"create", "secret", "generic", "other", "-n", "secretive"});
  ASSERT_TRUE(comes_to(member_user("secretive", "ada"), true, "get", "secrets/grafana", "secretive"));
  EXPECT_FALSE(may(member_user("secretive", "ada"), "get", "secrets/other", "secretive"));
  EXPECT_FALSE(may(member_user("secretive", "ada"), "list", "secrets", "secretive"));
  EXPECT_FALSE(may(member_user("secretive", "jane"), "get", "secrets/grafana", "secretive"));
}

TEST_F(MemberTest, LeavesByDeletingItselfAndNobodyElse) {
  staff("leavers");
  const auto& jane = member_user("leavers", "jane");
  EXPECT_THAT(jane({"delete", "member", "ada", "-n", "leavers"}).err, HasSubstr("cannot delete"));
  EXPECT_THAT(
      jane({"patch", "member", "jane", "-n", "leavers", "--type=merge", "-p", R"({"spec":{"role":"Admin"}})"}).err,
      HasSubstr("cannot patch"));
  EXPECT_EQ(jane({"delete", "member", "jane", "-n", "leavers"}).exit_code, 0);
  EXPECT_TRUE(becomes_bound("leavers", kHomeEditors, "-"));
  EXPECT_TRUE(eventually("nothing of jane is left", [&] {
    const auto left = grants("leavers");
    return Observation{!json(left).dump().contains("jane"), json(left).dump(1)};
  }));
}

TEST_F(MemberTest, LosesAllWhileInactiveAndHasItBackAfterwards) {
  staff("pausing");
  const auto& jane = member_user("pausing", "jane");
  edit("pausing", "jane", R"({"state":"Inactive"})");
  ASSERT_TRUE(becomes({"member", "jane", "-n", "pausing"}, "Ready", "True/Inactive"));
  EXPECT_EQ(bound("pausing-prod", kEditors), "-");
  EXPECT_TRUE(comes_to(jane, false, "list", "members.guildhall.dev", "pausing"));
  EXPECT_TRUE(comes_to(jane, false, "delete", "members.guildhall.dev/jane", "pausing"));
  EXPECT_TRUE(comes_to(jane, false, "get", "organizations.guildhall.dev/pausing", ""));
  edit("pausing", "jane", R"({"state":"Active"})");
  ASSERT_TRUE(becomes({"member", "jane", "-n", "pausing"}, "Ready", "True/Active"));
  EXPECT_EQ(bound("pausing-prod", kEditors), "jane@pausing.example");
}

TEST_F(MemberTest, WithTheEmailOfAnOlderOneStallsUntilThatGoes) {
  staff("twins");
  apply(
      "{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: jane-again, namespace: twins}, spec: "
      "{email: jane@twins.example, role: Admin, invitation: {delivery: None}}}");
  ASSERT_TRUE(becomes({"member", "jane-again", "-n", "twins"}, "Stalled", "True/DuplicateEmail"));
  EXPECT_THAT(message(member("twins", "jane-again"), "Ready"), HasSubstr("Member jane has this email and is older"));
  EXPECT_EQ(bound("twins", kHomeAdmins), "ada@twins.example");
  run({"delete", "member", "jane", "-n", "twins"});
  ASSERT_TRUE(becomes({"member", "jane-again", "-n", "twins"}, "Ready", "True/Active"));
  EXPECT_EQ(bound("twins", kHomeAdmins), "ada@twins.example, jane@twins.example");
}

TEST_F(MemberTest, InANamespaceThatIsNoHomeDoesNothingAndSaysSo) {
  run({"create", "namespace", "homeless"});
  apply_member("homeless", "jane", "role: Admin");
  ASSERT_TRUE(becomes({"member", "jane", "-n", "homeless"}, "Stalled", "True/NotAHome"));
  EXPECT_THAT(grants("homeless"), IsEmpty());
}

TEST_F(MemberTest, ThatIsInvitedHasNothingUntilItAccepts) {
  staff("inviting");
  apply_member("inviting", "kim", "role: Admin, invitation: {delivery: Email}");
  apply_member("inviting", "lee", "role: Admin, invitation: {delivery: Link}");
  EXPECT_TRUE(becomes({"member", "kim", "-n", "inviting"}, "Stalled", "True/NoMailServer"));
  EXPECT_TRUE(becomes({"member", "lee", "-n", "inviting"}, "Stalled", "True/NoPublicPage"));
  EXPECT_EQ(text(member("inviting", "kim"), "/status/phase"), "PendingInvitation");
  EXPECT_EQ(bound("inviting", kHomeAdmins), "ada@inviting.example");
  run({"patch", "organization", "inviting", "--type=merge", "-p", R"({"spec":{"invitations":{"autoAccept":true}}})"});
  EXPECT_TRUE(becomes({"member", "kim", "-n", "inviting"}, "Ready", "True/Active"));
  EXPECT_TRUE(becomes({"member", "lee", "-n", "inviting"}, "Ready", "True/Active"));
}

TEST_F(MemberTest, OfASuspendedOrganizationHasNothingAndAdminsMayStillReadAndLeave) {
  staff("suspended");
  run({"patch", "organization", "suspended", "--type=merge", "-p", R"({"spec":{"state":"Suspended"}})"});
  ASSERT_TRUE(becomes({"organization", "suspended"}, "Ready", "True/Suspended"));
  const auto& ada = member_user("suspended", "ada");
  const auto& jane = member_user("suspended", "jane");
  EXPECT_TRUE(comes_to(jane, false, "list", "members.guildhall.dev", "suspended"));
  EXPECT_TRUE(comes_to(ada, false, "create", "members.guildhall.dev", "suspended"));
  EXPECT_TRUE(comes_to(ada, true, "update", "billingaccounts.guildhall.dev", "suspended"));
  EXPECT_TRUE(may(ada, "list", "members.guildhall.dev", "suspended"));
  EXPECT_TRUE(may(ada, "delete", "members.guildhall.dev/ada", "suspended"));
  EXPECT_FALSE(may(ada, "create", "vmsingles.operator.victoriametrics.com", "suspended-prod"));
  EXPECT_EQ(text(member("suspended", "jane"), "/status/phase"), "Active");
  run({"patch", "organization", "suspended", "--type=merge", "-p", R"({"spec":{"state":"Active"}})"});
  EXPECT_TRUE(comes_to(jane, true, "create", "vmsingles.operator.victoriametrics.com", "suspended-prod"));
}

TEST_F(MemberTest, IsBoundInANamespaceThatAppearsLaterAndNotWhereOnlyAdminsAreTrusted) {
  apply_organization("growing", "namespaces: [growing-later, growing-closed], adminOnlyNamespaces: [growing-closed]");
  apply_member("growing", "jane", "role: Editor");
  ASSERT_TRUE(becomes({"member", "jane", "-n", "growing"}, "Ready", "True/Active"));
  for (const char* ns : {"growing-later", "growing-closed"})
    run({"create", "namespace", ns});
  EXPECT_TRUE(becomes_bound("growing-later", kEditors, "jane@growing.example"));
  EXPECT_TRUE(becomes_bound("growing-closed", kViewers, "jane@growing.example"));
  EXPECT_EQ(bound("growing-closed", kEditors), "-");
  run({"patch", "organization", "growing", "--type=merge", "-p", R"({"spec":{"namespaces":["growing-closed"]}})"});
  EXPECT_TRUE(becomes_bound("growing-later", kEditors, "-"));
  EXPECT_TRUE(eventually("growing-later is released", [&] {
    const json ns = kubectl_.get({"namespace", "growing-later"});
    return Observation{!ns.dump().contains("guildhall.dev/organization"), ns.dump(1)};
  }));
}

TEST_F(MemberTest, MayBeAServiceAccountOfTheHome) {
  staff("bots");
  run({"create", "serviceaccount", "jane-bot", "-n", "bots"});
  edit(
      "bots", "jane",
      R"({"subjects":[{"kind":"User","name":"jane@bots.example"},{"kind":"ServiceAccount","name":"jane-bot","namespace":"bots"}]})");
  const auto bot = cluster::shared_control_plane().serviceaccount("bots", "jane-bot");
  EXPECT_TRUE(comes_to(bot, true, "create", "vmsingles.operator.victoriametrics.com", "bots-prod"));
  EXPECT_TRUE(may(bot, "delete", "members.guildhall.dev/jane", "bots"));
}

TEST_F(MemberTest, GetsFurtherClusterRolesThatThePlatformAllows) {
  staff("further");
  run({"create", "clusterrole", "further-allowed", "--verb=list", "--resource=configmaps"});
  run({"create", "clusterrole", "further-closed", "--verb=list", "--resource=pods"});
  run({"create", "clusterrole", "further-binder", "--verb=bind", "--resource=clusterroles",
       "--resource-name=further-allowed"});
  run({"create", "clusterrolebinding", "further-binder", "--clusterrole=further-binder",
       "--serviceaccount=guildhall-system:guildhall-operator"});
  run({"patch", "organization", "further", "--type=merge", "-p",
       R"({"spec":{"roles":{"editor":{"clusterRoles":["further-closed","further-allowed","further-absent"]}}}})"});
  EXPECT_TRUE(becomes({"organization", "further"}, "RolesBound", "False/RoleNotBindable"));
  EXPECT_TRUE(comes_to(member_user("further", "jane"), true, "list", "configmaps", "further-prod"));
  EXPECT_FALSE(may(member_user("further", "jane"), "list", "pods", "further-prod"));
  EXPECT_TRUE(becomes({"organization", "further"}, "Stalled", "True/RoleNotBindable"));
  const std::string why = message(kubectl_.get({"organization", "further"}), "Ready");
  EXPECT_THAT(why, HasSubstr("no such ClusterRole: further-absent"));
  EXPECT_THAT(why, HasSubstr("ServiceAccount): further-closed"));
  EXPECT_TRUE(becomes({"member", "jane", "-n", "further"}, "Ready", "True/Active")) << "what Guildhall ships is bound";
  run({"patch", "organization", "further", "--type=merge", "-p",
       R"({"spec":{"roles":{"editor":{"clusterRoles":["further-allowed"]}}}})"});
  EXPECT_TRUE(becomes({"organization", "further"}, "Ready", "True/Active"));
}

TEST_F(MemberTest, WhatOthersChangeInBindingsIsPutBackAndTold) {
  staff("drifting");
  const auto repairs = [&] {
    const json events = kubectl_.get({"events", "-A"});
    std::vector<std::string> notes;
    for (const auto& event : events["items"]) {
      if (text(event, "/reason").ends_with("BindingRepaired") && event.dump().contains("drifting"))
        notes.push_back(text(event, "/message"));
    }
    return notes;
  };
  const auto becomes_told = [&](const std::string& note) {
    return eventually("told: " + note, [&] {
      const auto notes = repairs();
      return Observation{std::ranges::find(notes, note) != notes.end(), json(notes).dump(1)};
    });
  };
  run({"patch", "rolebinding", kEditors, "-n", "drifting-prod", "--type=json", "-p",
       R"([{"op":"add","path":"/subjects/-","value":{"kind":"User","name":"eve","apiGroup":"rbac.authorization.k8s.io"}}])"});
  EXPECT_TRUE(becomes_bound("drifting-prod", kEditors, "jane@drifting.example"));
  EXPECT_TRUE(becomes_told(
      "RoleBinding drifting-prod/guildhall:guildhall-deployments-editor was changed by another; it is put back"));
  run({"delete", "rolebinding", kHomeEditors, "-n", "drifting", "--wait=false"});
  EXPECT_TRUE(becomes_told(
      "RoleBinding drifting/guildhall:guildhall-organization-editor was deleted or stripped of its label by "
      "another; it is put back"));
  EXPECT_TRUE(becomes_bound("drifting", kHomeEditors, "jane@drifting.example"));
  run({"patch", "role", "guildhall:self:jane", "-n", "drifting", "--type=merge", "-p", R"({"rules":[]})"});
  EXPECT_TRUE(becomes_told("Role drifting/guildhall:self:jane was changed or deleted by another; it is put back"));
  EXPECT_TRUE(comes_to(member_user("drifting", "jane"), true, "delete", "members.guildhall.dev/jane", "drifting"));
  EXPECT_THAT(operator_->metrics(),
              HasSubstr("guildhall_audit_entries_total{action=\"OrganizationBindingRepaired\"} 2"));
}

TEST_F(MemberTest, ABindingThatWasMadeAnewWithAnotherRoleAndWithoutOurLabelIsReplaced) {
  staff("hijacked");
  kill_operator();
  run({"delete", "rolebinding", kEditors, "-n", "hijacked-prod"});
  run({"create", "rolebinding", kEditors, "-n", "hijacked-prod", "--clusterrole=cluster-admin", "--user=eve"});
  start_operator({"--leader-elect=false"});
  EXPECT_TRUE(becomes_bound("hijacked-prod", kEditors, "jane@hijacked.example"));
  EXPECT_EQ(text(kubectl_.get({"rolebinding", kEditors, "-n", "hijacked-prod"}), "/roleRef/name"),
            "guildhall-deployments-editor");
}

TEST_F(MemberTest, ThatIsRestoredWithItsAcceptanceIsActiveAtOnce) {
  staff("restored");
  apply_member("restored", "kim", "role: Viewer, invitation: {delivery: Email}");
  ASSERT_TRUE(becomes({"member", "kim", "-n", "restored"}, "Stalled", "True/NoMailServer"));
  json jane = member("restored", "jane");
  json forged = member("restored", "kim");
  jane["spec"]["invitation"] = {{"delivery", "Email"}};
  forged["metadata"]["annotations"]["guildhall.dev/accepted"] =
      jane["metadata"]["annotations"]["guildhall.dev/accepted"];
  const std::string created = text(jane, "/status/createdAt");
  for (json* object : {&jane, &forged}) {
    run({"delete", "member", text(*object, "/metadata/name"), "-n", "restored"});
    object->erase("status");
    for (const char* field : {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"})
      (*object)["metadata"].erase(field);
    const auto output = kubectl_({"create", "-f", "-"}, object->dump());
    ASSERT_EQ(output.exit_code, 0) << output.err;
  }
  EXPECT_TRUE(becomes({"member", "jane", "-n", "restored"}, "Ready", "True/Active"));
  EXPECT_EQ(text(member("restored", "jane"), "/status/createdAt"), created);
  EXPECT_TRUE(becomes({"member", "kim", "-n", "restored"}, "Stalled", "True/NoMailServer")) << "another's acceptance";
  EXPECT_EQ(bound("restored", kHomeViewers), "-");
}

TEST_F(MemberTest, OfAnOrganizationThatIsDeletedKeepsNothingAndHasItBackWhenThatReturns) {
  staff("ending");
  apply_member("ending", "kim", "role: Viewer, invitation: {delivery: Email}");
  apply_member("ending", "bob", "role: Viewer, state: Inactive");
  ASSERT_TRUE(becomes({"member", "bob", "-n", "ending"}, "Ready", "True/Inactive"));
  run({"delete", "organization", "ending", "--timeout=60s"});
  EXPECT_TRUE(eventually("nothing that Guildhall gave is left", [&] {
    const auto left = grants("ending");
    return Observation{left.empty(), json(left).dump(1)};
  }));
  for (const char* name : {"ada", "jane", "kim", "bob"})
    EXPECT_TRUE(becomes({"member", name, "-n", "ending"}, "Stalled", "True/NoOrganization"));
  apply_organization("ending", "namespaces: [ending-prod]");
  wait_ready("ending", {"ada", "jane"});
  EXPECT_EQ(bound("ending-prod", kEditors), "jane@ending.example");
  EXPECT_TRUE(becomes({"member", "bob", "-n", "ending"}, "Ready", "True/Inactive"));
  EXPECT_TRUE(becomes({"member", "kim", "-n", "ending"}, "Stalled", "True/NoMailServer"));
}

TEST_F(MemberTest, AtRestWritesNothing) {
  staff("resting");
  const double before = writes_so_far();
  const json first = member("resting", "jane");
  kill_operator();
  start_operator({"--leader-elect=false"});
  apply_organization("resting-marker");  // by when this is ready, all that was to be done at the start is done
  ASSERT_TRUE(becomes({"organization", "resting-marker"}, "Ready", "True/Active"));
  EXPECT_GT(before, 0);
  EXPECT_EQ(member("resting", "jane")["metadata"]["resourceVersion"], first["metadata"]["resourceVersion"]);
}

TEST_F(MemberTest, KeepsAccessAtEveryMomentOfAChangeOfItsRole) {
  staff("seamless");
  const auto& jane = member_user("seamless", "jane");
  for (const char* role : {"Admin", "Viewer", "Editor"}) {
    edit("seamless", "jane", fmt::format(R"({{"role":"{}"}})", role));
    const std::string wanted = role == std::string("Admin")    ? kHomeAdmins
                               : role == std::string("Viewer") ? kHomeViewers
                                                               : kHomeEditors;
    ASSERT_TRUE(eventually("jane is " + std::string(role), [&] {
      EXPECT_TRUE(may(jane, "list", "members.guildhall.dev", "seamless")) << "on the way to " << role;
      EXPECT_TRUE(may(jane, "list", "vmsingles.operator.victoriametrics.com", "seamless-prod"))
          << "on the way to " << role;
      const json object = member("seamless", "jane");
      return Observation{condition(object, "RoleBound") == "True/Bound" && bound("seamless", wanted).contains("jane"),
                         object.dump(1)};
    }));
  }
}

}  // namespace
}  // namespace guildhall::tests
