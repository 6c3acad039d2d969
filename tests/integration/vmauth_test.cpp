// Keys in a configuration of vmauth: what stands in the Secret, and what a real vmauth makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "operator/core/timestamp.hpp"
#include "tests/cluster/vmauth_process.hpp"
#include "tests/integration/gate_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::AssertionResult;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kNotAsked = "not asked for";

/// The Organization `keys` asks for it in keys-edge, where Editors only look.
class VmauthTest : public GateTest {
 protected:
  void SetUp() override {
    apply("{apiVersion: v1, kind: Namespace, metadata: {name: keys-edge}}");
    ask_for(R"({"vmauth":{"secret":{"name":"keys-vmauth","namespace":"keys-edge"}}})");
  }
  void TearDown() override {
    run({"delete", "apikeys", "--all", "-n", "keys"});
    patch("organization", "keys",
          R"({"spec":{"enforcement":null,"adminOnlyNamespaces":null,"namespaces":["keys-prod"],"state":"Active"}})");
    const auto is_let_go = [&] { return configuration() == kNotAsked || lets_nobody_in(vmauth_secret()); };
    EXPECT_TRUE(eventually("the Secret lets nobody in", [&] { return Observation{is_let_go(), ""}; }));
    run({"delete", "secret", "keys-vmauth", "-n", "keys-edge", "--ignore-not-found"});
  }

  /// It has no users, and is nobody's.
  static bool lets_nobody_in(const json& secret) {
    return secret.is_object() && entry(secret, "auth.yml").ends_with("\nusers: []\n") &&
           secret.dump().find("guildhall.dev/organization") == std::string::npos;
  }

  void ask_for(const std::string& enforcement) const {
    patch("organization", "keys",
          R"({"spec":{"namespaces":["keys-prod","keys-edge"],"adminOnlyNamespaces":["keys-edge"],"enforcement":)" +
              enforcement + "}}");
  }
  [[nodiscard]] json vmauth_secret() const { return kubectl_.get({"secret", "keys-vmauth", "-n", "keys-edge"}); }
  [[nodiscard]] std::string configuration() const {
    const json secret = vmauth_secret();
    return secret.is_object() ? entry(secret, "auth.yml") : kNotAsked;
  }
  /// With the deployment's address as it is here.
  [[nodiscard]] std::string configuration_here() const {
    std::string text = configuration();
    cluster::replace_all(text, "metrics.keys-prod.svc:8428", "127.0.0.1:" + std::to_string(backend_port_));
    return text;
  }
  [[nodiscard]] AssertionResult comes_to_hold(const std::string& text, bool wanted = true) const {
    return eventually("the configuration " + std::string(wanted ? "holds " : "does not hold ") + text, [&] {
      const std::string standing = configuration();
      return Observation{(standing.find(text) != std::string::npos) == wanted, "(not shown: it holds tokens)"};
    });
  }
  /// From now on nobody can change or remove that Secret.
  void seal(const std::string& secret, const std::string& ns) const {
    std::string policy =
        R"({apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: keeps-doors},
  spec: {failurePolicy: Fail, matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1],
  operations: [UPDATE, DELETE], resources: [secrets], resourceNames: [NAME]}]},
  validations: [{expression: "false", message: "not now"}]}}
