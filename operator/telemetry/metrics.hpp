#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "operator/core/metrics.hpp"

namespace guildhall::telemetry {

/// One series of a family that is made anew at each scrape.
struct Sample {
  core::MetricLabels labels;
  double value = 0;
};

/// Keeps the families of metric_families.hpp and renders them as Prometheus text. Thread-safe.
/// A name that is not declared there is a broken invariant: it ends the process, so that a test finds it.
class PrometheusMetrics final : public core::Metrics {
 public:
  PrometheusMetrics();
  ~PrometheusMetrics() override;
  PrometheusMetrics(const PrometheusMetrics&) = delete;
  PrometheusMetrics& operator=(const PrometheusMetrics&) = delete;

  void count(std::string_view name, const core::MetricLabels& labels, double by) override;
  void gauge(std::string_view name, const core::MetricLabels& labels, double value) override;
  void gauge_add(std::string_view name, const core::MetricLabels& labels, double by) override;
  void observe(std::string_view name, const core::MetricLabels& labels, double seconds) override;

  /// Series per object are never kept: they are asked for at each scrape, so none outlives its object. Before the
  /// server starts.
  void add_collector(std::string name, std::string help, std::function<std::vector<Sample>()> collect);
  /// Called before each scrape, to bring gauges up to date. Before the server starts.
  void add_refresh(std::function<void()> refresh);

  /// Text exposition format 0.0.4.
  [[nodiscard]] std::string render() const;

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace guildhall::telemetry
