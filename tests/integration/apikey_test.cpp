// An ApiKey in the running operator, as kubectl sees it: issue, copies, rotation, loss, revocation, expiry, limits,
// adoption, deletion.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is not in <csignal>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "operator/core/timestamp.hpp"
#include "tests/integration/apikey_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::HasSubstr;

using ApiKeyTest = ApiKeyFixture;

/// Holds the garbage collector still for as long as it lives.
class PausedControllerManager {
 public:
  PausedControllerManager() {
    std::ifstream(cluster::shared_control_plane().directory() / "pids" / "controller-manager") >> pid_;
    if (pid_ <= 0 || ::kill(pid_, SIGSTOP) != 0) throw std::runtime_error("there is no kube-controller-manager");
  }
  ~PausedControllerManager() { ::kill(pid_, SIGCONT); }
  PausedControllerManager(const PausedControllerManager&) = delete;
  PausedControllerManager& operator=(const PausedControllerManager&) = delete;

 private:
  pid_t pid_ = 0;
};

TEST_F(ApiKeyTest, BecomesASecretWhoseTokenHasTheHashOfTheStatus) {
  apply_key("issue", "lifetime: 90d, secret: {formats: [Vmagent, GrafanaDatasource, Curl, Env], labels: {team: sre}}");
  const std::string token = settled_token("issue");
  EXPECT_THAT(token, testing::MatchesRegex("gld_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}"));
  const json object = secret("issue");
  EXPECT_EQ(object["type"], "guildhall.dev/api-key");
  EXPECT_EQ(object["metadata"]["labels"]["team"], "sre");
  EXPECT_EQ(object["metadata"]["ownerReferences"][0]["name"], "issue");
  EXPECT_EQ(entry(object, "header"), "Authorization: Bearer " + token);
  for (const char* file : {"vmagent.yaml", "grafana-datasource.yaml", "curl.conf", "guildhall.env"})
    EXPECT_THAT(entry(object, file), HasSubstr(token)) << file;
}

TEST_F(ApiKeyTest, IsCopiedIntoASpannedNamespaceAndTakenBack) {
  apply_key("copied", "lifetime: 90d, secret: {namespaces: [keys-prod]}");
  const std::string token = settled_token("copied");
  EXPECT_EQ(entry(secret("copied", "keys-prod"), "token"), token);
  apply_key("copied", "lifetime: 90d");
  EXPECT_TRUE(secret_goes("copied", "keys-prod"));
  EXPECT_EQ(settled_token("copied"), token);
}

TEST_F(ApiKeyTest, RotatesWhenAskedAndDropsTheOldTokenWhenTheOverlapEnds) {
  apply_key("rotated", "lifetime: 90d, rotation: {every: 30d, overlap: 3s}, secret: {namespaces: [keys-prod]}");
  const std::string first = settled_token("rotated");
  patch("apikey", "rotated", R"({"spec": {"rotateAt": "2026-01-01T00:00:00Z"}})");
  const std::string second = settled_token("rotated", first);
  EXPECT_TRUE(eventually("the old token is gone from Secret, copy and status", [&] {
    const json object = key("rotated");
    const bool holds = object["status"]["keys"].size() == 1 && entry(secret("rotated"), "previous-token").empty() &&
                       entry(secret("rotated", "keys-prod"), "token") == second &&
                       entry(secret("rotated", "keys-prod"), "previous-token").empty();
    return Observation{holds, object.dump(1)};
  }));
  EXPECT_EQ(key("rotated")["status"]["rotatedFor"], "2026-01-01T00:00:00Z");
}

TEST_F(ApiKeyTest, IsReissuedWhenItsSecretIsDeletedOrEdited) {
  apply_key("lost", "lifetime: 90d");
  const std::string first = settled_token("lost");
  run({"delete", "secret", "lost", "-n", "keys"});
  const std::string second = settled_token("lost", first);
  patch("secret", "lost", R"({"stringData": {"token": "gld_planted"}})");
  const std::string third = settled_token("lost", second);
  EXPECT_NE(third, "gld_planted");
  EXPECT_EQ(key("lost")["status"]["keys"].size(), 1U);
  EXPECT_THAT(kubectl_({"get", "events", "-n", "keys", "--field-selector=reason=ApiKeyReissued"}).out,
              HasSubstr("apikey/lost"));
}

