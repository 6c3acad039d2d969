// What somebody tries who has a token, or its Secret, of which the owner wants to be rid.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/integration/apikey_fixture.hpp"
#include "tests/integration/kube_client_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;

/// A Secret as its holder can write it anywhere: that one's entries, and the UID of its ApiKey.
json planted(const json& like, const json& key) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"type", like["type"]},
          {"data", like["data"]},
          {"metadata",
           {{"generateName", "planted-"},
            {"labels", like["metadata"]["labels"]},
            {"annotations", {{"guildhall.dev/owner-uid", key["metadata"]["uid"]}}}}}};
}

class ApiKeyTheftTest : public ApiKeyFixture {
 protected:
  void set_organization_state(const std::string& state) const {
    run({"patch", "organization", "keys", "--type=merge", "-p", R"({"spec": {"state": ")" + state + "\"}}"});
  }
  [[nodiscard]] testing::AssertionResult nothing_is_planted() const {
    return eventually("no planted Secret is left", [&] {
      const auto listed = kubectl_({"get", "secrets", "-n", "default", "-o", "name"});
      return Observation{listed.exit_code == 0 && listed.out.find("planted-") == std::string::npos, listed.out};
    });
  }

  std::unique_ptr<kube::Client> client_ = client_of(cluster::shared_control_plane().kubeconfig());
};

TEST_F(ApiKeyTheftTest, ATokenThatIsPlantedElsewhereIsNotKeptAlive) {
  apply_key("leaked", "lifetime: 90d");
  const std::string leaked = settled_token("leaked");
  const json plant = planted(secret("leaked"), key("leaked"));
  ASSERT_TRUE(client_->create(core::types::secrets(), "default", plant));
  EXPECT_TRUE(nothing_is_planted()) << "it is found without any other change";
  std::jthread planter([&](const std::stop_token& stop) {
    while (!stop.stop_requested())
      EXPECT_TRUE(client_->create(core::types::secrets(), "default", plant));
  });
  run({"delete", "secret", "leaked", "-n", "keys"});
  EXPECT_NE(settled_token("leaked", leaked), leaked);
  EXPECT_EQ(key("leaked")["status"]["keys"].size(), 1U);
  planter.request_stop();
  planter.join();
  EXPECT_TRUE(nothing_is_planted());
}

TEST_F(ApiKeyTheftTest, ATokenThatWasTakenAwayDoesNotComeBackWithItsSecret) {
  apply_key("lost", "lifetime: 90d");
  const std::string lost = settled_token("lost");
  json put_back = secret("lost");
  for (const char* field : {"uid", "resourceVersion", "creationTimestamp", "ownerReferences", "managedFields"})
    put_back["metadata"].erase(field);
  set_organization_state("Suspended");
  ASSERT_TRUE(becomes("lost", "True/Suspended"));
  run({"delete", "secret", "lost", "-n", "keys"});
  EXPECT_TRUE(eventually("its token is withdrawn", [&] {
    const json object = key("lost");
    return Observation{condition(object, "Issued") == "False/Withdrawn", object.dump(1)};
  }));
  ASSERT_TRUE(client_->create(core::types::secrets(), "keys", put_back));
  EXPECT_TRUE(secret_goes("lost"));
  set_organization_state("Active");
  EXPECT_NE(settled_token("lost", lost), lost);
  EXPECT_EQ(key("lost")["status"]["keys"].size(), 1U);
}

/// A policy as somebody writes it who looks for a mistake in it, as Gatekeeper's documentation shows.
class AQuotingPolicy : public ApiKeyTheftTest {
 protected:
  AQuotingPolicy() {
    apply(
        R"yaml({apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: quote.example.com},
 spec: {failurePolicy: Fail, matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, DELETE], resources: [secrets]}]},
  variables: [{name: review, expression: "object == null ? oldObject : object"}],
  validations: [{expression: "variables.review.metadata.name != 'quoted'", messageExpression: "'REVIEW OBJECT: ' + string(variables.review.data.token)"}]}})yaml");
  }
  ~AQuotingPolicy() override { run({"delete", "validatingadmissionpolicy", "quote.example.com"}); }
  AQuotingPolicy(const AQuotingPolicy&) = delete;
  AQuotingPolicy& operator=(const AQuotingPolicy&) = delete;

  void set_in_force() const {
    apply(
        R"({apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: quote.example.com},
 spec: {policyName: quote.example.com, validationActions: [Deny]}})");
    EXPECT_TRUE(eventually("the policy is in force", [&] {
      const auto tried = kubectl_({"create", "secret", "generic", "quoted", "--from-literal=token=Vw5XcEq1", "-n",
                                   "default", "--dry-run=server"});
      return Observation{tried.exit_code != 0 && tried.err.contains("REVIEW OBJECT"), tried.err};
    }));
  }
  void lift() const { run({"delete", "validatingadmissionpolicybinding", "quote.example.com"}); }
  /// All that the operator tells of the key.
  [[nodiscard]] std::string told() const {
    return key("quoted").dump() + kubectl_({"get", "events", "-n", "keys", "-o", "json"}).out + operator_->log();
  }
};

TEST_F(AQuotingPolicy, GetsNoTokenIntoStatusEventsAndLog) {
  set_in_force();
  apply_key("quoted", "lifetime: 90d");
  ASSERT_TRUE(becomes("quoted", "False/WriteRefused"));
  EXPECT_THAT(message(key("quoted"), "Ready"), testing::HasSubstr("REVIEW OBJECT: [token struck out]"));
  lift();
  run({"annotate", "apikey", "quoted", "-n", "keys", "guildhall.dev/reconcile-at=now"});
  const std::string token = settled_token("quoted");
  const std::string encoded = secret("quoted")["data"]["token"];
  set_in_force();
  patch("apikey", "quoted", R"({"spec":{"revoked":true}})");
  ASSERT_TRUE(becomes("quoted", "False/WriteRefused")) << "its Secret cannot be removed";
  EXPECT_THAT(message(key("quoted"), "Ready"), testing::HasSubstr("REVIEW OBJECT: [token struck out]"));
  EXPECT_FALSE(told().contains(token) || told().contains(encoded));
  lift();
  run({"annotate", "apikey", "quoted", "-n", "keys", "guildhall.dev/reconcile-at=again", "--overwrite"});
  EXPECT_TRUE(becomes("quoted", "True/Revoked"));
}

}  // namespace
}  // namespace guildhall::tests