---
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: keeps-doors},
  spec: {policyName: keeps-doors, validationActions: [Deny]}})";
    cluster::replace_all(policy, "NAME", secret);
    apply(policy);
    EXPECT_TRUE(eventually("it cannot be written", [&] {
      const auto written = kubectl_({"annotate", "secret", secret, "-n", ns, "a=b", "--dry-run=server"});
      return Observation{written.err.find("not now") != std::string::npos, written.err};
    }));
  }
  void unseal() const { run({"delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", "keeps-doors"}); }
  [[nodiscard]] AssertionResult comes_to_say(const std::string& organization, const std::string& type,
                                             const std::string& wanted) const {
    return eventually(organization + " says " + wanted, [&] {
      const json object = kubectl_.get({"organization", organization});
      return Observation{object.contains("status") && condition(object, type) == wanted, object.dump(1)};
    });
  }
  [[nodiscard]] bool has_editors(const std::string& ns) const {
    return !kubectl_.get({"rolebinding", "guildhall:guildhall-deployments-editor", "-n", ns}).is_null();
  }
  /// What was refused is tried again after a while, or when somebody changes something.
  [[nodiscard]] AssertionResult gets_editors(const std::string& ns) const {
    return eventually("Editors are in " + ns, [&] {
      patch("organization", "keys",
            R"({"metadata":{"annotations":{"guildhall.dev/reconcile-at":")" +
                core::format_micro_timestamp(
                    std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())) +
                R"("}}})");
      return Observation{has_editors(ns), kubectl_.get({"organization", "keys"})["status"].dump(1)};
    });
  }
  [[nodiscard]] AssertionResult is_enforced(const std::string& name, const std::string& wanted) const {
    return eventually(name + " has Enforced " + wanted, [&] {
      const json object = key(name);
      return Observation{condition(object, "Enforced") == wanted, object["status"].dump(1)};
    });
  }
};

TEST_F(VmauthTest, LetsKeysInAsTheirSpecsSay) {
  const std::string reader = token_of("reader", "Read");
  const std::string writer = token_of("writer", "Write");
  ASSERT_TRUE(comes_to_hold(reader));
  ASSERT_TRUE(comes_to_hold(writer));
  EXPECT_TRUE(is_enforced("reader", "True/Enforced"));
  cluster::VmauthProcess vmauth(configuration_here());
  const auto asked = [&](const std::string& token, const std::string& path, const std::string& more = "") {
    return send(vmauth.port(), path, more + "Authorization: Bearer " + token + "\r\n");
  };
  const auto read = asked(reader, "/keys-prod.metrics/api/v1/query?query=up",
                          "AccountID: 9\r\nX-Guildhall-Key: forged\r\nX-Guildhall-Organization: forged\r\n");
  EXPECT_EQ(read.status, 200) << read.head << read.body;
  EXPECT_THAT(read.body, HasSubstr("GET /api/v1/query?query=up\n"));
  EXPECT_THAT(read.body, HasSubstr("x-guildhall-organization: keys\n"));
  for (const char* not_told : {"gld_", "forged", "accountid", "authorization"})
    EXPECT_THAT(read.body, Not(HasSubstr(not_told)));
  EXPECT_EQ(asked(writer, "/keys-prod.metrics/api/v1/write").status, 200);
  EXPECT_EQ(asked(reader, "/keys-prod.metrics.service/prometheus/api/v1/labels").status, 200);
  for (const char* path :
       {"/keys-prod.metrics/api/v1/write", "/api/v1/query", "/keys-prod.metrics/snapshot/create",
        "/keys-prod.metrics/api/v1/query/../write", "/keys-prod.metrics/api/v1/admin/tsdb/delete_series",
        "/keys-prod.other/api/v1/query", "/keys-prod.metrics/tags/delSeries"})
    EXPECT_EQ(asked(reader, path).status, 400) << path;
  EXPECT_EQ(asked(writer, "/keys-prod.metrics/api/v1/query").status, 400);
  EXPECT_EQ(asked("gld_other", "/keys-prod.metrics/api/v1/query").status, 401);
  for (const char* own : {"/metrics", "/flags", "/-/reload", "/debug/pprof/"})
    EXPECT_EQ(send(vmauth.port(), own, "").status, 401) << own << " would name all keys at the door";

  patch("apikey", "reader", R"({"spec":{"revoked":true}})");
  ASSERT_TRUE(comes_to_hold(reader, false));
  EXPECT_TRUE(is_enforced("reader", "True/Enforced")) << "none of its tokens is let in";
  EXPECT_EQ(vmauth.reload(configuration_here()), "");
  EXPECT_EQ(asked(reader, "/keys-prod.metrics/api/v1/query").status, 401);
  EXPECT_EQ(asked(writer, "/keys-prod.metrics/api/v1/write").status, 200);
}

