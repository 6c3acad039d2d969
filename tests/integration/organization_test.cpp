// The Organization controller in the running operator, as kubectl sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/integration/operator_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::AssertionResult;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kLabel = "guildhall.dev/organization";
constexpr const char* kUid = "guildhall.dev/organization-uid";
constexpr const char* kRole = "guildhall:api-key-secrets";

/// The name of a label or annotation as part of a JSON pointer.
std::string escaped(std::string name) {
  for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 2))
    name.replace(slash, 1, "~1");
  return name;
}

class OrganizationTest : public OperatorFixture {
 protected:
  static void SetUpTestSuite() { start_operator(); }
  static void start_operator() {
    OperatorFixture::start_operator({"--leader-elect=false", "--protected-namespace=platform-tools"});
  }

  void apply_organization(const std::string& name, const std::string& spec) const {
    apply("{apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {name: " + name +
          "}, spec: {displayName: " + name + (spec.empty() ? "" : ", ") + spec + "}}");
  }
  void apply_key(const std::string& ns, const std::string& name) const {
    apply("{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {name: " + name + ", namespace: " + ns +
          "}, spec: {displayName: " + name + ", neverExpires: true, permissions: Read, deployments: {all: true}}}");
  }
  void apply_member(const std::string& ns, const std::string& name, const std::string& rest) const {
    apply("{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: " + name + ", namespace: " + ns +
          "}, spec: {email: " + name + "@acme.example, invitation: {delivery: None}, " + rest + "}}");
  }

  [[nodiscard]] json organization(const std::string& name) const { return kubectl_.get({"organization", name}); }
  [[nodiscard]] json ns(const std::string& name) const { return kubectl_.get({"namespace", name}); }
  [[nodiscard]] AssertionResult becomes(const std::string& name, const std::string& type,
                                        const std::string& wanted) const {
    return eventually("Organization " + name + " has " + type + " " + wanted, [&] {
      const json object = organization(name);
      return Observation{condition(object, type) == wanted, object.dump(1)};
    });
  }
  [[nodiscard]] AssertionResult becomes_ready(const std::string& name,
                                              const std::string& wanted = "True/Active") const {
    return becomes(name, "Ready", wanted);
  }
  /// Both halves of the claim, of the Organization that exists now.
  [[nodiscard]] AssertionResult becomes_claimed(const std::string& name, const std::string& by) const {
    return eventually("Namespace " + name + " is claimed by " + by, [&] {
      const json object = ns(name);
      const std::string uid = text(organization(by), "/metadata/uid");
      const bool claimed = !uid.empty() && text(object, "/metadata/labels/" + escaped(kLabel)) == by &&
                           text(object, "/metadata/annotations/" + escaped(kUid)) == uid;
      return Observation{claimed, object.dump(1)};
    });
  }
  [[nodiscard]] AssertionResult becomes_free(const std::string& name) const {
    return eventually("Namespace " + name + " is released", [&] {
      const json object = ns(name);
      const bool free = object.is_object() && object.dump().find("guildhall.dev/organization") == std::string::npos;
      return Observation{free, object.dump(1)};
    });
  }
  [[nodiscard]] AssertionResult goes(const std::vector<std::string>& what) const {
    return eventually(what.back() + " is gone", [&] {
      const json object = kubectl_.get(what);
      return Observation{object.is_null(), object.dump(1)};
    });
  }
  [[nodiscard]] AssertionResult role_names(const std::string& home, const std::vector<std::string>& secrets) const {
    return eventually("the Role in " + home + " names " + json(secrets).dump(), [&] {
      const json role = kubectl_.get({"role", kRole, "-n", home});
      const json wanted = json::array({{{"apiGroups", json::array({""})},
                                        {"resources", json::array({"secrets"})},
                                        {"resourceNames", secrets},
                                        {"verbs", json::array({"get"})}}});
      const json rules =
          role.is_object() && role.contains("rules") && !role["rules"].is_null() ? role["rules"] : json::array();
      return Observation{role.is_object() && rules == (secrets.empty() ? json::array() : wanted), role.dump(1)};
    });
  }
};

