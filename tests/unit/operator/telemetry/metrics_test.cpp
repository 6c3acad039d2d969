#include "operator/telemetry/metrics.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/unit/operator/telemetry/exposition.hpp"

namespace guildhall::telemetry {
namespace {

Exposition exposed(const PrometheusMetrics& metrics) {
  const Exposition exposition = read_exposition(metrics.render());
  EXPECT_EQ(exposition.problem, "");
  return exposition;
}

TEST(PrometheusMetrics, CountsUp) {
  PrometheusMetrics metrics;
  metrics.count("workqueue_adds_total", {{"name", "apikey"}}, 1);
  metrics.count("workqueue_adds_total", {{"name", "apikey"}}, 2);
  metrics.count("workqueue_adds_total", {{"name", "organization"}}, 5);
  const auto exposition = exposed(metrics);
  EXPECT_EQ(exposition.value("workqueue_adds_total", {{"name", "apikey"}}), 3);
  EXPECT_EQ(exposition.value("workqueue_adds_total", {{"name", "organization"}}), 5);
  EXPECT_EQ(exposition.family("workqueue_adds_total").type, "counter");
  EXPECT_EQ(exposition.family("workqueue_adds_total").help, "Keys added to the queue");
}

TEST(PrometheusMetrics, SetsAndMovesGauges) {
  PrometheusMetrics metrics;
  metrics.gauge("workqueue_depth", {{"name", "apikey"}}, 7);
  metrics.gauge("workqueue_depth", {{"name", "apikey"}}, 4);
  metrics.gauge_add("controller_runtime_active_workers", {{"controller", "apikey"}}, 2);
  metrics.gauge_add("controller_runtime_active_workers", {{"controller", "apikey"}}, -1);
  const auto exposition = exposed(metrics);
  EXPECT_EQ(exposition.value("workqueue_depth", {{"name", "apikey"}}), 4);
  EXPECT_EQ(exposition.value("controller_runtime_active_workers", {{"controller", "apikey"}}), 1);
  EXPECT_EQ(exposition.family("workqueue_depth").type, "gauge");
}

TEST(PrometheusMetrics, PutsDurationsIntoCumulativeBuckets) {
  PrometheusMetrics metrics;
  const core::MetricLabels labels{{"controller", "apikey"}};
  for (const double seconds : {0.001, 0.007, 0.2, 0.2, 1000.0})
    metrics.observe("controller_runtime_reconcile_time_seconds", labels, seconds);
  const auto exposition = exposed(metrics);
  const auto bucket = [&](const std::string& le) {
    return exposition.value("controller_runtime_reconcile_time_seconds_bucket", {{"controller", "apikey"}, {"le", le}});
  };
  EXPECT_EQ(exposition.family("controller_runtime_reconcile_time_seconds").type, "histogram");
  EXPECT_EQ(bucket("0.005"), 1);
  EXPECT_EQ(bucket("0.01"), 2);
  EXPECT_EQ(bucket("0.2"), 4);  // a value on the bound belongs to the bucket
  EXPECT_EQ(bucket("60"), 4);
  EXPECT_EQ(bucket("+Inf"), 5);
  EXPECT_EQ(exposition.value("controller_runtime_reconcile_time_seconds_count", {{"controller", "apikey"}}), 5);
  EXPECT_DOUBLE_EQ(
      exposition.value("controller_runtime_reconcile_time_seconds_sum", {{"controller", "apikey"}}).value_or(0),
      1000.408);
}

TEST(PrometheusMetrics, ShowsNoFamilyThatHasNoSeriesYet) {
  const PrometheusMetrics metrics;
  const auto exposition = exposed(metrics);
  EXPECT_FALSE(exposition.families.contains("workqueue_depth"));
  for (const auto& [name, family] : exposition.families)
    EXPECT_TRUE(name.starts_with("process_")) << name;
}

TEST(PrometheusMetrics, ShowsWhatTheKernelSaysOfTheProcess) {
  const PrometheusMetrics metrics;
  const auto exposition = exposed(metrics);
  EXPECT_EQ(exposition.family("process_cpu_seconds_total").type, "counter");
  EXPECT_EQ(exposition.family("process_resident_memory_bytes").type, "gauge");
  EXPECT_GT(exposition.value("process_resident_memory_bytes").value_or(0), 0);
  EXPECT_TRUE(exposition.value("process_cpu_seconds_total"));
}

TEST(PrometheusMetrics, AsksCollectorsAnewAtEachScrape) {
  PrometheusMetrics metrics;
  std::vector<Sample> samples{{.labels = {{"namespace", "acme"}, {"name", "grafana"}}, .value = 1795514400},
                              {.labels = {{"namespace", "acme"}, {"name", "gone"}}, .value = 1}};
  metrics.add_collector("guildhall_apikey_expiry_timestamp_seconds", "When it expires", [&] { return samples; });
  EXPECT_EQ(exposed(metrics).family("guildhall_apikey_expiry_timestamp_seconds").series.size(), 2U);
  samples.pop_back();
  const auto exposition = exposed(metrics);
  const auto& family = exposition.family("guildhall_apikey_expiry_timestamp_seconds");
  EXPECT_EQ(family.type, "gauge");
  EXPECT_EQ(family.help, "When it expires");
  EXPECT_EQ(family.series.size(), 1U);
  EXPECT_EQ(exposition.value("guildhall_apikey_expiry_timestamp_seconds", {{"namespace", "acme"}, {"name", "grafana"}}),
            1795514400);
}

TEST(PrometheusMetrics, ShowsNoCollectedFamilyWithoutSeries) {
  PrometheusMetrics metrics;
  metrics.add_collector("guildhall_apikey_expiry_timestamp_seconds", "When it expires",
                        [] { return std::vector<Sample>{}; });
  EXPECT_FALSE(exposed(metrics).families.contains("guildhall_apikey_expiry_timestamp_seconds"));
}

TEST(PrometheusMetrics, RefreshesBeforeItRenders) {
  PrometheusMetrics metrics;
  double running = 0;
  metrics.add_refresh([&] { metrics.gauge("workqueue_unfinished_work_seconds", {{"name", "apikey"}}, ++running); });
  EXPECT_EQ(exposed(metrics).value("workqueue_unfinished_work_seconds", {{"name", "apikey"}}), 1);
  EXPECT_EQ(exposed(metrics).value("workqueue_unfinished_work_seconds", {{"name", "apikey"}}), 2);
}

RC_GTEST_PROP(PrometheusMetrics, KeepsAnyTextInALabelWhole, (std::string text)) {
  // NUL ends a line for no reader of the format, but for strtod in this test's own.
  RC_PRE(text.find('\0') == std::string::npos);
  PrometheusMetrics metrics;
  metrics.count("guildhall_writes_total", {{"verb", text}, {"resource", "\"\\\n"}}, 1);
  const auto exposition = read_exposition(metrics.render());
  RC_ASSERT(exposition.problem.empty());
  RC_ASSERT(exposition.value("guildhall_writes_total", {{"verb", text}, {"resource", "\"\\\n"}}) == 1);
}

constexpr int kThreads = 4;
constexpr int kRounds = 250;

void count_and_observe(PrometheusMetrics& metrics, int thread_number) {
  for (int round = 0; round < kRounds; ++round) {
    metrics.count("workqueue_adds_total", {{"name", "shared"}}, 1);
    metrics.observe("workqueue_work_duration_seconds", {{"name", std::to_string(thread_number)}}, 0.5);
  }
}

TEST(PrometheusMetrics, CountsFromManyThreadsWhileItIsScraped) {
  PrometheusMetrics metrics;
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&metrics, i] { count_and_observe(metrics, i); });
    for (int scrape = 0; scrape < 20; ++scrape)
      EXPECT_EQ(read_exposition(metrics.render()).problem, "");
  }
  EXPECT_EQ(exposed(metrics).value("workqueue_adds_total", {{"name", "shared"}}), kThreads * kRounds);
}

TEST(PrometheusMetricsDeathTest, EndsTheProcessOnANameThatIsNotDeclared) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  PrometheusMetrics metrics;
  EXPECT_DEATH(metrics.count("guildhall_typo_total", {}, 1), "metric guildhall_typo_total is not declared");
  EXPECT_DEATH(metrics.gauge("workqueue_adds_total", {}, 1), "metric workqueue_adds_total is not declared");
}

}  // namespace
}  // namespace guildhall::telemetry