TEST_F(VmauthTest, FollowsRotationSuspensionAndExpiry) {
  const std::string first = token_of("turning", "Read", "lifetime: 30d, rotation: {every: 10d, overlap: 1h}");
  ASSERT_TRUE(comes_to_hold(first));
  patch("apikey", "turning", R"({"spec":{"rotateAt":"2026-11-24T10:00:00Z"}})");
  const std::string second = settled_token("turning", first);
  EXPECT_TRUE(comes_to_hold(second));
  EXPECT_TRUE(comes_to_hold(first)) << "while both are accepted";
  const auto end = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + std::chrono::seconds(6);
  const std::string brief = token_of("brief", "Read", "expiresAt: '" + core::format_timestamp(end) + "'");
  EXPECT_TRUE(comes_to_hold(brief));
  EXPECT_TRUE(comes_to_hold(brief, false));
  patch("organization", "keys", R"({"spec":{"state":"Suspended"}})");
  EXPECT_TRUE(comes_to_hold("users: []"));
  patch("organization", "keys", R"({"spec":{"state":"Active"}})");
  EXPECT_TRUE(comes_to_hold(second));
}

TEST_F(VmauthTest, PutsBackWhatIsChangedAndWritesNothingOtherwise) {
  const std::string token = token_of("steady", "Read");
  ASSERT_TRUE(comes_to_hold(token));
  ASSERT_TRUE(is_enforced("steady", "True/Enforced"));
  run({"patch", "secret", "keys-vmauth", "-n", "keys-edge", "--type=merge", "-p",
       R"({"stringData":{"auth.yml":"users: []\n"}})"});
  EXPECT_TRUE(comes_to_hold(token));
  run({"delete", "secret", "keys-vmauth", "-n", "keys-edge"});
  EXPECT_TRUE(comes_to_hold(token));
  ASSERT_TRUE(is_enforced("steady", "True/Enforced"));
  const std::string version = vmauth_secret()["metadata"]["resourceVersion"];
  patch("organization", "keys", R"({"spec":{"contacts":["ops@keys.example"]}})");
  patch("apikey", "steady", R"({"spec":{"displayName":"Another name"}})");
  EXPECT_TRUE(becomes("steady", "True/Active"));
  const std::string later = token_of("later", "Read");
  ASSERT_TRUE(comes_to_hold(later));
  const std::string next = vmauth_secret()["metadata"]["resourceVersion"];
  EXPECT_NE(next, version);
  kill_operator();
  start_operator();
  start_proxy(cluster::Proxy::Nginx, operator_->gate_port());
  ASSERT_TRUE(is_enforced("later", "True/Enforced"));
  EXPECT_EQ(vmauth_secret()["metadata"]["resourceVersion"], next) << "a new leader writes nothing";
}

TEST_F(VmauthTest, LeavesASecretOfOthersAlone) {
  run({"create", "secret", "generic", "taken", "-n", "keys-edge", "--from-literal=auth.yml=mine"});
  ask_for(R"({"vmauth":{"secret":{"name":"taken","namespace":"keys-edge"}}})");
  const std::string token = token_of("waiting", "Read");
  EXPECT_TRUE(is_enforced("waiting", "False/ForeignSecret"));
  EXPECT_EQ(entry(kubectl_.get({"secret", "taken", "-n", "keys-edge"}), "auth.yml"), "mine");
  EXPECT_TRUE(becomes("waiting", "True/Active")) << "the gate lets it in";
  run({"delete", "secret", "taken", "-n", "keys-edge"});
  ask_for(R"({"vmauth":{"secret":{"name":"keys-vmauth","namespace":"keys-edge"}}})");
  EXPECT_TRUE(comes_to_hold(token));
  EXPECT_TRUE(is_enforced("waiting", "True/Enforced"));
  patch("organization", "keys", R"({"spec":{"enforcement":null}})");
  EXPECT_TRUE(is_enforced("waiting", "")) << "nothing is said of what is not asked for";
}