TEST_F(OrganizationTest, MakesAHomeThatIsAbsent) {
  apply_organization("made", "");
  ASSERT_TRUE(becomes_ready("made"));
  EXPECT_TRUE(becomes_claimed("made", "made"));
  EXPECT_EQ(text(ns("made"), "/metadata/labels/pod-security.kubernetes.io~1enforce"), "baseline");
  const json object = organization("made");
  EXPECT_EQ(text(object, "/status/homeNamespace"), "made");
  EXPECT_EQ(condition(object, "AdminPresent"), "False/NoActiveAdmin");
  EXPECT_EQ(object["status"]["observedGeneration"], object["metadata"]["generation"]);
  EXPECT_THAT(object["metadata"]["finalizers"], ElementsAre("guildhall.dev/organization"));
}

TEST_F(OrganizationTest, AdoptsAHomeThatExists) {
  run({"create", "namespace", "adopted-home"});
  apply_organization("adopted", "homeNamespace: adopted-home");
  ASSERT_TRUE(becomes_ready("adopted"));
  EXPECT_TRUE(becomes_claimed("adopted-home", "adopted"));
  const json home = ns("adopted-home");
  EXPECT_FALSE(home["metadata"]["labels"].contains("pod-security.kubernetes.io/enforce"));
  EXPECT_TRUE(ns("adopted").is_null());
}

TEST_F(OrganizationTest, ClaimsASpannedNamespaceOnceItExists) {
  apply_organization("early", "namespaces: [early-prod]");
  ASSERT_TRUE(becomes_ready("early", "False/NamespaceNotFound"));
  EXPECT_EQ(condition(organization("early"), "Reconciling"), "True/NamespaceNotFound");
  EXPECT_TRUE(ns("early-prod").is_null());
  run({"create", "namespace", "early-prod"});
  ASSERT_TRUE(becomes_ready("early"));
  EXPECT_TRUE(becomes_claimed("early-prod", "early"));
  EXPECT_THAT(organization("early")["status"]["namespaces"], ElementsAre("early-prod"));
}

TEST_F(OrganizationTest, LetsTheFirstClaimStandAndTheNextOneFollow) {
  run({"create", "namespace", "contested"});
  apply_organization("first", "namespaces: [contested]");
  ASSERT_TRUE(becomes_ready("first"));
  run({"create", "namespace", "second-own"});
  apply_organization("second", "namespaces: [contested, second-own]");
  ASSERT_TRUE(becomes_ready("second", "False/NamespaceClaimed"));
  ASSERT_TRUE(becomes_claimed("second-own", "second")) << "the rest is claimed all the same";
  const json object = organization("second");
  EXPECT_EQ(condition(object, "Stalled"), "True/NamespaceClaimed");
  EXPECT_THAT(message(object, "Ready"), Not(HasSubstr("first")));
  EXPECT_TRUE(becomes_claimed("contested", "first"));
  run({"delete", "organization", "first"});
  ASSERT_TRUE(becomes_ready("second"));
  EXPECT_TRUE(becomes_claimed("contested", "second"));
}

TEST_F(OrganizationTest, PutsBackAClaimThatWasRemovedByHand) {
  run({"create", "namespace", "repaired-prod"});
  apply_organization("repaired", "namespaces: [repaired-prod]");
  ASSERT_TRUE(becomes_ready("repaired"));
  run({"label", "namespace", "repaired", "guildhall.dev/organization-"});
  EXPECT_TRUE(becomes_claimed("repaired", "repaired"));
  run({"label", "namespace", "repaired-prod", "--overwrite", "guildhall.dev/organization=somebody"});
  EXPECT_TRUE(becomes_claimed("repaired-prod", "repaired"));
  run({"annotate", "namespace", "repaired", "guildhall.dev/organization-uid-"});
  EXPECT_TRUE(becomes_claimed("repaired", "repaired"));
  EXPECT_TRUE(becomes_ready("repaired"));
}

