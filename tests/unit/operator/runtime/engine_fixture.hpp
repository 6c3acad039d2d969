#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "operator/core/object_meta.hpp"
#include "operator/runtime/engine.hpp"
#include "tests/unit/operator/runtime/event_trail.hpp"
#include "tests/unit/operator/runtime/fake_api.hpp"
#include "tests/unit/operator/runtime/fake_clock.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

/// An engine before an API server in memory, and an ApiKey that it reconciles.
namespace guildhall::runtime {

inline const core::ResourceType kApiKeys{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true};
inline const core::ObjectKey kKey{"acme", "grafana"};
inline const std::string kKeyPath = "/apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys/grafana";
inline const std::string kSecrets = "/api/v1/namespaces/acme/secrets/";
inline const std::string kEvents = "POST /apis/events.k8s.io/v1/namespaces/acme/events";
inline constexpr const char* kFinalizer = "guildhall.dev/apikey";

inline core::Apply secret(const std::string& name, const std::string& value = "v") {
  nlohmann::json object = core::object_head(core::types::secrets(), {"acme", name});
  object["stringData"] = {{"token", value}};
  return {.type = core::types::secrets(), .key = {"acme", name}, .object = object, .resource_version = {}};
}

inline core::AuditNote audit(const std::string& identity = "1") {
  return {.action = "ApiKeyIssued", .note = "issued", .identity = identity};
}

/// The n-th write is answered with that.
inline tests::FakeApi::Fault at_write(int number, core::Result<kube::HttpResponse> answer) {
  return [number, answer](const kube::HttpRequest&, int write) -> std::optional<core::Result<kube::HttpResponse>> {
    if (write != number) return std::nullopt;
    return answer;
  };
}

class EngineTest : public testing::Test {
 protected:
  void SetUp() override {
    auto object =
        api_->put(kApiKeys, kKey, {{"metadata", {{"finalizers", nlohmann::json::array({"other/finalizer"})}}}});
    look(object);
  }

  // What a cache would tell of the object as it stands.
  void look(const nlohmann::json& object) {
    work_.primary = Primary{.uid = object.at("metadata").at("uid"),
                            .resource_version = object.at("metadata").at("resourceVersion"),
                            .finalizers = object.at("metadata").value("finalizers", std::vector<std::string>{})};
  }
  void look() { look(*api_->find(kApiKeys, kKey)); }

  Outcome execute() { return engine_.execute(subject_, work_, {}); }

  std::shared_ptr<tests::FakeApi> api_ = std::make_shared<tests::FakeApi>();
  tests::FakeMetrics metrics_;
  tests::FakeWallClock clock_;
  kube::Client client_{api_, tests::one_attempt(), metrics_};
  tests::EventTrail trail_{client_};
  Engine engine_{client_, trail_, clock_};
  Subject subject_{kApiKeys, kKey, kFinalizer};
  Work work_;
};

}  // namespace guildhall::runtime