TEST_F(ApiKeyTest, IsRevokedForGood) {
  apply_key("revoked", "lifetime: 90d, secret: {namespaces: [keys-prod]}");
  static_cast<void>(settled_token("revoked"));
  patch("apikey", "revoked", R"({"spec": {"revoked": true}})");
  EXPECT_TRUE(becomes("revoked", "True/Revoked"));
  EXPECT_TRUE(secret("revoked").is_null());
  EXPECT_TRUE(secret("revoked", "keys-prod").is_null());
  EXPECT_FALSE(key("revoked")["status"].contains("keys"));
  const auto refused =
      kubectl_({"patch", "apikey", "revoked", "-n", "keys", "--type=merge", "-p", R"({"spec": {"revoked": false}})"});
  EXPECT_THAT(refused.err, HasSubstr("revocation is final"));
}

TEST_F(ApiKeyTest, ExpiresByItselfAndAlsoWhileNothingRan) {
  apply_key("expiring", "lifetime: 2s");
  EXPECT_TRUE(becomes("expiring", "True/Expired"));
  EXPECT_TRUE(secret("expiring").is_null());
  apply_key("expired-meanwhile", "lifetime: 4s");
  static_cast<void>(settled_token("expired-meanwhile"));
  kill_operator();
  EXPECT_TRUE(eventually("the token's time is over", [&] {
    const std::string expires = key("expired-meanwhile")["status"]["keys"][0]["expiresAt"];
    const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    return Observation{core::parse_timestamp(expires).value() < now, expires};
  }));
  start_operator();
  EXPECT_TRUE(becomes("expired-meanwhile", "True/Expired"));
  EXPECT_TRUE(secret("expired-meanwhile").is_null());
}

TEST_F(ApiKeyTest, RestsUntilTheLastSecondThatCanBeWritten) {
  const auto looks = [] { return operator_->metric(R"(workqueue_adds_total{name="apikey"})").value_or(0); };
  apply_key("far", "expiresAt: \"9999-12-31T23:59:59Z\", rotateAt: \"9999-12-31T23:59:58Z\"");
  ASSERT_NE(settled_token("far"), "");
  const double before = looks();
  ASSERT_GT(before, 0);
  apply_key("near", "lifetime: 90d");
  ASSERT_NE(settled_token("near"), "");
  EXPECT_LT(looks() - before, 100) << "what a new key needs, and nothing for the one that rests";
  EXPECT_EQ(text(key("far"), "/status/keys/0/expiresAt"), "9999-12-31T23:59:59Z");
}

TEST_F(ApiKeyTest, LeavesAForeignSecretAloneAndGoesOnWhenItIsGone) {
  run({"create", "secret", "generic", "foreign", "-n", "keys", "--from-literal=mine=1"});
  apply_key("foreign", "lifetime: 90d");
  EXPECT_TRUE(becomes("foreign", "False/ForeignSecret"));
  EXPECT_EQ(secret("foreign")["data"].size(), 1U);
  run({"delete", "secret", "foreign", "-n", "keys"});
  run({"annotate", "apikey", "foreign", "-n", "keys", "guildhall.dev/reconcile-at=now"});
  static_cast<void>(settled_token("foreign"));
}

TEST_F(ApiKeyTest, IsSuspendedWithItsOwnerAndWithItsOrganization) {
  ASSERT_EQ(kubectl_
                .apply("{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: jane, namespace: keys}, "
                       "spec: {email: jane@keys.example, role: Editor}}")
                .exit_code,
            0);
  apply_key("owned", "lifetime: 90d, owner: {name: jane}");
  ASSERT_TRUE(becomes("owned", "True/Suspended"));
  EXPECT_EQ(condition(key("owned"), "Issued"), "False/OwnerNotAccepted");
  EXPECT_TRUE(secret("owned").is_null());
  patch("member", "jane", R"({"spec": {"invitation": {"delivery": "None"}}})");
  const std::string token = settled_token("owned");
  EXPECT_EQ(key("owned")["status"]["ownerEmail"], "jane@keys.example");
  patch("member", "jane", R"({"spec": {"state": "Inactive"}})");
  EXPECT_TRUE(becomes("owned", "True/Suspended"));
  EXPECT_EQ(entry(secret("owned"), "token"), token);
  patch("member", "jane", R"({"spec": {"state": "Active"}})");
  EXPECT_TRUE(becomes("owned", "True/Active"));
  run({"patch", "organization", "keys", "--type=merge", "-p", R"({"spec": {"state": "Suspended"}})"});
  EXPECT_TRUE(becomes("owned", "True/Suspended"));
  run({"patch", "organization", "keys", "--type=merge", "-p", R"({"spec": {"state": "Active"}})"});
  EXPECT_TRUE(becomes("owned", "True/Active"));
  EXPECT_EQ(settled_token("owned"), token);
}