TEST_F(VmauthTest, LetsNobodyInWhereItIsAskedForNoMore) {
  const std::string token = token_of("moved", "Read");
  ASSERT_TRUE(comes_to_hold(token));
  cluster::VmauthProcess vmauth(configuration_here());
  const auto asked = [&] {
    return send(vmauth.port(), "/keys-prod.metrics/api/v1/query", "Authorization: Bearer " + token + "\r\n").status;
  };
  ASSERT_EQ(asked(), 200);
  ask_for(R"({"vmauth":{"secret":{"name":"other-vmauth","namespace":"keys-edge"}}})");
  ASSERT_TRUE(comes_to_hold("users: []"));
  EXPECT_EQ(vmauth.reload(configuration_here()), "");
  EXPECT_EQ(asked(), 401);
  EXPECT_TRUE(is_enforced("moved", "True/Enforced"));
  ask_for(R"({"vmauth":{"secret":{"name":"keys-vmauth","namespace":"keys-edge"}}})");
  EXPECT_TRUE(comes_to_hold(token)) << "it is taken over again";
  EXPECT_TRUE(eventually("the other one lets nobody in", [&] {
    return Observation{lets_nobody_in(kubectl_.get({"secret", "other-vmauth", "-n", "keys-edge"})), ""};
  }));
  run({"delete", "secret", "other-vmauth", "-n", "keys-edge"});
}

/// Who may read Secrets there has to wait, also when the Secret cannot be emptied.
TEST_F(VmauthTest, LetsEditorsInAfterTheTokensAreOut) {
  enrol("ed", "Editor");
  const std::string token = token_of("lingering", "Read");
  ASSERT_TRUE(comes_to_hold(token));
  ASSERT_TRUE(is_enforced("lingering", "True/Enforced"));
  seal("keys-vmauth", "keys-edge");
  patch("organization", "keys", R"({"spec":{"enforcement":null,"adminOnlyNamespaces":null}})");
  EXPECT_TRUE(is_enforced("lingering", "False/WriteRefused"));
  EXPECT_TRUE(comes_to_say("keys", "RolesBound", "False/BindingRoles"));
  EXPECT_FALSE(has_editors("keys-edge"));
  unseal();
  EXPECT_TRUE(gets_editors("keys-edge"));
  EXPECT_TRUE(lets_nobody_in(vmauth_secret()));
  EXPECT_TRUE(is_enforced("lingering", ""));
  run({"delete", "member", "ed", "-n", "keys"});
}

/// A restore may have left them there.
TEST_F(VmauthTest, LetsEditorsIntoANewNamespaceAfterTheTokensAreOut) {
  enrol("ed", "Editor");
  apply("{apiVersion: v1, kind: Namespace, metadata: {name: keys-found}}");
  apply(R"({apiVersion: v1, kind: Secret, type: guildhall.dev/vmauth, metadata: {name: found, namespace: keys-found},
    stringData: {auth.yml: "users:\n- name: \"x/1\"\n  bearer_token: gld_x\n"}})");
  seal("found", "keys-found");
  patch("organization", "keys", R"({"spec":{"namespaces":["keys-prod","keys-edge","keys-found"]}})");
  EXPECT_TRUE(comes_to_say("keys", "RolesBound", "False/BindingRoles"));
  EXPECT_FALSE(has_editors("keys-found"));
  unseal();
  EXPECT_TRUE(gets_editors("keys-found"));
  EXPECT_TRUE(lets_nobody_in(kubectl_.get({"secret", "found", "-n", "keys-found"})));
  run({"delete", "member", "ed", "-n", "keys"});
  patch("organization", "keys", R"({"spec":{"namespaces":["keys-prod","keys-edge"]}})");
  run({"delete", "namespace", "keys-found"});
}

