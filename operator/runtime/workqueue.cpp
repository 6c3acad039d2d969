#include "operator/runtime/workqueue.hpp"

#include <algorithm>
#include <utility>

namespace guildhall::runtime {

namespace {

double seconds(SteadyTime::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Workqueue::Workqueue(const std::string& name, RetryCurve curve, const SteadyClock& clock, core::Metrics& metrics)
    : clock_(clock), metrics_(metrics), labels_{{"name", name}}, state_(curve) {
  metrics_.gauge("workqueue_depth", labels_, 0);
  report_failing();
}

void Workqueue::add(const core::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  if (shut_down_) return;
  count_adds(state_.add(key, clock_.now()) ? 1 : 0);
  changed_.notify_all();
}

void Workqueue::add_after(const core::ObjectKey& key, std::chrono::milliseconds delay) {
  if (delay <= std::chrono::milliseconds{0}) return add(key);
  const std::scoped_lock lock(mutex_);
  if (shut_down_) return;
  add_delayed(key, delay);
}

void Workqueue::add_rate_limited(const core::ObjectKey& key, std::chrono::milliseconds at_least) {
  const std::scoped_lock lock(mutex_);
  if (shut_down_) return;
  metrics_.count("workqueue_retries_total", labels_, 1);
  add_delayed(key, std::max(state_.next_retry(key), at_least));
  report_failing();
}

void Workqueue::forget(const core::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  state_.forget(key);
  report_failing();
}

void Workqueue::cancel_delayed(const core::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  state_.cancel_delayed(key);
}

std::optional<core::ObjectKey> Workqueue::get(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (auto key = take()) return key;
    if (shut_down_) return std::nullopt;
    clock_.wait_until(changed_, lock, state_.next_due().value_or(SteadyTime::max()), stop);
  }
  return std::nullopt;
}

std::optional<core::ObjectKey> Workqueue::try_get() {
  const std::scoped_lock lock(mutex_);
  return take();
}

std::optional<core::ObjectKey> Workqueue::take() {
  const SteadyTime now = clock_.now();
  count_adds(state_.advance(now));
  auto taken = state_.take(now);
  if (!taken) return std::nullopt;
  metrics_.observe("workqueue_queue_duration_seconds", labels_, seconds(now - taken->second));
  report_depth();
  return std::move(taken->first);
}

void Workqueue::add_delayed(const core::ObjectKey& key, std::chrono::milliseconds delay) {
  state_.add_at(key, clock_.now() + std::min<std::chrono::milliseconds>(delay, kLongestDelay));
  changed_.notify_all();
}

void Workqueue::done(const core::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  const SteadyTime now = clock_.now();
  metrics_.observe("workqueue_work_duration_seconds", labels_, seconds(now - state_.done(key, now)));
  report_depth();
  changed_.notify_all();
}

void Workqueue::shut_down() {
  const std::scoped_lock lock(mutex_);
  shut_down_ = true;
  changed_.notify_all();
}

bool Workqueue::drain(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, stop, [this] { return state_.idle(); });
}

std::size_t Workqueue::depth() const {
  const std::scoped_lock lock(mutex_);
  return state_.depth();
}

void Workqueue::report() const {
  const std::scoped_lock lock(mutex_);
  const SteadyTime now = clock_.now();
  SteadyTime::duration unfinished{0};
  SteadyTime::duration longest{0};
  for (const auto& [key, begun] : state_.processing()) {
    unfinished += now - begun;
    longest = std::max(longest, now - begun);
  }
  metrics_.gauge("workqueue_unfinished_work_seconds", labels_, seconds(unfinished));
  metrics_.gauge("workqueue_longest_running_processor_seconds", labels_, seconds(longest));
}

void Workqueue::count_adds(std::size_t adds) {
  if (adds == 0) return;
  metrics_.count("workqueue_adds_total", labels_, static_cast<double>(adds));
  report_depth();
}

void Workqueue::report_failing() const {
  metrics_.gauge("guildhall_retrying_objects", labels_, static_cast<double>(state_.failing()));
}

void Workqueue::report_depth() const {
  metrics_.gauge("workqueue_depth", labels_, static_cast<double>(state_.depth()));
}

}  // namespace guildhall::runtime
