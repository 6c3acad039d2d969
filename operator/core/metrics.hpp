#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace guildhall::core {

/// Name and value of a metric's labels, in the order in which they are declared.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

/// Where rooms report what they do. operator/telemetry keeps the families and renders them; the rooms know only this.
/// Names are those of controller-runtime and client-go (reference: controller-runtime pkg/internal/controller/metrics).
/// Thread-safe.
class Metrics {
 public:
  Metrics() = default;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  virtual ~Metrics() = default;

  /// Adds to a counter.
  virtual void count(std::string_view name, const MetricLabels& labels, double by) = 0;
  /// Sets a gauge.
  virtual void gauge(std::string_view name, const MetricLabels& labels, double value) = 0;
  /// Adds to a gauge.
  virtual void gauge_add(std::string_view name, const MetricLabels& labels, double by) = 0;
  /// Observes a duration in seconds in a histogram.
  virtual void observe(std::string_view name, const MetricLabels& labels, double seconds) = 0;
};

/// A sink that keeps nothing: for unit tests and tools.
class NoMetrics final : public Metrics {
 public:
  void count(std::string_view /*name*/, const MetricLabels& /*labels*/, double /*by*/) override {}
  void gauge(std::string_view /*name*/, const MetricLabels& /*labels*/, double /*value*/) override {}
  void gauge_add(std::string_view /*name*/, const MetricLabels& /*labels*/, double /*by*/) override {}
  void observe(std::string_view /*name*/, const MetricLabels& /*labels*/, double /*seconds*/) override {}
};

}  // namespace guildhall::core