TEST_F(ApiKeyTest, StaysWithinTheOrganizationsLimits) {
  run({"patch", "organization", "keys", "--type=merge", "-p",
       R"({"spec": {"apiKeys": {"maxLifetime": "120d", "allowNoExpiration": false}}})"});
  apply_key("too-long", "lifetime: 121d");
  EXPECT_TRUE(becomes("too-long", "False/LifetimeTooLong"));
  apply_key("endless", "neverExpires: true");
  EXPECT_TRUE(becomes("endless", "False/ExpirationRequired"));
  run({"patch", "organization", "keys", "--type=merge", "-p", R"({"spec": {"apiKeys": null}})"});
  EXPECT_TRUE(becomes("too-long", "True/Active"));
  EXPECT_TRUE(becomes("endless", "True/Active"));
}

TEST_F(ApiKeyTest, SaysWhatIsWrongWithItsPlace) {
  run({"create", "namespace", "no-home"});
  apply_key("lost-soul", "lifetime: 1d", "no-home");
  EXPECT_TRUE(eventually("it says NotAHome", [&] {
    const json object = kubectl_.get({"apikey", "lost-soul", "-n", "no-home"});
    return Observation{condition(object, "Ready") == "False/NotAHome", object.dump(1)};
  }));
  apply_key("elsewhere", "lifetime: 1d, secret: {namespaces: [no-home]}");
  EXPECT_TRUE(becomes("elsewhere", "False/NamespaceNotSpanned"));
}

TEST_F(ApiKeyTest, IsAdoptedByItsSealAfterARestore) {
  apply_key("restored", "lifetime: 90d");
  const std::string token = settled_token("restored");
  const json before = key("restored")["status"]["keys"];
  json backup = secret("restored");
  for (const char* field : {"uid", "resourceVersion", "creationTimestamp", "managedFields", "ownerReferences"}) {
    backup["metadata"].erase(field);
  }
  run({"delete", "apikey", "restored", "-n", "keys"});
  ASSERT_TRUE(secret_goes("restored"));
  const auto restored = kubectl_({"create", "-f", "-"}, backup.dump());
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  apply_key("restored", "lifetime: 90d");
  EXPECT_EQ(settled_token("restored"), token);
  EXPECT_EQ(key("restored")["status"]["keys"], before);
}

TEST_F(ApiKeyTest, GetsAnotherTokenWhenItIsMadeAgainBeforeItsSecretIsCollected) {
  apply_key("again", "lifetime: 90d");
  const std::string first = settled_token("again");
  {
    const PausedControllerManager no_garbage_collector;
    run({"delete", "apikey", "again", "-n", "keys"});
    ASSERT_FALSE(secret("again").is_null());
    apply_key("again", "lifetime: 90d");
    static_cast<void>(settled_token("again", first));
  }
  EXPECT_EQ(kubectl_({"get", "events", "-n", "keys", "-o", "name", "--field-selector",
                      "involvedObject.name=again,reason=ApiKeyAdopted"})
                .out,
            "");
}

TEST_F(ApiKeyTest, LeavesNothingBehindWhenItIsDeleted) {
  apply_key("deleted", "lifetime: 90d, secret: {namespaces: [keys-prod]}");
  static_cast<void>(settled_token("deleted"));
  run({"delete", "apikey", "deleted", "-n", "keys", "--timeout=60s"});
  EXPECT_TRUE(secret_goes("deleted"));
  EXPECT_TRUE(secret_goes("deleted", "keys-prod"));
}