TEST_F(VmauthTest, SaysWhenAKeyIsLetInToMoreThanItOpens) {
  ASSERT_TRUE(comes_to_hold(token_of("narrowed", "ReadWrite")));
  ASSERT_TRUE(comes_to_hold(token_of("another", "Read")));
  ASSERT_TRUE(is_enforced("narrowed", "True/Enforced"));
  ASSERT_TRUE(is_enforced("another", "True/Enforced"));
  seal("keys-vmauth", "keys-edge");
  patch("apikey", "narrowed", R"({"spec":{"permissions":"Read"}})");
  EXPECT_TRUE(is_enforced("narrowed", "False/WriteRefused"));
  EXPECT_EQ(condition(key("another"), "Enforced"), "True/Enforced");
  unseal();
  EXPECT_TRUE(eventually("it is written", [&] {
    patch("apikey", "another", R"({"spec":{"displayName":"Look again"}})");
    return Observation{condition(key("narrowed"), "Enforced") == "True/Enforced", key("narrowed")["status"].dump(1)};
  }));
}

TEST_F(VmauthTest, TakesARevokedTokenOutOfASecretThatSomebodysFinalizerKeeps) {
  const std::string token = token_of("kept", "Read");
  ASSERT_TRUE(comes_to_hold(token));
  run({"patch", "secret", "keys-vmauth", "-n", "keys-edge", "--type=merge", "-p",
       R"({"metadata":{"finalizers":["example.com/kept"]}})"});
  run({"delete", "secret", "keys-vmauth", "-n", "keys-edge", "--wait=false"});
  patch("apikey", "kept", R"({"spec":{"revoked":true}})");
  EXPECT_TRUE(comes_to_hold(token, false));
  EXPECT_TRUE(vmauth_secret()["metadata"].contains("deletionTimestamp"));
  EXPECT_TRUE(is_enforced("kept", "True/Enforced"));
  run({"patch", "secret", "keys-vmauth", "-n", "keys-edge", "--type=merge", "-p",
       R"({"metadata":{"finalizers":null}})"});
}

/// By whatever way it goes: a vmauth whose file vanishes keeps what it has.
TEST_F(VmauthTest, LetsNobodyInWhenItsOrganizationIsGone) {
  for (const std::string cascade : {"background", "foreground", "orphan"}) {
    std::string manifest = R"({apiVersion: v1, kind: Namespace, metadata: {name: NAME-edge}}
---
{apiVersion: v1, kind: Service, metadata: {name: m, namespace: NAME-edge, labels: {guildhall.dev/deployment: m}}, spec: {ports: [{port: 1}]}}
---
{apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {name: NAME}, spec: {displayName: Parting,
  namespaces: [NAME-edge], adminOnlyNamespaces: [NAME-edge],
  enforcement: {vmauth: {secret: {name: doors, namespace: NAME-edge}}}}})";
    const std::string name = "parting-" + cascade;
    const std::string edge = name + "-edge";
    cluster::replace_all(manifest, "NAME", name);
    apply(manifest);
    run({"wait", "organization/" + name, "--for=condition=Ready", "--timeout=60s"});
    apply_key("parting", "neverExpires: true", name);
    const auto doors = [&] { return kubectl_.get({"secret", "doors", "-n", edge}); };
    ASSERT_TRUE(eventually("the key is let in", [&] {
      const std::string text = entry(doors(), "auth.yml");
      return Observation{text.find("name: \"parting/") != std::string::npos, std::to_string(text.size())};
    })) << cascade;
    const std::string uid = kubectl_.get({"organization", name})["metadata"]["uid"];
    const json owner = {
        {"apiVersion", "guildhall.dev/v1alpha1"}, {"kind", "Organization"}, {"name", name}, {"uid", uid}};
    const json added = {{"data", {{"more", "eA=="}}}, {"metadata", {{"ownerReferences", json::array({owner})}}}};
    run({"patch", "secret", "doors", "-n", edge, "--type=merge", "-p", added.dump()});
    EXPECT_TRUE(eventually("what was added is taken away", [&] {
      const json secret = doors();
      return Observation{!secret["metadata"].contains("ownerReferences") && !secret["data"].contains("more"), ""};
    }));
    run({"delete", "organization", name, "--timeout=60s", "--cascade=" + cascade});
    EXPECT_TRUE(lets_nobody_in(doors())) << cascade;
    run({"delete", "namespace", edge});
  }
}

