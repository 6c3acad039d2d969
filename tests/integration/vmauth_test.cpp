// Keys in a configuration of vmauth: what stands in the Secret, and what a real vmauth makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/core/timestamp.hpp"
#include "tests/cluster/vmauth_process.hpp"
#include "tests/integration/vmauth_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

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
  EXPECT_TRUE(comes_to_say("keys", "RolesBound", "False/SecretsHoldTokens"));
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
  EXPECT_TRUE(comes_to_say("keys", "RolesBound", "False/SecretsHoldTokens"));
  EXPECT_FALSE(has_editors("keys-found"));
  unseal();
  EXPECT_TRUE(gets_editors("keys-found"));
  EXPECT_TRUE(lets_nobody_in(kubectl_.get({"secret", "found", "-n", "keys-found"})));
  run({"delete", "member", "ed", "-n", "keys"});
  patch("organization", "keys", R"({"spec":{"namespaces":["keys-prod","keys-edge"]}})");
  run({"delete", "namespace", "keys-found"});
}

/// One of a restore that can neither be changed nor be removed. Elsewhere all goes on.
TEST_F(VmauthTest, KeepsEditorsOutOfWhereTokensAppear) {
  enrol("ed", "Editor");
  apply("{apiVersion: v1, kind: Namespace, metadata: {name: keys-found}}");
  patch("organization", "keys", R"({"spec":{"namespaces":["keys-prod","keys-edge","keys-found"]}})");
  ASSERT_TRUE(gets_editors("keys-found"));
  apply(R"({apiVersion: v1, kind: Secret, type: guildhall.dev/vmauth, immutable: true,
    metadata: {name: found, namespace: keys-found, finalizers: [example.com/kept]},
    stringData: {auth.yml: "users:\n- name: \"x/1\"\n  bearer_token: gld_x\n"}})");
  EXPECT_TRUE(eventually("Editors are out", [&] { return Observation{!has_editors("keys-found"), ""}; }));
  EXPECT_TRUE(comes_to_say("keys", "RolesBound", "False/SecretsHoldTokens"));
  EXPECT_THAT(kubectl_.get({"organization", "keys"})["status"].dump(), HasSubstr("keys-found/found"));
  EXPECT_TRUE(comes_to_hold(token_of("elsewhere", "Read")));
  EXPECT_TRUE(is_enforced("elsewhere", "True/Enforced"));
  run({"patch", "secret", "found", "-n", "keys-found", "--type=merge", "-p", R"({"metadata":{"finalizers":null}})"});
  EXPECT_TRUE(gets_editors("keys-found"));
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

}  // namespace
}  // namespace guildhall::tests