TEST_F(ApiKeyTest, KilledInTheMidstOfManyEndsWithOneValidTokenEach) {
  constexpr int kKeys = 20;
  for (int i = 0; i < kKeys; ++i) {
    apply_key("many-" + std::to_string(i), "lifetime: 90d, secret: {namespaces: [keys-prod]}");
    if (i % 4 == 3) {
      kill_operator();
      start_operator();
    }
  }
  for (int i = 0; i < kKeys; ++i) {
    const std::string name = "many-" + std::to_string(i);
    const std::string token = settled_token(name);
    EXPECT_EQ(key(name)["status"]["keys"].size(), 1U) << name;
    EXPECT_TRUE(eventually("the copy holds the same", [&] {
      const std::string copy = entry(secret(name, "keys-prod"), "token");
      return Observation{copy == token, crypto::sha256_hex(copy)};
    }));
  }
}

/// An Admin may get the Secrets that the Role names. Renaming a key must not put another Secret's name into it.
TEST_F(ApiKeyTest, DoesNotLendItsRoleToAForeignSecret) {
  run({"create", "secret", "generic", "crown-jewels", "-n", "keys", "--from-literal=password=hunter2"});
  apply_key("thief", "lifetime: 1d");
  static_cast<void>(settled_token("thief"));
  patch("apikey", "thief", R"({"spec":{"secret":{"name":"crown-jewels"}}})");
  ASSERT_TRUE(becomes("thief", "False/ForeignSecret"));
  EXPECT_EQ(text(key("thief"), "/status/secret/name"), "thief");
  EXPECT_TRUE(eventually("the Role names the key's own Secret only", [&] {
    const std::string role = kubectl_.get({"role", "guildhall:api-key-secrets", "-n", "keys"}).dump();
    return Observation{role.find("\"thief\"") != std::string::npos && role.find("crown-jewels") == std::string::npos,
                       role};
  }));
}

TEST_F(ApiKeyTest, IsNotHeldUpByACopyThatMeetsAForeignSecret) {
  run({"create", "namespace", "keys-blocked"});
  run({"create", "secret", "generic", "blocked", "-n", "keys-blocked", "--from-literal=a=b"});
  patch("organization", "keys", R"({"spec":{"namespaces":["keys-prod","keys-blocked"]}})");
  apply_key("blocked", "lifetime: 1d, secret: {namespaces: [keys-blocked, keys-prod]}");
  ASSERT_TRUE(becomes("blocked", "False/ForeignSecret"));
  EXPECT_THAT(message(key("blocked"), "Stalled"), HasSubstr("Secret keys-blocked/blocked is not this key's"));
  ASSERT_TRUE(eventually("the other copy is there", [&] {
    const json copy = secret("blocked", "keys-prod");
    return Observation{copy.is_object(), copy.dump()};
  }));
  patch("apikey", "blocked", R"({"spec":{"secret":{"namespaces":["keys-blocked"]}}})");
  EXPECT_TRUE(secret_goes("blocked", "keys-prod")) << "a copy that is no longer wanted";
  run({"delete", "secret", "blocked", "-n", "keys-blocked"});
  run({"annotate", "apikey", "blocked", "-n", "keys", "guildhall.dev/reconcile-at=now"});
  EXPECT_TRUE(becomes("blocked", "True/Active"));
  patch("organization", "keys", R"({"spec":{"namespaces":["keys-prod"]}})");
}

TEST_F(ApiKeyTest, IsAtRestWhileTheServerRefusesItsSecret) {
  apply(
      R"({apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: refuse.example.com},
 spec: {failurePolicy: Fail, matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [secrets]}]},
  validations: [{expression: "object.metadata.name != 'unwanted'", reason: Invalid, message: "not this one"}]}}
