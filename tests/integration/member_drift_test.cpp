// What others make of Members and of the roles and bindings that Guildhall wrote for them: backups, tools that replace
// objects as a whole, finalizers, webhooks that are down.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/member_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;

constexpr const char* kHomeEditors = "guildhall:guildhall-organization-editor";
constexpr const char* kHomeViewers = "guildhall:guildhall-organization-viewer";
constexpr const char* kEditors = "guildhall:guildhall-deployments-editor";

class MemberDriftTest : public MemberFixture {
 protected:
  /// As a backup brings it back: whose it was is not known any more.
  static void strip(json& object) {
    for (const char* field : {"uid", "resourceVersion", "creationTimestamp", "ownerReferences", "managedFields"})
      object["metadata"].erase(field);
  }
  [[nodiscard]] std::string token_of_acceptance(const std::string& organization, const std::string& name) const {
    return text(member(organization, name), "/metadata/annotations/guildhall.dev~1accepted");
  }
  /// A webhook of somebody else, which is down, refuses every RoleBinding in that namespace until its end.
  class DeadWebhook {
   public:
    DeadWebhook(const cluster::Kubectl& kubectl, const std::string& ns) : kubectl_(kubectl) {
      const auto made = kubectl_.apply(
          "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: dead}, "
          "webhooks: [{name: dead.example.com, admissionReviewVersions: [v1], sideEffects: None, timeoutSeconds: 1, "
          "clientConfig: {url: 'https://127.0.0.1:9/x'}, namespaceSelector: {matchLabels: "
          "{kubernetes.io/metadata.name: " +
          ns +
          "}}, rules: [{apiGroups: [rbac.authorization.k8s.io], apiVersions: ['*'], operations: [CREATE, UPDATE], "
          "resources: [rolebindings]}]}]}");
      EXPECT_EQ(made.exit_code, 0) << made.err;
      EXPECT_TRUE(eventually("the webhook is asked", [&] {
        const auto tried = kubectl_(
            {"create", "rolebinding", "probe", "-n", ns, "--clusterrole=view", "--user=x", "--dry-run=server"});
        return Observation{tried.err.contains("dead.example.com"), tried.err};
      }));
    }
    ~DeadWebhook() { EXPECT_EQ(kubectl_({"delete", "validatingwebhookconfiguration", "dead"}).exit_code, 0); }
    DeadWebhook(const DeadWebhook&) = delete;
    DeadWebhook& operator=(const DeadWebhook&) = delete;
    DeadWebhook(DeadWebhook&&) = delete;
    DeadWebhook& operator=(DeadWebhook&&) = delete;

   private:
    const cluster::Kubectl& kubectl_;
  };
};

TEST_F(MemberDriftTest, AReplacementFromAFileKeepsTheAcceptance) {
  staff("replaced");
  const std::string accepted = token_of_acceptance("replaced", "jane");
  ASSERT_NE(accepted, "");
  const auto output = kubectl_({"replace", "-f", "-"},
                               "{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: jane, namespace: "
                               "replaced}, spec: {email: jane@replaced.example, role: Viewer}}");
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(token_of_acceptance("replaced", "jane"), accepted);
  EXPECT_TRUE(becomes_bound("replaced", kHomeViewers, "jane@replaced.example"));
  run({"annotate", "member", "jane", "-n", "replaced", "guildhall.dev/accepted-"});
  EXPECT_EQ(token_of_acceptance("replaced", "jane"), "") << "that is meant";
  EXPECT_TRUE(becomes_bound("replaced", kHomeViewers, "-"));
}

TEST_F(MemberDriftTest, ABindingThatABackupBroughtWithoutItsOwnerGoes) {
  staff("backed-up");
  json binding = kubectl_.get({"rolebinding", kHomeEditors, "-n", "backed-up"});
  edit("backed-up", "jane", R"({"state":"Inactive"})");
  ASSERT_TRUE(eventually("the binding is gone", [&] {
    return Observation{kubectl_.get({"rolebinding", kHomeEditors, "-n", "backed-up"}).is_null(), ""};
  }));
  strip(binding);
  const auto output = kubectl_({"create", "-f", "-"}, binding.dump());
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_TRUE(comes_to(member_user("backed-up", "jane"), false, "list", "members.guildhall.dev", "backed-up"));
  EXPECT_TRUE(becomes_bound("backed-up", kHomeEditors, "-"));
}

