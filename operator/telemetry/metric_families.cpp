#include "operator/telemetry/metric_families.hpp"

#include <algorithm>
#include <iterator>

namespace guildhall::telemetry {
namespace {

// The bounds of controller-runtime's and client-go's histograms, so that their dashboards fit.
const std::vector<double>& reconcile_buckets() {
  static const std::vector<double> kBuckets{0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3,  0.35,
                                            0.4,   0.45, 0.5,   0.6,  0.7, 0.8,  0.9, 1,    1.25, 1.5,
                                            1.75,  2,    2.5,   3,    5,   10,   30,  60};
  return kBuckets;
}

const std::vector<double>& queue_buckets() {
  static const std::vector<double> kBuckets{1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000};
  return kBuckets;
}

const std::vector<double>& request_buckets() {
  static const std::vector<double> kBuckets{0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256,
                                            0.512, 1,     2,     4,     8,     15,    30,    60};
  return kBuckets;
}

/// As operators made with controller-runtime and client-go have them.
std::vector<MetricFamily> customary_families() {
  using enum MetricKind;
  return {
      {"controller_runtime_reconcile_total", "Reconciles by controller and result", Counter, {}},
      {"controller_runtime_reconcile_errors_total", "Reconciles that failed", Counter, {}},
      {"controller_runtime_reconcile_panics_total", "Reconciles that ended in an exception", Counter, {}},
      {"controller_runtime_reconcile_time_seconds", "Length of a reconcile", Histogram, reconcile_buckets()},
      {"controller_runtime_max_concurrent_reconciles", "Workers of a controller", Gauge, {}},
      {"controller_runtime_active_workers", "Workers that reconcile now", Gauge, {}},
      {"workqueue_depth", "Keys that wait in the queue", Gauge, {}},
      {"workqueue_adds_total", "Keys added to the queue", Counter, {}},
      {"workqueue_queue_duration_seconds", "Time a key waits in the queue", Histogram, queue_buckets()},
      {"workqueue_work_duration_seconds", "Time a key is worked on", Histogram, queue_buckets()},
      {"workqueue_unfinished_work_seconds", "Time of the work under way, summed", Gauge, {}},
      {"workqueue_longest_running_processor_seconds", "Time of the longest work under way", Gauge, {}},
      {"workqueue_retries_total", "Keys put off by their backoff", Counter, {}},
      {"rest_client_requests_total", "Requests to the API server by code, method and host", Counter, {}},
      {"rest_client_request_duration_seconds", "Length of a request by verb and host", Histogram, request_buckets()},
      {"rest_client_request_retries_total", "Requests sent again, by code, verb and host", Counter, {}},
      {"leader_election_master_status", "1 while this process leads", Gauge, {}},
  };
}

std::vector<MetricFamily> own_families() {
  using enum MetricKind;
  return {
      {"guildhall_retrying_objects",
       "Objects whose last reconcile failed, which is tried again, by controller",
       Gauge,
       {}},
      {"guildhall_writes_total",
       "Writes that reached the API server, also refused ones, by verb and resource",
       Counter,
       {}},
      {"guildhall_informer_objects", "Objects in the cache of a type", Gauge, {}},
      {"guildhall_informer_relists_total", "Lists of a type, the first included", Counter, {}},
      {"guildhall_informer_undecodable_total", "Objects that could not be read and are treated as absent", Counter, {}},
      {"guildhall_informer_watch_events_total", "Watch events by type", Counter, {}},
      {"guildhall_admission_reviews_total", "Admission reviews by webhook, operation and result", Counter, {}},
      {"guildhall_mails_total", "Attempts to send a mail by outcome; Unwritten: the texts have a mistake", Counter, {}},
      {"guildhall_gate_state_age_seconds",
       "Time since the API server last sent the gate something; more than 90 when it is away",
       Gauge,
       {}},
      {"guildhall_gate_reports_total", "Reports of what keys were used for, by outcome", Counter, {}},
      {"guildhall_gate_uses_waiting",
       "Keys and kinds of refusals of which something is still to be reported",
       Gauge,
       {}},
      {"guildhall_gate_access_log_lost_total", "Lines of the access log that its reader was too slow for", Counter, {}},
      {"guildhall_gate_requests_total", "Requests that proxies asked the gate about, by outcome", Counter, {}},
      {"guildhall_audit_entries_total", "What was told as Events, by action", Counter, {}},
      {"guildhall_audit_gaps_total", "Times of which the audit log may lack entries", Counter, {}},
      {"guildhall_audit_events_lost_total", "Events that could not be written, by reason", Counter, {}},
      {"guildhall_audit_entries_recorded_total", "Entries written into the log", Counter, {}},
      {"guildhall_audit_entries_waiting", "Entries that are not in the log yet", Gauge, {}},
      {"guildhall_audit_events_forged_total",
       "Events of others that look as if they carried an entry of the log",
       Counter,
       {}},
      {"guildhall_audit_sink_entries_total", "Entries written to a sink beside the log, by sink", Counter, {}},
      {"guildhall_records_requests_total", "Requests to records.guildhall.dev by resource, verb and code", Counter, {}},
      {"guildhall_signups_total",
       "Sign-ups by outcome: made, refused, failed (the API server did not do it)",
       Counter,
       {}},
      {"guildhall_page_requests_total", "Requests to the public page by route and code", Counter, {}},
      {"guildhall_build_info", "Always 1; labelled with the version", Gauge, {}},
  };
}

std::vector<MetricFamily> all_families() {
  std::vector<MetricFamily> all = customary_families();
  std::ranges::move(own_families(), std::back_inserter(all));
  return all;
}

}  // namespace

std::span<const MetricFamily> metric_families() {
  static const std::vector<MetricFamily> kFamilies = all_families();
  return kFamilies;
}

}  // namespace guildhall::telemetry
