// ApiKeys of one Organization in the running operator.
#pragma once

#include <string>

#include "operator/crypto/digest.hpp"
#include "operator/kube/base64.hpp"
#include "tests/integration/operator_fixture.hpp"

namespace guildhall::tests {

/// With the Organization `keys`, which spans the namespace keys-prod.
class ApiKeyFixture : public OperatorFixture {
 protected:
  static void SetUpTestSuite() {
    start_operator();
    const cluster::Kubectl kubectl = cluster::shared_control_plane().kubectl();
    const auto applied = kubectl.apply(R"({apiVersion: v1, kind: Namespace, metadata: {name: keys-prod}}
---
{apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {name: keys}, spec: {displayName: Keys, namespaces: [keys-prod]}})");
    ASSERT_EQ(applied.exit_code, 0) << applied.err;
    ASSERT_EQ(kubectl({"wait", "organization/keys", "--for=condition=Ready", "--timeout=60s"}).exit_code, 0);
  }

  /// `spec` beside displayName, permissions and deployments, which every key needs.
  void apply_key(const std::string& name, const std::string& spec, const std::string& ns = "keys") const {
    apply("{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {name: " + name + ", namespace: " + ns +
          "}, spec: {displayName: Test, permissions: Read, deployments: {all: true}, " + spec + "}}");
  }
  void patch(const std::string& kind, const std::string& name, const std::string& change) const {
    run({"patch", kind, name, "-n", "keys", "--type=merge", "-p", change});
  }
  [[nodiscard]] nlohmann::json key(const std::string& name) const {
    return kubectl_.get({"apikey", name, "-n", "keys"});
  }
  [[nodiscard]] nlohmann::json secret(const std::string& name, const std::string& ns = "keys") const {
    return kubectl_.get({"secret", name, "-n", ns});
  }

  [[nodiscard]] testing::AssertionResult becomes(const std::string& name, const std::string& wanted) const {
    return cluster::eventually("ApiKey " + name + " has Ready " + wanted, [&] {
      const nlohmann::json object = key(name);
      return cluster::Observation{condition(object, "Ready") == wanted, object.dump(1)};
    });
  }
  static std::string entry(const nlohmann::json& secret, const std::string& name) {
    if (!secret.is_object() || !secret["data"].contains(name)) return "";
    return kube::decode_base64(secret["data"][name].get<std::string>()).value_or("");
  }
  static std::string current_hash(const nlohmann::json& key) {
    const auto status = key.value("status", nlohmann::json::object());  // none yet: the Secret was read after the key
    for (const auto& each : status.value("keys", nlohmann::json::array())) {
      if (each["state"] == "Current") return each["hash"];
    }
    return "";
  }
  /// The token of the home's Secret, once its hash is the current one of the status.
  [[nodiscard]] std::string settled_token(const std::string& name, const std::string& other_than = "") const {
    std::string token;
    EXPECT_TRUE(cluster::eventually("the Secret of " + name + " holds the current token", [&] {
      const nlohmann::json object = key(name);
      token = entry(secret(name), "token");
      const bool holds = !token.empty() && token != other_than && crypto::sha256_hex(token) == current_hash(object) &&
                         condition(object, "Ready").starts_with("True");
      return cluster::Observation{holds, object.dump(1)};
    }));
    return token;
  }
  [[nodiscard]] testing::AssertionResult secret_goes(const std::string& name, const std::string& ns = "keys") const {
    return cluster::eventually("Secret " + ns + "/" + name + " is gone", [&] {
      const nlohmann::json object = secret(name, ns);
      return cluster::Observation{object.is_null(), object.dump(1)};
    });
  }
};

}  // namespace guildhall::tests
