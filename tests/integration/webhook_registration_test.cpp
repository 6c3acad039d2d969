// In a cluster the webhook configurations are the chart's, with a Service: what the operator keeps of them, with the
// rights that it has there.
#include <gmock/gmock.h>

#include "operator/admission/webhook_registration.hpp"
#include "operator/crypto/certificates.hpp"
#include "operator/kube/base64.hpp"
#include "tests/cluster/guildhall_installation.hpp"
#include "tests/integration/kube_client_fixture.hpp"
#include "tests/unit/controllers/legible_seals.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::tests {
namespace {

using admission::WebhookPaths;
using admission::WebhookRegistration;
using nlohmann::json;
using testing::HasSubstr;

class RegistrationInACluster : public testing::Test {
 protected:
  RegistrationInACluster() : root_(client_of(control_plane().kubeconfig())) {
    auto transport = kube::make_cpprest_transport(config_of(operator_kubeconfig()));
    if (!transport) throw std::runtime_error(transport.error().describe());
    operator_ = std::make_unique<kube::Client>(*transport, kube::ClientOptions{}, metrics_);
    registration_.emplace(*operator_, std::nullopt, WebhookPaths(seals_));
    for (const auto* type : types()) {
      auto configuration = root_->get(*type, key());
      EXPECT_TRUE(configuration) << configuration.error().describe();
      const bool mutates = type == &core::types::mutating_webhook_configurations();
      (*configuration)["webhooks"] = json::array({of_chart(mutates ? "changes" : "invariants")});
      EXPECT_TRUE(root_->replace(*type, key(), *configuration));
    }
  }

  static cluster::ControlPlane& control_plane() { return cluster::shared_control_plane(); }
  static const std::filesystem::path& operator_kubeconfig() {
    static const auto path = cluster::install_guildhall(control_plane());
    return path;
  }
  static core::ObjectKey key() { return {"", "guildhall"}; }
  static std::array<const core::ResourceType*, 2> types() {
    return {&core::types::validating_webhook_configurations(), &core::types::mutating_webhook_configurations()};
  }
  static json of_chart(const std::string& webhook) {
    return {{"name", webhook + ".guildhall.dev"},
            {"admissionReviewVersions", {"v1"}},
            {"sideEffects", "None"},
            {"failurePolicy", "Ignore"},
            {"clientConfig", {{"service", {{"name", "guildhall-operator"}, {"namespace", "guildhall-system"}}}}}};
  }
  static std::string authority(const std::string& name) {
    const auto now = std::chrono::time_point_cast<core::Timestamp::duration>(std::chrono::system_clock::now());
    const auto made = crypto::make_authority(name, now - std::chrono::hours{1}, now + std::chrono::hours{1});
    EXPECT_TRUE(made);
    return made ? made->certificate_pem : std::string{};
  }
  [[nodiscard]] json standing(const core::ResourceType& type) const { return *root_->get(type, key()); }

  [[nodiscard]] double writes() const {
    return metrics_.value(
        R"(guildhall_writes_total{verb="update",resource="validatingwebhookconfigurations.admissionregistration.k8s.io"})");
  }

  FakeMetrics metrics_;
  std::unique_ptr<kube::Client> root_;
  std::unique_ptr<kube::Client> operator_;
  controllers::LegibleSeals seals_;
  std::optional<WebhookRegistration> registration_;
};

TEST_F(RegistrationInACluster, KeepsPathAndAuthorityAndLeavesTheRest) {
  const std::string first = authority("first");
  const auto kept = registration_->keep(first, {});
  ASSERT_TRUE(kept) << kept.error().describe();
  for (const auto* type : types()) {
    const json config = standing(*type).at("webhooks").at(0).at("clientConfig");
    EXPECT_EQ(config.at("caBundle"), kube::encode_base64(first));
    EXPECT_EQ(config.at("service").at("name"), "guildhall-operator");
    const bool mutates = type == &core::types::mutating_webhook_configurations();
    EXPECT_EQ(config.at("service").at("path"),
              mutates ? "/changes/k1-webhook-changes" : "/invariants/k1-webhook-invariants");
  }
}

TEST_F(RegistrationInACluster, WritesOnlyWhatDiffers) {
  const std::string first = authority("first");
  ASSERT_TRUE(registration_->keep(first, {}));
  EXPECT_EQ(writes(), 1);
  ASSERT_TRUE(registration_->keep(first, {}));
  EXPECT_EQ(writes(), 1);
  const std::string second = authority("second");
  ASSERT_TRUE(registration_->keep(second, {}));
  EXPECT_EQ(standing(*types()[0]).at("webhooks").at(0).at("clientConfig").at("caBundle"), kube::encode_base64(second));
}

// The API server merges what is applied into it, by name.
TEST_F(RegistrationInACluster, LeavesNothingThatAnotherAddedWhereTheWholeIsItsOwn) {
  const std::string url = "https://localhost:1";
  WebhookRegistration whole(*operator_, url, WebhookPaths(seals_));
  const std::string first = authority("first");
  ASSERT_TRUE(whole.keep(first, {}));
  for (const auto* type : types()) {
    const json before = standing(*type);
    json changed = before;
    json& webhook = changed["webhooks"][0];
    webhook["matchConditions"].push_back({{"name", "off"}, {"expression", "false"}});
    webhook["namespaceSelector"]["matchLabels"] = {{"off", "true"}};
    ASSERT_TRUE(root_->replace(*type, key(), changed));
    const auto kept = whole.keep(first, {});
    ASSERT_TRUE(kept) << kept.error().describe();
    EXPECT_EQ(standing(*type).at("webhooks"), before.at("webhooks"));
    EXPECT_EQ(standing(*type).at("metadata").at("labels"), before.at("metadata").at("labels"));
  }
}

TEST_F(RegistrationInACluster, SaysWhichConfigurationIsMissing) {
  ASSERT_TRUE(root_->remove(*types()[1], key(), {}));
  const auto kept = registration_->keep(authority("first"), {});
  ASSERT_FALSE(kept);
  EXPECT_THAT(kept.error().describe(), HasSubstr("MutatingWebhookConfiguration guildhall"));
  static_cast<void>(cluster::install_guildhall(control_plane()));
}

}  // namespace
}  // namespace guildhall::tests
