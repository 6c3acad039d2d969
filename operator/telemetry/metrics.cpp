#include "operator/telemetry/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <utility>

#include "operator/telemetry/metric_families.hpp"
#include "operator/telemetry/process_metrics.hpp"

namespace guildhall::telemetry {
namespace {

std::map<std::string, std::string> labels_of(const core::MetricLabels& labels) {
  return {labels.begin(), labels.end()};
}

[[noreturn]] void fail_undeclared(std::string_view name) {
  std::fprintf(stderr, "metric %.*s is not declared in metric_families.cpp\n", static_cast<int>(name.size()),
               name.data());
  std::abort();
}

template <class Map>
auto& family_of(Map& families, std::string_view name) {
  const auto found = families.find(std::string(name));
  if (found == families.end()) fail_undeclared(name);
  return found->second;
}

struct Collector {
  std::string name;
  std::string help;
  std::function<std::vector<Sample>()> collect;
};

prometheus::MetricFamily gauge_family(std::string name, std::string help, const std::vector<Sample>& samples) {
  prometheus::MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = prometheus::MetricType::Gauge;
  for (const Sample& sample : samples) {
    prometheus::ClientMetric metric;
    for (const auto& [label, value] : sample.labels)
      metric.label.push_back({label, value});
    metric.gauge.value = sample.value;
    family.metric.push_back(std::move(metric));
  }
  return family;
}

}  // namespace

struct PrometheusMetrics::Inner {
  struct HistogramFamily {
    prometheus::Family<prometheus::Histogram>* family;
    prometheus::Histogram::BucketBoundaries buckets;
  };
  prometheus::Registry registry;
  std::unordered_map<std::string, prometheus::Family<prometheus::Counter>*> counters;
  std::unordered_map<std::string, prometheus::Family<prometheus::Gauge>*> gauges;
  std::unordered_map<std::string, HistogramFamily> histograms;
  std::vector<Collector> collectors;
  std::vector<std::function<void()>> refreshes;

  void declare(const MetricFamily& family) {
    const std::string name(family.name);
    const std::string help(family.help);
    switch (family.kind) {
      case MetricKind::Counter:
        counters[name] = &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
        break;
      case MetricKind::Gauge:
        gauges[name] = &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
        break;
      case MetricKind::Histogram:
        histograms[name] = {&prometheus::BuildHistogram().Name(name).Help(help).Register(registry), family.buckets};
        break;
    }
  }
};

PrometheusMetrics::PrometheusMetrics() : inner_(std::make_unique<Inner>()) {
  for (const MetricFamily& family : metric_families())
    inner_->declare(family);
}

PrometheusMetrics::~PrometheusMetrics() = default;

void PrometheusMetrics::count(std::string_view name, const core::MetricLabels& labels, double by) {
  family_of(inner_->counters, name)->Add(labels_of(labels)).Increment(by);
}

void PrometheusMetrics::gauge(std::string_view name, const core::MetricLabels& labels, double value) {
  family_of(inner_->gauges, name)->Add(labels_of(labels)).Set(value);
}

void PrometheusMetrics::gauge_add(std::string_view name, const core::MetricLabels& labels, double by) {
  family_of(inner_->gauges, name)->Add(labels_of(labels)).Increment(by);
}

void PrometheusMetrics::observe(std::string_view name, const core::MetricLabels& labels, double seconds) {
  const auto& histogram = family_of(inner_->histograms, name);
  histogram.family->Add(labels_of(labels), histogram.buckets).Observe(seconds);
}

void PrometheusMetrics::add_collector(std::string name, std::string help,
                                      std::function<std::vector<Sample>()> collect) {
  inner_->collectors.push_back({std::move(name), std::move(help), std::move(collect)});
}

void PrometheusMetrics::add_refresh(std::function<void()> refresh) {
  inner_->refreshes.push_back(std::move(refresh));
}

std::string PrometheusMetrics::render() const {
  for (const auto& refresh : inner_->refreshes)
    refresh();
  std::vector<prometheus::MetricFamily> families = inner_->registry.Collect();
  for (const Collector& collector : inner_->collectors)
    families.push_back(gauge_family(collector.name, collector.help, collector.collect()));
  std::erase_if(families, [](const prometheus::MetricFamily& family) { return family.metric.empty(); });
  for (const ProcessMetric& metric : read_process_metrics()) {
    families.push_back(gauge_family(metric.name, metric.help, {{.labels = {}, .value = metric.value}}));
    if (metric.name.ends_with("_total")) {
      families.back().type = prometheus::MetricType::Counter;
      families.back().metric.front().counter.value = metric.value;
    }
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace guildhall::telemetry
