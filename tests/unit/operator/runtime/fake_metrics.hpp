#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/metrics.hpp"

namespace guildhall::tests {

// Keeps every series by its text: `workqueue_depth{name="apikey"}`.
class FakeMetrics final : public core::Metrics {
 public:
  void count(std::string_view name, const core::MetricLabels& labels, double by) override { add(name, labels, by); }
  void gauge_add(std::string_view name, const core::MetricLabels& labels, double by) override { add(name, labels, by); }
  void gauge(std::string_view name, const core::MetricLabels& labels, double value) override {
    const std::scoped_lock lock(mutex_);
    values_[series(name, labels)] = value;
  }
  void observe(std::string_view name, const core::MetricLabels& labels, double seconds) override {
    const std::scoped_lock lock(mutex_);
    observed_[series(name, labels)].push_back(seconds);
  }

  [[nodiscard]] double value(const std::string& series) const {
    const std::scoped_lock lock(mutex_);
    const auto found = values_.find(series);
    return found == values_.end() ? 0 : found->second;
  }
  [[nodiscard]] bool has(const std::string& series) const {
    const std::scoped_lock lock(mutex_);
    return values_.contains(series);
  }
  [[nodiscard]] std::vector<double> observed(const std::string& series) const {
    const std::scoped_lock lock(mutex_);
    const auto found = observed_.find(series);
    return found == observed_.end() ? std::vector<double>{} : found->second;
  }

 private:
  static std::string series(std::string_view name, const core::MetricLabels& labels) {
    std::string text(name);
    for (const auto& [label, value] : labels)
      text.append(text.size() == name.size() ? "{" : ",").append(label).append("=\"").append(value).append("\"");
    return labels.empty() ? text : text + "}";
  }
  void add(std::string_view name, const core::MetricLabels& labels, double by) {
    const std::scoped_lock lock(mutex_);
    values_[series(name, labels)] += by;
  }

  mutable std::mutex mutex_;
  std::map<std::string, double> values_;
  std::map<std::string, std::vector<double>> observed_;
};

}  // namespace guildhall::tests
