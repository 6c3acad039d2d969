// Keys in VMUsers of the VictoriaMetrics operator, and in the Secret beside them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/integration/vmauth_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::AssertionResult;
using testing::HasSubstr;
using testing::Not;

/// It asks for VMUsers instead; their CRD is ours, and what the VictoriaMetrics operator would say the test says.
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

/// What the garbage collector is told to leave behind, too.
TEST_F(VmUsersTest, HaveTheirSecretEmptiedWithTheirOrganization) {
  run({"create", "-f", definitions()});
  apply(R"({apiVersion: v1, kind: List, items: [
  {apiVersion: v1, kind: Namespace, metadata: {name: leaving-edge}},
  {apiVersion: v1, kind: Service, metadata: {name: metrics, namespace: leaving-edge,
    labels: {guildhall.dev/deployment: metrics}}, spec: {ports: [{port: 8428}]}},
  {apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {name: leaving}, spec: {displayName: L,
    namespaces: [leaving-edge], adminOnlyNamespaces: [leaving-edge],
    enforcement: {vmUsers: {namespace: leaving-edge}}}}]})");
  run({"wait", "organization/leaving", "--for=condition=Ready", "--timeout=60s"});
  apply(R"({apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {name: k, namespace: leaving},
    spec: {displayName: K, permissions: Read, neverExpires: true, deployments: {all: true}}})");
  const auto left = [this] { return kubectl_.get({"secret", "guildhall-vmusers", "-n", "leaving-edge"}); };
  ASSERT_TRUE(eventually("the token is there", [&] {
    const json secret = left();
    return Observation{secret.is_object() && secret.contains("data"), ""};
  }));
  run({"delete", "organization", "leaving", "--cascade=orphan", "--timeout=60s"});
  EXPECT_FALSE(left().contains("data")) << "it is there, and empty";
  run({"delete", "namespace", "leaving-edge"});
}

TEST_F(VmUsersTest, SayThatTheirTokensAreGone) {
  run({"create", "-f", definitions()});
  static_cast<void>(token_of("bare", "Read"));
  ASSERT_TRUE(are_there(1));
  say(vmusers().front(), "operational");
  ASSERT_TRUE(is_enforced("bare", "True/Enforced"));
  seal("guildhall-vmusers", "keys-edge", "CREATE, UPDATE");
  run({"delete", "secret", "guildhall-vmusers", "-n", "keys-edge"});
  EXPECT_TRUE(is_enforced("bare", "False/WriteRefused"));
  unseal();
  patch("apikey", "bare", R"({"spec":{"displayName":"Look again"}})");
  EXPECT_TRUE(is_enforced("bare", "True/Enforced"));
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
  seal("guildhall-vmusers", "keys-edge");
  patch("organization", "keys", R"({"spec":{"enforcement":null,"adminOnlyNamespaces":null}})");
  EXPECT_TRUE(comes_to_say("keys", "RolesBound", "False/SecretsHoldTokens"));
  unseal();
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
