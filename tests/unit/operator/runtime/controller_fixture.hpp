#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "operator/core/object_meta.hpp"
#include "operator/runtime/controller.hpp"
#include "tests/unit/operator/runtime/event_trail.hpp"
#include "tests/unit/operator/runtime/fake_api.hpp"
#include "tests/unit/operator/runtime/fake_cache.hpp"
#include "tests/unit/operator/runtime/fake_clock.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::runtime {

using Failures = std::vector<core::WriteFailure>;

inline const core::ResourceType kApiKeys{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true};
inline const core::ObjectKey kOne{"acme", "one"};
inline const core::ObjectKey kTwo{"acme", "two"};

// Does what the test says.
class FakeReconciler final : public Reconciler {
 public:
  using Script = std::function<core::Result<Work>(const core::ObjectKey&, const Failures&)>;

  [[nodiscard]] std::string_view name() const override { return "apikey"; }
  [[nodiscard]] const core::ResourceType& type() const override { return kApiKeys; }
  [[nodiscard]] std::string_view finalizer() const override { return "guildhall.dev/apikey"; }
  core::Result<Work> reconcile(const core::ObjectKey& key, const Failures& failures, core::Timestamp /*now*/) override {
    {
      const std::scoped_lock lock(mutex_);
      ++calls;
      seen_failures.push_back(failures);
    }
    return script(key, failures);
  }

  int calls = 0;
  std::vector<Failures> seen_failures;
  Script script = [](const core::ObjectKey&, const Failures&) { return core::Result<Work>(Work{}); };

 private:
  std::mutex mutex_;
};

inline Work applies_a_secret() {
  nlohmann::json object = core::object_head(core::types::secrets(), kOne);
  object["stringData"] = {{"token", "v"}};
  Work work;
  work.plan.apply.push_back({.type = core::types::secrets(), .key = kOne, .object = object, .resource_version = {}});
  return work;
}

class ControllerTest : public testing::Test {
 protected:
  ControllerTest() { caches_.add(secrets_); }

  bool turn() { return controller_.work_once({}); }
  double result(const std::string& name) const {
    return metrics_.value("controller_runtime_reconcile_total{controller=\"apikey\",result=\"" + name + "\"}");
  }

  std::shared_ptr<tests::FakeApi> api_ = std::make_shared<tests::FakeApi>();
  tests::FakeMetrics metrics_;
  core::NoMetrics no_metrics_;
  tests::FakeWallClock clock_;
  tests::FakeSteadyClock steady_;
  tests::FakeCache secrets_{core::types::secrets()};
  CacheRegistry caches_;
  kube::Client client_{api_, tests::one_attempt(), no_metrics_};
  tests::EventTrail trail_{client_};
  Engine engine_{client_, trail_, clock_};
  FakeReconciler reconciler_;
  Controller controller_{reconciler_, {engine_, caches_, clock_, steady_, metrics_}, 2};
};

}  // namespace guildhall::runtime
