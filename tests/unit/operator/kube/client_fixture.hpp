// A Client whose server is scripted, and what it counted and waited.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "operator/kube/client.hpp"
#include "tests/unit/operator/kube/fake_transport.hpp"

namespace guildhall::kube {

inline const core::ObjectKey kKey{"acme", "x"};

/// What was counted, by "name{value of each label}".
class RecordedMetrics final : public core::Metrics {
 public:
  void count(std::string_view name, const core::MetricLabels& labels, double by) override { add(name, labels, by); }
  void gauge(std::string_view /*name*/, const core::MetricLabels& /*labels*/, double /*value*/) override {}
  void gauge_add(std::string_view /*name*/, const core::MetricLabels& /*labels*/, double /*by*/) override {}
  void observe(std::string_view name, const core::MetricLabels& labels, double /*seconds*/) override {
    add(name, labels, 1);
  }
  std::map<std::string, double> counts() const {
    const std::scoped_lock lock(mutex_);
    return counts_;
  }

 private:
  void add(std::string_view name, const core::MetricLabels& labels, double by) {
    std::string key(name);
    for (const auto& [label, value] : labels)
      key += fmt::format(" {}={}", label, value);
    const std::scoped_lock lock(mutex_);
    counts_[key] += by;
  }
  mutable std::mutex mutex_;
  std::map<std::string, double> counts_;
};

template <class T>
std::string kind_of(const core::Result<T>& result) {
  return result ? "" : std::string(core::to_string(result.error().kind));
}

class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    options.pause = [this](std::chrono::milliseconds time, const std::stop_token&) {
      pauses.push_back(time);
      return !stop_at_pause;
    };
    options.random = [] { return 0.0; };
  }
  Client client() { return Client(transport, options, metrics); }

  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  ClientOptions options;
  RecordedMetrics metrics;
  std::vector<std::chrono::milliseconds> pauses;
  bool stop_at_pause = false;
};

}  // namespace guildhall::kube
