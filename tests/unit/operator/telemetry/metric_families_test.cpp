#include "operator/telemetry/metric_families.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace guildhall::telemetry {
namespace {

std::map<std::string, MetricKind> kinds_by_name() {
  std::map<std::string, MetricKind> kinds;
  for (const MetricFamily& family : metric_families())
    kinds.emplace(family.name, family.kind);
  return kinds;
}

// The names and types of controller-runtime and client-go (pkg/internal/controller/metrics, pkg/internal/metrics,
// pkg/metrics), and our own that dashboards and alerts rely on.
TEST(MetricFamilies, HaveTheNamesAndTypesThatUsersKnow) {
  using enum MetricKind;
  const std::map<std::string, MetricKind> want{{"controller_runtime_reconcile_total", Counter},
                                               {"controller_runtime_reconcile_errors_total", Counter},
                                               {"controller_runtime_reconcile_panics_total", Counter},
                                               {"controller_runtime_reconcile_time_seconds", Histogram},
                                               {"controller_runtime_max_concurrent_reconciles", Gauge},
                                               {"controller_runtime_active_workers", Gauge},
                                               {"workqueue_depth", Gauge},
                                               {"workqueue_adds_total", Counter},
                                               {"workqueue_queue_duration_seconds", Histogram},
                                               {"workqueue_work_duration_seconds", Histogram},
                                               {"workqueue_unfinished_work_seconds", Gauge},
                                               {"workqueue_longest_running_processor_seconds", Gauge},
                                               {"workqueue_retries_total", Counter},
                                               {"rest_client_requests_total", Counter},
                                               {"rest_client_request_duration_seconds", Histogram},
                                               {"rest_client_request_retries_total", Counter},
                                               {"leader_election_master_status", Gauge},
                                               {"guildhall_retrying_objects", Gauge},
                                               {"guildhall_writes_total", Counter},
                                               {"guildhall_informer_objects", Gauge},
                                               {"guildhall_informer_relists_total", Counter},
                                               {"guildhall_informer_undecodable_total", Counter},
                                               {"guildhall_informer_watch_events_total", Counter},
                                               {"guildhall_page_requests_total", Counter},
                                               {"guildhall_build_info", Gauge}};
  const auto kinds = kinds_by_name();
  for (const auto& [name, kind] : want) {
    const auto found = kinds.find(name);
    ASSERT_NE(found, kinds.end()) << name;
    EXPECT_EQ(found->second, kind) << name;
  }
}

TEST(MetricFamilies, AreDeclaredOnceEachWithHelp) {
  EXPECT_EQ(kinds_by_name().size(), metric_families().size());
  for (const MetricFamily& family : metric_families())
    EXPECT_FALSE(family.help.empty()) << family.name;
}

TEST(MetricFamilies, EndInTotalJustWhenTheyAreCounters) {
  for (const MetricFamily& family : metric_families())
    EXPECT_EQ(family.name.ends_with("_total"), family.kind == MetricKind::Counter) << family.name;
}

TEST(MetricFamilies, HaveRisingBucketsJustWhenTheyAreHistograms) {
  for (const MetricFamily& family : metric_families()) {
    EXPECT_EQ(family.buckets.empty(), family.kind != MetricKind::Histogram) << family.name;
    EXPECT_TRUE(std::is_sorted(family.buckets.begin(), family.buckets.end(), std::less_equal<>{})) << family.name;
  }
}

}  // namespace
}  // namespace guildhall::telemetry