TEST_F(VmauthTest, LetsNobodyInWhenItsOrganizationWasTakenAwayByForce) {
  apply("{apiVersion: v1, kind: Namespace, metadata: {name: forced-edge}}");
  apply(R"({apiVersion: v1, kind: Secret, type: guildhall.dev/vmauth, metadata: {name: doors, namespace: forced-edge,
    labels: {guildhall.dev/organization: forced}, annotations: {guildhall.dev/organization-uid: gone}},
    stringData: {auth.yml: "users:\n- name: \"x/1\"\n  bearer_token: gld_x\n"}})");
  EXPECT_TRUE(eventually("nobody is let in", [&] {
    return Observation{lets_nobody_in(kubectl_.get({"secret", "doors", "-n", "forced-edge"})), ""};
  }));
  run({"delete", "namespace", "forced-edge"});
}

/// The same for VMUsers; their CRD is ours, and what the VictoriaMetrics operator would say the test says.
class VmUsersTest : public VmauthTest {
 protected:
  void SetUp() override {
    apply("{apiVersion: v1, kind: Namespace, metadata: {name: keys-edge}}");
    ask_for(R"({"vmUsers":{"namespace":"keys-edge"}})");
  }
  void TearDown() override {
    VmauthTest::TearDown();
    EXPECT_TRUE(eventually("the tokens go", [&] { return Observation{tokens().is_null(), ""}; }));
    run({"delete", "-f", definitions()});
  }
  static std::filesystem::path definitions() {
    return std::filesystem::path(GUILDHALL_SOURCE_DIR) / "tests/integration/manifests/victoriametrics.yaml";
  }
  [[nodiscard]] json tokens() const { return kubectl_.get({"secret", "guildhall-vmusers", "-n", "keys-edge"}); }
  [[nodiscard]] std::vector<json> vmusers() const {
    const auto read = kubectl_({"get", "vmusers", "-n", "keys-edge", "-o", "json"});
    const json list = read.exit_code == 0 ? json::parse(read.out) : json::object();
    return list.value("items", std::vector<json>{});
  }
  [[nodiscard]] AssertionResult are_there(std::size_t count) const {
    return eventually(fmt::format("there are {} VMUsers", count), [&] {
      const auto standing = vmusers();
      return Observation{standing.size() == count, json(standing).dump(1)};
    });
  }
  void say(const json& vmuser, const std::string& update_status, const std::string& reason = "") const {
    const json status = {{"status",
                          {{"updateStatus", update_status},
                           {"reason", reason},
                           {"observedGeneration", vmuser["metadata"]["generation"]}}}};
    run({"patch", "vmuser", vmuser["metadata"]["name"], "-n", "keys-edge", "--subresource=status", "--type=merge", "-p",
         status.dump()});
  }
};