TEST_F(MemberDriftTest, ABindingThatAFinalizerHoldsNamesNobody) {
  staff("held");
  run({"patch", "rolebinding", kHomeEditors, "-n", "held", "--type=merge", "-p",
       R"({"metadata":{"finalizers":["example.com/hold"]}})"});
  edit("held", "jane", R"({"state":"Inactive"})");
  EXPECT_TRUE(comes_to(member_user("held", "jane"), false, "list", "members.guildhall.dev", "held"));
  EXPECT_FALSE(kubectl_.get({"rolebinding", kHomeEditors, "-n", "held"}).is_null());
  run({"patch", "rolebinding", kHomeEditors, "-n", "held", "--type=merge", "-p",
       R"({"metadata":{"finalizers":null}})"});
  edit("held", "jane", R"({"state":"Active"})");
  EXPECT_TRUE(becomes_bound("held", kHomeEditors, "jane@held.example"));
}

TEST_F(MemberDriftTest, AClusterRoleThatWasMadeToAggregateIsMadeAnew) {
  staff("widened");
  run({"patch", "clusterrole", "guildhall:widened:member", "--type=merge", "-p",
       R"({"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"x":"y"}}]},"rules":[{"apiGroups":["guildhall.dev"],)"
       R"("resources":["organizations"],"verbs":["get","list"]}]})"});
  EXPECT_TRUE(eventually("it is as it was", [&] {
    const json role = kubectl_.get({"clusterrole", "guildhall:widened:member"});
    return Observation{role.is_object() && !role.contains("aggregationRule"), role.dump(1)};
  }));
  const auto& jane = member_user("widened", "jane");
  EXPECT_TRUE(comes_to(jane, false, "list", "organizations.guildhall.dev", ""));
  EXPECT_TRUE(comes_to(jane, true, "get", "organizations.guildhall.dev/widened", ""));
}

TEST_F(MemberDriftTest, WhoIsPromotedKeepsTheLesserRoleUntilTheGreaterOneCanBeWritten) {
  staff("promoted");
  const auto& jane = member_user("promoted", "jane");
  {
    const DeadWebhook dead(kubectl_, "promoted-prod");
    edit("promoted", "jane", R"({"role":"Admin"})");
    EXPECT_TRUE(eventually("it is told", [&] {
      EXPECT_TRUE(may(jane, "list", "vmsingles.operator.victoriametrics.com", "promoted-prod"));
      const json organization = kubectl_.get({"organization", "promoted"});
      return Observation{message(organization, "Ready").contains("dead.example.com"), organization.dump(1)};
    }));
    EXPECT_TRUE(may(jane, "list", "vmsingles.operator.victoriametrics.com", "promoted-prod"));
    EXPECT_EQ(bound("promoted-prod", kEditors), "jane@promoted.example");
  }
  run({"annotate", "organization", "promoted", "guildhall.dev/reconcile-at=2026-01-01T00:00:00Z"});
  EXPECT_TRUE(becomes_bound("promoted-prod", kEditors, "-"));
  EXPECT_TRUE(may(jane, "create", "vmsingles.operator.victoriametrics.com", "promoted-prod"));
}

TEST_F(MemberDriftTest, AMemberThatAFinalizerHoldsSaysThatItGivesNothing) {
  staff("lingering");
  run({"patch", "member", "jane", "-n", "lingering", "--type=merge", "-p",
       R"({"metadata":{"finalizers":["example.com/hold"]}})"});
  run({"delete", "member", "jane", "-n", "lingering", "--wait=false"});
  EXPECT_TRUE(becomes({"member", "jane", "-n", "lingering"}, "Ready", "False/Deleting"));
  EXPECT_TRUE(becomes({"member", "jane", "-n", "lingering"}, "RoleBound", "False/Deleting"));
  run({"patch", "member", "jane", "-n", "lingering", "--type=merge", "-p", R"({"metadata":{"finalizers":null}})"});
}

}  // namespace
}  // namespace guildhall::tests
