#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/core/metrics.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/runtime/clocks.hpp"
#include "operator/runtime/queue_state.hpp"

namespace guildhall::runtime {

/// No delay is longer. A plan may ask to be looked at in the year 9999, which a clock that counts nanoseconds in 64
/// bits cannot name (it ends after 292 years); one look a day that finds nothing to do costs nothing.
inline constexpr std::chrono::hours kLongestDelay{24};

/// The keys to reconcile, for several workers: QueueState with a lock, a clock and client-go's metrics
/// (workqueue_depth, _adds_total, _queue_duration_seconds, _work_duration_seconds, _unfinished_work_seconds,
/// _longest_running_processor_seconds, _retries_total; label `name`) and guildhall_retrying_objects. Thread-safe.
class Workqueue {
 public:
  Workqueue(const std::string& name, RetryCurve curve, const SteadyClock& clock, core::Metrics& metrics);

  /// Now. Nothing happens after shut_down(), here and below.
  void add(const core::ObjectKey& key);
  /// After that time, or after kLongestDelay if that is earlier; zero and less: now. Any value is fine. The earliest
  /// time of a key stands.
  void add_after(const core::ObjectKey& key, std::chrono::milliseconds delay);
  /// After the backoff of this key, which grows with each call, or after `at_least` if that is later; at most
  /// kLongestDelay.
  void add_rate_limited(const core::ObjectKey& key, std::chrono::milliseconds at_least = {});
  /// The key's backoff begins anew.
  void forget(const core::ObjectKey& key);
  /// Takes back what add_after and add_rate_limited have asked for and has not come yet.
  void cancel_delayed(const core::ObjectKey& key);

  /// Waits for a key; whoever gets it calls done() with it. Unset: `stop` was requested (even if keys are left), or the
  /// queue was shut down and is empty.
  std::optional<core::ObjectKey> get(const std::stop_token& stop);
  /// As get(), without waiting. Unset: no key is due.
  std::optional<core::ObjectKey> try_get();
  void done(const core::ObjectKey& key);

  /// What is queued is still handed out.
  void shut_down();
  /// Waits until nothing is queued or worked on; delayed keys do not count. False: `stop` was requested first.
  bool drain(const std::stop_token& stop);

  [[nodiscard]] std::size_t depth() const;
  /// Sets the two gauges that change while nothing happens (unfinished work, longest running): call it at each scrape.
  void report() const;

 private:
  // With the lock held, both.
  std::optional<core::ObjectKey> take();
  void add_delayed(const core::ObjectKey& key, std::chrono::milliseconds delay);
  void count_adds(std::size_t adds);
  void report_depth() const;
  void report_failing() const;

  const SteadyClock& clock_;
  core::Metrics& metrics_;
  core::MetricLabels labels_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  QueueState state_;
  bool shut_down_ = false;
};

}  // namespace guildhall::runtime
