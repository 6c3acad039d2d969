#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "operator/core/audit_entry.hpp"
#include "operator/core/clock.hpp"
#include "operator/core/result.hpp"
#include "operator/store/audit_store.hpp"

namespace guildhall::store {

struct LogWriterLimits {
  std::size_t waiting = 10'000;                    ///< entries that may wait
  std::size_t batch = 1'000;                       ///< entries of one transaction
  std::chrono::milliseconds first_retry{100};      ///< after a failure; then twice as long each time,
  std::chrono::milliseconds longest_retry{5'000};  ///< but no longer than that
};

/// How a LogWriter is.
struct LogWriterState {
  std::size_t waiting = 0;                       ///< entries that are not durable yet
  std::optional<core::Timestamp> waiting_since;  ///< the one that has waited longest
  std::optional<core::Error> failure;            ///< of the last attempt; unset: it went well
  std::optional<core::Timestamp> failing_since;
};

/// Records entries in the background: what waits goes together, in one transaction, and an attempt that fails is made
/// again until it succeeds. Thread-safe.
///
/// Guarantees: entries are recorded in the order in which they were submitted. What is not durable at the destructor is
/// lost here; whoever submits keeps it where it came from until it hears that it is durable.
class LogWriter {
 public:
  /// Hears of entries in the order of their submission, on the writer's thread, with no lock held: `durable` are those
  /// that are safe now, `added` those of them that were not known before.
  using Heard =
      std::function<void(std::span<const core::AuditEntry> durable, std::span<const core::RecordedEntry> added)>;

  /// Store and clock outlive it.
  LogWriter(AuditStore& store, const core::Clock& clock, Heard heard, LogWriterLimits limits = {});
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// Takes all of them, or none. Errors: TooManyRequests when they have no room, Invalid when one is not complete.
  core::Result<void> submit(std::span<const core::AuditEntry> entries);

  [[nodiscard]] LogWriterState state() const;

  /// Waits until nothing waits. False: something does at the deadline.
  bool flush(std::chrono::steady_clock::time_point deadline);

 private:
  struct Waiting {
    core::AuditEntry entry;
    core::Timestamp since;
  };

  void work(const std::stop_token& stop);
  std::vector<core::AuditEntry> take(const std::stop_token& stop);
  bool record(const std::vector<core::AuditEntry>& batch);
  void note_failure(core::Error error);
  void forget(std::size_t count);
  void pause(int failures, const std::stop_token& stop);

  AuditStore& store_;
  const core::Clock& clock_;
  const Heard heard_;
  const LogWriterLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable_any news_;
  std::deque<Waiting> waiting_;  // also those that are being recorded, at its front
  std::optional<core::Error> failure_;
  std::optional<core::Timestamp> failing_since_;
  std::jthread thread_;  // the last member: it uses all others
};

}  // namespace guildhall::store
