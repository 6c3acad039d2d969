#include "operator/store/log_writer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace guildhall::store {

LogWriter::LogWriter(AuditStore& store, const core::Clock& clock, Heard heard, LogWriterLimits limits)
    : store_(store), clock_(clock), heard_(std::move(heard)), limits_(limits) {
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

LogWriter::~LogWriter() {
  thread_.request_stop();
  thread_.join();
}

core::Result<void> LogWriter::submit(std::span<const core::AuditEntry> entries) {
  for (const core::AuditEntry& entry : entries) {
    if (auto complete = check_complete(entry); !complete) return complete;
  }
  const core::Timestamp now = clock_.now();
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() + entries.size() > limits_.waiting)
      return core::fail(core::ErrorKind::TooManyRequests, "too many audit entries wait to be recorded");
    std::ranges::transform(entries, std::back_inserter(waiting_),
                           [now](const core::AuditEntry& entry) { return Waiting{.entry = entry, .since = now}; });
  }
  news_.notify_all();
  return {};
}

LogWriterState LogWriter::state() const {
  const std::scoped_lock lock(mutex_);
  return {.waiting = waiting_.size(),
          .waiting_since = waiting_.empty() ? std::nullopt : std::optional(waiting_.front().since),
          .failure = failure_,
          .failing_since = failing_since_};
}

bool LogWriter::flush(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return news_.wait_until(lock, deadline, [this] { return waiting_.empty(); });
}

void LogWriter::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::vector<core::AuditEntry> batch = take(stop);
    for (int failures = 0; !batch.empty() && !record(batch); ++failures) {
      pause(failures, stop);
      if (stop.stop_requested()) return;
    }
  }
}

/// What waits, up to a batch; none when it is to stop. They count as waiting until they are recorded.
std::vector<core::AuditEntry> LogWriter::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  std::vector<core::AuditEntry> batch;
  if (!news_.wait(lock, stop, [this] { return !waiting_.empty(); })) return batch;
  const std::size_t count = std::min(waiting_.size(), limits_.batch);
  batch.reserve(count);
  std::transform(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count), std::back_inserter(batch),
                 [](Waiting& waiting) { return std::move(waiting.entry); });
  return batch;
}

/// Whether it is durable.
bool LogWriter::record(const std::vector<core::AuditEntry>& batch) {
  auto added = store_.append(batch);
  if (!added) {
    note_failure(std::move(added.error()));
    return false;
  }
  heard_(batch, *added);
  forget(batch.size());
  return true;
}

void LogWriter::note_failure(core::Error error) {
  const core::Timestamp now = clock_.now();
  const std::scoped_lock lock(mutex_);
  failure_ = std::move(error);
  if (!failing_since_) failing_since_ = now;
}

void LogWriter::forget(std::size_t count) {
  {
    const std::scoped_lock lock(mutex_);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    failure_.reset();
    failing_since_.reset();
  }
  news_.notify_all();
}

void LogWriter::pause(int failures, const std::stop_token& stop) {
  constexpr int kMostDoublings = 20;
  const auto delay = std::min(limits_.longest_retry, limits_.first_retry * (1 << std::min(failures, kMostDoublings)));
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, stop, delay, [] { return false; });
}

}  // namespace guildhall::store
