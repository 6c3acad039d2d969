// ApiKeys that are made at the same moment and want what only some of them can have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "operator/core/timestamp.hpp"
#include "tests/integration/apikey_fixture.hpp"
#include "tests/integration/kube_client_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;

class ApiKeyCrowdTest : public ApiKeyFixture {
 protected:
  /// Makes them all in the namespace at once, each by a thread of its own.
  void make(const std::vector<std::string>& names, const std::string& ns, const json& secret) const {
    std::vector<std::jthread> threads;
    threads.reserve(names.size());
    for (const auto& name : names) {
      threads.emplace_back([this, name, ns, secret] {
        const json object{{"apiVersion", "guildhall.dev/v1alpha1"},
                          {"kind", "ApiKey"},
                          {"metadata", {{"name", name}}},
                          {"spec",
                           {{"displayName", name},
                            {"permissions", "Read"},
                            {"deployments", {{"all", true}}},
                            {"lifetime", "90d"},
                            {"secret", secret}}}};
        const auto made = client_->create(api_keys(), ns, object);
        EXPECT_TRUE(made) << made.error().describe();
      });
    }
  }

  /// Waits until each of them is Active, or has `refusal`; returns those that have a token.
  [[nodiscard]] std::vector<std::string> with_token(const std::vector<std::string>& names, const std::string& ns,
                                                    const std::string& refusal) const {
    std::vector<std::string> found;
    EXPECT_TRUE(eventually("every key is Active or " + refusal, [&] {
      found.clear();
      for (const auto& name : names) {
        const json object = kubectl_.get({"apikey", name, "-n", ns});
        const std::string ready = condition(object, "Ready");
        if (ready != "True/Active" && ready != refusal) return Observation{false, object.dump(1)};
        if (!current_hash(object).empty()) found.push_back(name);
      }
      return Observation{true, ""};
    }));
    return found;
  }

  static std::vector<std::string> numbered(const std::string& name, int count) {
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
      names.push_back(name + std::to_string(i));
    return names;
  }

 private:
  std::unique_ptr<kube::Client> client_ = client_of(cluster::shared_control_plane().kubeconfig());
};

TEST_F(ApiKeyCrowdTest, StaysWithinTheQuota) {
  for (const auto& organization : numbered("crowd", 4)) {
    apply("{apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {name: " + organization +
          "}, spec: {displayName: Crowd, apiKeys: {maxKeys: 3}}}");
    run({"wait", "organization/" + organization, "--for=condition=Ready", "--timeout=60s"});
    const auto names = numbered("key", 24);
    make(names, organization, json::object());
    EXPECT_EQ(with_token(names, organization, "False/QuotaExceeded").size(), 3U);
  }
}

TEST_F(ApiKeyCrowdTest, OneOfThoseWithOneSecretHasIt) {
  for (const auto& shared : numbered("shared", 8)) {
    const auto names = numbered(shared + "-", 3);
    make(names, "keys", {{"name", shared}, {"namespaces", {"keys-prod"}}});
    const auto holders = with_token(names, "keys", "False/ForeignSecret");
    ASSERT_EQ(holders.size(), 1U);
    EXPECT_EQ(crypto::sha256_hex(entry(secret(shared), "token")), current_hash(key(holders.front())));
    EXPECT_TRUE(eventually("so has the copy", [&] {
      const std::string copy = entry(secret(shared, "keys-prod"), "token");
      return Observation{copy == entry(secret(shared), "token"), crypto::sha256_hex(copy)};
    }));
    EXPECT_TRUE(becomes(holders.front(), "True/Active"));
  }
}

TEST_F(ApiKeyCrowdTest, ANameMayChangeHandsWhileNothingRuns) {
  apply_key("zz-former", "lifetime: 90d, secret: {name: handed-on}");
  const auto is_active_with = [&](const std::string& name, const std::string& secret_name) {
    EXPECT_TRUE(becomes(name, "True/Active"));
    const std::string token = entry(secret(secret_name), "token");
    EXPECT_EQ(crypto::sha256_hex(token), current_hash(key(name)));
    return token;
  };
  const std::string lost = is_active_with("zz-former", "handed-on");
  kill_operator();
  run({"delete", "secret", "handed-on", "-n", "keys"});
  patch("apikey", "zz-former", R"({"spec": {"secret": {"name": "moved"}}})");
  apply_key("aa-latter", "lifetime: 90d, secret: {name: handed-on}");
  make(numbered("ab-", 60), "keys", json::object());  // so that the name has its new holder before the former looks
  start_operator();
  EXPECT_NE(is_active_with("zz-former", "moved"), lost);
  EXPECT_NE(is_active_with("aa-latter", "handed-on"), lost);
}

}  // namespace
}  // namespace guildhall::tests