TEST_F(OrganizationTest, ReleasesWhatIsNoLongerListed) {
  run({"create", "namespace", "released-a"});
  run({"create", "namespace", "released-b"});
  apply_organization("released", "namespaces: [released-a, released-b]");
  ASSERT_TRUE(becomes_ready("released"));
  apply_organization("released", "namespaces: [released-b]");
  EXPECT_TRUE(becomes_free("released-a"));
  ASSERT_TRUE(becomes_ready("released"));
  EXPECT_THAT(organization("released")["status"]["namespaces"], ElementsAre("released-b"));
}

TEST_F(OrganizationTest, NeverClaimsProtectedNamespaces) {
  run({"create", "namespace", "platform-tools"});
  apply_organization("greedy", "namespaces: [guildhall-system, platform-tools]");
  ASSERT_TRUE(becomes_ready("greedy", "False/NamespaceProtected"));
  EXPECT_EQ(condition(organization("greedy"), "Stalled"), "True/NamespaceProtected");
  EXPECT_EQ(text(ns("guildhall-system"), "/metadata/labels/" + escaped(kLabel)), "");
  EXPECT_EQ(text(ns("platform-tools"), "/metadata/labels/" + escaped(kLabel)), "");
}

TEST_F(OrganizationTest, SaysThatItIsSuspended) {
  apply_organization("frozen", "state: Suspended");
  ASSERT_TRUE(becomes_ready("frozen", "True/Suspended"));
  apply_organization("frozen", "state: Active");
  EXPECT_TRUE(becomes_ready("frozen"));
}

TEST_F(OrganizationTest, ClaimsNothingNewWhilePaused) {
  apply_organization("paused", "");
  ASSERT_TRUE(becomes_ready("paused"));
  run({"annotate", "organization", "paused", "guildhall.dev/paused=true"});
  run({"create", "namespace", "paused-prod"});
  apply_organization("paused", "namespaces: [paused-prod]");
  ASSERT_TRUE(becomes_ready("paused", "False/Paused"));
  EXPECT_EQ(text(ns("paused-prod"), "/metadata/labels/" + escaped(kLabel)), "");
  run({"annotate", "organization", "paused", "guildhall.dev/paused-"});
  EXPECT_TRUE(becomes_ready("paused"));
  EXPECT_TRUE(becomes_claimed("paused-prod", "paused"));
}

TEST_F(OrganizationTest, CountsMembersAndKeys) {
  apply_organization("counted", "");
  ASSERT_TRUE(becomes_ready("counted"));
  apply_member("counted", "ada", "role: Admin");
  apply_member("counted", "bob", "role: Viewer, state: Inactive");
  apply_key("counted", "one");
  apply_key("counted", "two");
  ASSERT_TRUE(eventually("two Members, one of them active, and two active keys are counted", [&] {
    const json status = organization("counted")["status"];
    return Observation{status["members"]["total"] == 2 && status["members"]["active"] == 1 &&
                           status["members"]["inactive"] == 1 && status["members"]["admins"] == 1 &&
                           status["apiKeys"]["total"] == 2 && status["apiKeys"]["active"] == 2,
                       status.dump(1)};
  }));
  EXPECT_TRUE(becomes("counted", "AdminPresent", "True/AdminActive"));
  run({"patch", "apikey", "one", "-n", "counted", "--type=merge", "-p", R"({"spec": {"revoked": true}})"});
  EXPECT_TRUE(eventually("the revoked key is counted as such", [&] {
    const json keys = organization("counted")["status"]["apiKeys"];
    return Observation{keys["active"] == 1 && keys["revoked"] == 1, keys.dump()};
  }));
}