TEST_F(VmUsersTest, StandForTheTokensThatAreAccepted) {
  const std::string token = token_of("user", "Read");
  EXPECT_TRUE(is_enforced("user", "False/VMUsersNotServed")) << "there is no such kind here";
  run({"create", "-f", definitions()});
  ASSERT_TRUE(are_there(1));
  const json vmuser = vmusers().front();
  const std::string id = key("user")["status"]["keys"][0]["id"];
  EXPECT_EQ(vmuser["spec"]["tokenRef"], (json{{"name", "guildhall-vmusers"}, {"key", id}}));
  EXPECT_EQ(vmuser["spec"]["disable_secret_creation"], true);
  ASSERT_EQ(vmuser["spec"]["targetRefs"].size(), 1U);
  EXPECT_EQ(vmuser["spec"]["targetRefs"][0]["static"]["url"], "http://metrics.keys-prod.svc:8428");
  EXPECT_THAT(vmuser["spec"]["targetRefs"][0]["paths"][0].get<std::string>(),
              testing::StartsWith(R"(/(keys-prod\.metrics|)"));
  EXPECT_EQ(vmuser["metadata"]["labels"]["guildhall.dev/organization"], "keys");
  EXPECT_THAT(vmuser.dump(), Not(HasSubstr("gld_")));
  EXPECT_EQ(entry(tokens(), id), token);
  EXPECT_TRUE(is_enforced("user", "False/NotOperational"));
  say(vmuser, "failed", "no VMAuth selects it");
  EXPECT_TRUE(eventually("the reason is told", [&] {
    const json object = key("user");
    return Observation{object.dump().find("no VMAuth selects it") != std::string::npos, object["status"].dump(1)};
  }));
  say(vmuser, "operational");
  EXPECT_TRUE(is_enforced("user", "True/Enforced"));

  run({"patch", "vmuser", vmuser["metadata"]["name"], "-n", "keys-edge", "--type=merge", "-p",
       R"({"spec":{"targetRefs":[{"static":{"url":"http://elsewhere"}}]}})"});
  EXPECT_TRUE(eventually("it is put back", [&] {
    const auto standing = vmusers();
    return Observation{standing.size() == 1 && standing.front()["spec"] == vmuser["spec"], json(standing).dump(1)};
  }));
  patch("apikey", "user", R"({"spec":{"revoked":true}})");
  EXPECT_TRUE(are_there(0));
  EXPECT_TRUE(eventually("its token goes", [&] { return Observation{!tokens()["data"].contains(id), ""}; }));
  EXPECT_TRUE(is_enforced("user", "True/Enforced"));
}

TEST_F(VmUsersTest, AreTwoWhileAKeyIsRotatedAndLeaveThoseOfOthersAlone) {
  run({"create", "-f", definitions()});
  apply(
      "{apiVersion: operator.victoriametrics.com/v1beta1, kind: VMUser, metadata: {name: theirs, namespace: "
      "keys-edge}, spec: {name: theirs}}");
  const std::string first = token_of("turning", "ReadWrite", "lifetime: 30d, rotation: {every: 10d, overlap: 1h}");
  ASSERT_TRUE(are_there(2));
  patch("apikey", "turning", R"({"spec":{"rotateAt":"2026-11-24T10:00:00Z"}})");
  static_cast<void>(settled_token("turning", first));
  ASSERT_TRUE(are_there(3));
  patch("organization", "keys", R"({"spec":{"enforcement":null}})");
  ASSERT_TRUE(are_there(1));
  EXPECT_EQ(vmusers().front()["metadata"]["name"], "theirs");
}

/// Who has it next may read Secrets there.
TEST_F(VmUsersTest, KeepTheirNamespaceUntilTheirTokensAreOut) {
  run({"create", "-f", definitions()});
  static_cast<void>(token_of("heirloom", "Read"));
  ASSERT_TRUE(are_there(1));
  apply(R"({apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {name: heirs}, spec: {displayName: Heirs,
  namespaces: [keys-edge]}})");
  EXPECT_TRUE(comes_to_say("heirs", "NamespacesClaimed", "False/NamespaceClaimed"));
  seal("guildhall-vmusers", "keys-edge");
  patch("organization", "keys",
        R"({"spec":{"namespaces":["keys-prod"],"adminOnlyNamespaces":null,"enforcement":null}})");
  EXPECT_TRUE(are_there(0));
  EXPECT_TRUE(comes_to_say("keys", "Ready", "False/ReleasingNamespaces"));
  const auto holder = [this] {
    return kubectl_.get({"namespace", "keys-edge"})["metadata"]["labels"].value("guildhall.dev/organization", "");
  };
  EXPECT_EQ(holder(), "keys");
  unseal();
  EXPECT_TRUE(eventually("the heirs have it", [&] {
    patch("apikey", "heirloom", R"({"spec":{"displayName":"Look again"}})");
    return Observation{holder() == "heirs", holder()};
  }));
  EXPECT_TRUE(tokens().is_null());
  run({"delete", "organization", "heirs", "--timeout=60s"});
}

