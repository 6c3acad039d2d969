#include "operator/runtime/queue_state.hpp"

#include <cstdint>

namespace guildhall::runtime {

bool QueueState::add(const core::ObjectKey& key, SteadyTime now) {
  if (!dirty_.emplace(key, now).second) return false;
  if (!processing_.contains(key)) turns_.push_back(key);
  return true;
}

void QueueState::add_at(const core::ObjectKey& key, SteadyTime due) {
  const auto found = delayed_.find(key);
  if (found != delayed_.end()) {
    if (found->second <= due) return;
    delayed_by_time_.erase({found->second, key});
  }
  delayed_[key] = due;
  delayed_by_time_.emplace(due, key);
}

void QueueState::cancel_delayed(const core::ObjectKey& key) {
  const auto found = delayed_.find(key);
  if (found == delayed_.end()) return;
  delayed_by_time_.erase({found->second, key});
  delayed_.erase(found);
}

std::size_t QueueState::advance(SteadyTime now) {
  std::size_t added = 0;
  while (!delayed_by_time_.empty() && delayed_by_time_.begin()->first <= now) {
    const core::ObjectKey key = delayed_by_time_.begin()->second;
    delayed_by_time_.erase(delayed_by_time_.begin());
    delayed_.erase(key);
    if (add(key, now)) ++added;
  }
  return added;
}

std::optional<std::pair<core::ObjectKey, SteadyTime>> QueueState::take(SteadyTime now) {
  if (turns_.empty()) return std::nullopt;
  core::ObjectKey key = std::move(turns_.front());
  turns_.pop_front();
  const auto found = dirty_.find(key);
  const SteadyTime added = found->second;
  dirty_.erase(found);
  processing_.emplace(key, now);
  return std::pair{std::move(key), added};
}

SteadyTime QueueState::done(const core::ObjectKey& key, SteadyTime now) {
  const auto found = processing_.find(key);
  if (found == processing_.end()) return now;
  const SteadyTime begun = found->second;
  processing_.erase(found);
  if (dirty_.contains(key)) turns_.push_back(key);
  return begun;
}

std::chrono::milliseconds QueueState::next_retry(const core::ObjectKey& key) {
  constexpr int most_doublings = 40;
  int& failures = failures_[key];
  const std::int64_t times = 1LL << failures;
  if (failures < most_doublings) ++failures;
  // Divided, not multiplied: no curve overflows.
  return curve_.first > curve_.longest / times ? curve_.longest : curve_.first * times;
}

std::optional<SteadyTime> QueueState::next_due() const {
  if (delayed_by_time_.empty()) return std::nullopt;
  return delayed_by_time_.begin()->first;
}

}  // namespace guildhall::runtime