TEST_F(OrganizationTest, LetsAdminsGetJustTheSecretsOfTheKeys) {
  apply_organization("keyring", "");
  ASSERT_TRUE(becomes_ready("keyring"));
  ASSERT_TRUE(role_names("keyring", {}));
  apply_key("keyring", "beta");
  apply_key("keyring", "alpha");
  ASSERT_TRUE(role_names("keyring", {"alpha", "beta"}));
  run({"create", "secret", "generic", "foreign", "-n", "keyring"});
  run({"create", "rolebinding", "admins", "-n", "keyring", std::string("--role=") + kRole,
       "--user=ada@keyring.example"});
  const auto ada = cluster::shared_control_plane().user("ada@keyring.example");
  EXPECT_EQ(ada({"get", "secret", "alpha", "-n", "keyring"}).exit_code, 0);
  EXPECT_THAT(ada({"get", "secret", "foreign", "-n", "keyring"}).err, HasSubstr("Forbidden"));
  EXPECT_THAT(ada({"get", "secrets", "-n", "keyring"}).err, HasSubstr("Forbidden"));
  run({"delete", "apikey", "alpha", "-n", "keyring"});
  EXPECT_TRUE(role_names("keyring", {"beta"}));
  run({"patch", "role", kRole, "-n", "keyring", "--type=json", "-p",
       R"([{"op": "remove", "path": "/rules/0/resourceNames"}])"});
  EXPECT_TRUE(role_names("keyring", {"beta"})) << "a rule for all Secrets is put back";
}

TEST_F(OrganizationTest, WhatOthersChangeInTheRoleOfKeysIsPutBackAndTold) {
  const auto repairs = [&] {
    return operator_->metric(R"(guildhall_audit_entries_total{action="OrganizationBindingRepaired"})").value_or(0);
  };
  const auto becomes_told = [&](const std::string& note) {
    return eventually("told: " + note, [&] {
      const std::string events = kubectl_.get({"events", "-A"}).dump();
      return Observation{events.contains(note), events};
    });
  };
  const double before = repairs();
  apply_organization("tampered", "");
  ASSERT_TRUE(becomes_ready("tampered"));
  apply_key("tampered", "beta");
  apply_key("tampered", "alpha");
  ASSERT_TRUE(role_names("tampered", {"alpha", "beta"}));
  run({"delete", "apikey", "alpha", "-n", "tampered"});
  ASSERT_TRUE(role_names("tampered", {"beta"}));
  EXPECT_EQ(repairs(), before) << "what Guildhall writes itself is no repair";
  run({"patch", "role", kRole, "-n", "tampered", "--type=json", "-p",
       R"([{"op": "add", "path": "/rules/0/resourceNames/-", "value": "dbpw"}])"});
  EXPECT_TRUE(becomes_told("Role tampered/guildhall:api-key-secrets was changed by another; it is put back"));
  EXPECT_TRUE(role_names("tampered", {"beta"}));
  run({"delete", "role", kRole, "-n", "tampered"});
  EXPECT_TRUE(becomes_told(
      "Role tampered/guildhall:api-key-secrets was deleted or stripped of its label by another; it is put back"));
  EXPECT_TRUE(role_names("tampered", {"beta"}));
  EXPECT_EQ(repairs(), before + 2);
}

TEST_F(OrganizationTest, EndsInOrderAndRetainsWhatPeopleMade) {
  run({"create", "namespace", "ended-prod"});
  apply_organization("ended", "namespaces: [ended-prod]");
  ASSERT_TRUE(becomes_ready("ended"));
  apply_member("ended", "ada", "role: Admin");
  apply_key("ended", "grafana");
  ASSERT_TRUE(role_names("ended", {"grafana"}));
  run({"delete", "organization", "ended", "--wait=false"});
  ASSERT_TRUE(goes({"organization", "ended"}));
  EXPECT_TRUE(becomes_free("ended"));
  EXPECT_TRUE(becomes_free("ended-prod"));
  EXPECT_TRUE(kubectl_.get({"role", kRole, "-n", "ended"}).is_null());
  EXPECT_TRUE(kubectl_.get({"secret", "grafana", "-n", "ended"}).is_null()) << "no key outlives its Organization";
  EXPECT_FALSE(kubectl_.get({"member", "ada", "-n", "ended"}).is_null());
  const json key = kubectl_.get({"apikey", "grafana", "-n", "ended"});
  ASSERT_FALSE(key.is_null());
  EXPECT_EQ(condition(key, "Ready"), "False/NoOrganization");
  apply_organization("ended", "");
  ASSERT_TRUE(becomes_ready("ended")) << "an Organization that returns has its children back";
  EXPECT_TRUE(role_names("ended", {"grafana"}));
}