TEST_F(VmUsersTest, HaveTheirSecretEmptiedWhereSomebodysFinalizerKeepsIt) {
  run({"create", "-f", definitions()});
  static_cast<void>(token_of("kept", "Read"));
  ASSERT_TRUE(are_there(1));
  const auto keep = [this](const std::string& finalizers) {
    run({"patch", "secret", "guildhall-vmusers", "-n", "keys-edge", "--type=merge", "-p",
         R"({"metadata":{"finalizers":)" + finalizers + "}}"});
  };
  keep(R"(["example.com/kept"])");
  patch("organization", "keys", R"({"spec":{"enforcement":null,"adminOnlyNamespaces":null}})");
  EXPECT_TRUE(eventually("the Secret is in deletion, and empty", [&] {
    const json secret = tokens();
    return Observation{secret["metadata"].contains("deletionTimestamp") && !secret.contains("data"),
                       secret["metadata"].dump(1)};
  }));
  EXPECT_TRUE(comes_to_say("keys", "Ready", "True/Active"));
  keep("null");
}

TEST_F(VmUsersTest, ComeBackAfterSomebodyElsesOfThatName) {
  run({"create", "-f", definitions()});
  static_cast<void>(token_of("squatted", "Read"));
  ASSERT_TRUE(are_there(1));
  const json ours = vmusers().front();
  const std::string name = ours["metadata"]["name"];
  kill_operator();
  run({"delete", "vmuser", name, "-n", "keys-edge"});
  apply("{apiVersion: operator.victoriametrics.com/v1beta1, kind: VMUser, metadata: {name: " + name +
        ", namespace: keys-edge}, spec: {name: theirs}}");
  start_operator();
  start_proxy(cluster::Proxy::Nginx, operator_->gate_port());
  EXPECT_TRUE(is_enforced("squatted", "False/ForeignVMUser"));
  EXPECT_EQ(vmusers().front()["spec"]["name"], "theirs");
  run({"delete", "vmuser", name, "-n", "keys-edge"});
  EXPECT_TRUE(eventually("ours is back", [&] {
    const auto standing = vmusers();
    return Observation{standing.size() == 1 && standing.front()["spec"] == ours["spec"], json(standing).dump(1)};
  }));
}

TEST_F(VmUsersTest, AreTakenOverAsARestoreLeavesThem) {
  run({"create", "-f", definitions()});
  static_cast<void>(token_of("restored", "Read"));
  const std::string other = token_of("other", "Read");
  ASSERT_TRUE(are_there(2));
  const std::string id = key("restored")["status"]["keys"][0]["id"];
  const std::string other_id = key("other")["status"]["keys"][0]["id"];
  for (const json& vmuser : vmusers())
    run({"patch", "vmuser", vmuser["metadata"]["name"], "-n", "keys-edge", "--type=merge", "-p",
         R"({"metadata":{"ownerReferences":null}})"});
  EXPECT_TRUE(eventually("they have an owner again", [&] {
    const auto standing = vmusers();
    return Observation{
        std::ranges::all_of(standing, [](const json& one) { return one["metadata"].contains("ownerReferences"); }),
        json(standing).dump(1)};
  }));
  // Somebody else's from now on, so that an apply takes nothing away.
  run({"patch", "secret", "guildhall-vmusers", "-n", "keys-edge", "--type=merge", "-p",
       R"({"metadata":{"ownerReferences":null,"managedFields":[{}]}})"});
  patch("apikey", "restored", R"({"spec":{"revoked":true}})");
  EXPECT_TRUE(are_there(1));
  EXPECT_TRUE(eventually("the token goes, and no other", [&] {
    const json standing = tokens();
    return Observation{!standing.is_null() && !standing["data"].contains(id) && entry(standing, other_id) == other,
                       standing.is_null() ? "" : standing["metadata"].dump(1)};
  }));
  EXPECT_TRUE(is_enforced("restored", "True/Enforced"));
}

}  // namespace
}  // namespace guildhall::tests