---
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: refuse.example.com},
 spec: {policyName: refuse.example.com, validationActions: [Deny]}})");
  EXPECT_TRUE(eventually("the policy is in force", [&] {
    const auto tried = kubectl_({"create", "secret", "generic", "unwanted", "-n", "keys", "--dry-run=server"});
    return Observation{tried.exit_code != 0, tried.out};
  }));
  apply_key("unwanted", "lifetime: 90d");
  EXPECT_TRUE(becomes("unwanted", "False/WriteRefused")) << "Invalid is not taken for a foreign Secret of the name";
  const auto count = [](const char* series) { return operator_->metric(series).value_or(0); };
  const auto tries = [&] { return count(R"(controller_runtime_reconcile_errors_total{controller="apikey"})"); };
  const double tried = tries();
  EXPECT_TRUE(eventually("it is tried again", [&] { return Observation{tries() >= tried + 1, ""}; }));
  const double before = count(R"(guildhall_writes_total{resource="apikeys.guildhall.dev/status",verb="patch"})");
  EXPECT_TRUE(eventually("it is tried three times more", [&] { return Observation{tries() >= tried + 4, ""}; }));
  EXPECT_EQ(count(R"(guildhall_writes_total{resource="apikeys.guildhall.dev/status",verb="patch"})"), before)
      << "a try that fails as before leaves the status alone, or it would go round without a pause";
  run({"delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", "refuse.example.com"});
  EXPECT_TRUE(becomes("unwanted", "True/Active"));
  EXPECT_NE(settled_token("unwanted"), "");
}

TEST_F(ApiKeyTest, ACopyThatWasMadeImmutableDoesNotHoldUpARotation) {
  apply_key("stiff", "lifetime: 90d, rotation: {every: 30d, overlap: 1s}, secret: {namespaces: [keys-prod]}");
  const std::string token = settled_token("stiff");
  run({"patch", "secret", "stiff", "-n", "keys-prod", "--type=merge", "-p", R"({"immutable": true})"});
  patch("apikey", "stiff", R"({"spec": {"rotateAt": "2020-01-01T00:00:00Z"}})");
  const std::string next = settled_token("stiff", token);
  EXPECT_TRUE(becomes("stiff", "True/Active"));
  EXPECT_TRUE(eventually("the copy has the new token", [&] {
    const json copy = secret("stiff", "keys-prod");
    return Observation{entry(copy, "token") == next && !copy.contains("immutable"), ""};
  }));
}

TEST_F(ApiKeyTest, ARestartWithNothingChangedWritesNothing) {
  apply_key("quiet", "lifetime: 90d");
  static_cast<void>(settled_token("quiet"));
  EXPECT_TRUE(eventually("the Organization has counted every key and its Role names the new Secret", [&] {
    const json counted = kubectl_.get({"organization", "keys"})["status"]["apiKeys"];
    const json role = kubectl_.get({"role", "guildhall:api-key-secrets", "-n", "keys"});
    const bool holds = counted["total"] == kubectl_.get({"apikeys", "-n", "keys"})["items"].size() &&
                       role.dump().find("\"quiet\"") != std::string::npos;
    return Observation{holds, counted.dump() + role.dump()};
  }));
  kill_operator();
  start_operator();
  EXPECT_TRUE(eventually("every key was looked at and the queues are empty", [&] {
    const double looks =
        operator_->metric(R"(controller_runtime_reconcile_time_seconds_count{controller="apikey"})").value_or(0);
    const double depth = operator_->metric(R"(workqueue_depth{name="apikey"})").value_or(1) +
                         operator_->metric(R"(workqueue_depth{name="organization"})").value_or(1);
    const auto keys = kubectl_.get({"apikeys", "-A"})["items"].size();
    return Observation{looks >= static_cast<double>(keys) && depth == 0, operator_->metrics()};
  }));
  std::istringstream lines(operator_->metrics());
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(!line.starts_with("guildhall_writes_total{") || line.ends_with(" 0")) << line;
}

TEST_F(ApiKeyTest, LeaksNoToken) {
  apply_key("hidden", "lifetime: 90d, secret: {formats: [Env]}");
  std::set<std::string> tokens{settled_token("hidden")};
  const json secrets = kubectl_.get({"secrets", "-A", "--field-selector=type=guildhall.dev/api-key"});
  for (const auto& each : secrets["items"])
    tokens.insert(entry(each, "token"));
  const std::string process = "/proc/" + std::to_string(operator_->pid());
  std::ostringstream seen;
  for (const char* file : {"/cmdline", "/environ"})
    seen << std::ifstream(process + file).rdbuf();
  seen << operator_->log() << operator_->metrics() << kubectl_({"get", "events", "-A", "-o", "yaml"}).out
       << kubectl_({"get", "guildhall", "-A", "-o", "yaml"}).out;
  for (const auto& token : tokens)
    EXPECT_EQ(seen.str().find(token), std::string::npos);
}

}  // namespace
}  // namespace guildhall::tests