TEST_F(OrganizationTest, DeletesTheHomeThatItMadeIfThePolicySaysSo) {
  apply_organization("swept", "deletionPolicy: Delete");
  ASSERT_TRUE(becomes_ready("swept"));
  apply_key("swept", "grafana");
  ASSERT_TRUE(role_names("swept", {"grafana"}));
  run({"delete", "organization", "swept", "--wait=false"});
  ASSERT_TRUE(goes({"organization", "swept"}));
  EXPECT_TRUE(goes({"namespace", "swept"}));
}

TEST_F(OrganizationTest, NeverDeletesAHomeThatItAdopted) {
  run({"create", "namespace", "kept"});
  apply_organization("kept", "deletionPolicy: Delete");
  ASSERT_TRUE(becomes_ready("kept"));
  run({"delete", "organization", "kept", "--wait=false"});
  ASSERT_TRUE(goes({"organization", "kept"}));
  EXPECT_TRUE(becomes_free("kept"));
}

TEST_F(OrganizationTest, ReturnsToItsNamespacesAfterARestore) {
  run({"create", "namespace", "restored-prod"});
  apply_organization("restored", "namespaces: [restored-prod]");
  ASSERT_TRUE(becomes_ready("restored"));
  apply_key("restored", "grafana");
  ASSERT_TRUE(role_names("restored", {"grafana"}));
  const std::string former = text(organization("restored"), "/metadata/uid");
  kill_operator();
  run({"patch", "organization", "restored", "--type=merge", "-p", R"({"metadata": {"finalizers": null}})"});
  run({"delete", "organization", "restored"});
  EXPECT_EQ(text(ns("restored-prod"), "/metadata/annotations/" + escaped(kUid)), former);
  apply_organization("restored", "namespaces: [restored-prod]");
  ASSERT_NE(text(organization("restored"), "/metadata/uid"), former);
  start_operator();
  EXPECT_TRUE(becomes_claimed("restored", "restored"));
  EXPECT_TRUE(becomes_claimed("restored-prod", "restored"));
  EXPECT_TRUE(becomes_ready("restored"));
  EXPECT_TRUE(role_names("restored", {"grafana"}));
}

TEST_F(OrganizationTest, LeavesTheClaimOfAnOrganizationThatIsGoneToTheNext) {
  run({"create", "namespace", "inherited"});
  apply_organization("testator", "namespaces: [inherited]");
  ASSERT_TRUE(becomes_ready("testator"));
  apply_organization("heir", "namespaces: [inherited]");
  ASSERT_TRUE(becomes_ready("heir", "False/NamespaceClaimed"));
  kill_operator();
  run({"patch", "organization", "testator", "--type=merge", "-p", R"({"metadata": {"finalizers": null}})"});
  run({"delete", "organization", "testator"});
  start_operator();
  EXPECT_TRUE(becomes_claimed("inherited", "heir"));
  EXPECT_TRUE(becomes_ready("heir"));
}

TEST_F(OrganizationTest, WritesNothingWhenNothingIsToBeDone) {
  run({"create", "namespace", "quiet-prod"});
  apply_organization("quiet", "namespaces: [quiet-prod]");
  ASSERT_TRUE(becomes_ready("quiet"));
  ASSERT_TRUE(role_names("quiet", {}));
  const std::string series = R"(controller_runtime_reconcile_total{controller="organization",result="success"})";
  const double looks = operator_->metric(series).value_or(0);
  const double writes = writes_so_far();
  run({"annotate", "organization", "quiet", "guildhall.dev/reconcile-at=now"});
  ASSERT_TRUE(eventually("the Organization was looked at once more", [&] {
    const double now = operator_->metric(series).value_or(0);
    return Observation{now > looks, std::to_string(now)};
  }));
  EXPECT_EQ(writes_so_far(), writes);
}

}  // namespace
}  // namespace guildhall::tests
