#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "operator/core/clock.hpp"

namespace guildhall::runtime {

/// A point on a clock that never jumps. Only differences mean anything.
using SteadyTime = std::chrono::steady_clock::time_point;

/// The wall clock of this machine. Thread-safe.
class SystemClock final : public core::Clock {
 public:
  [[nodiscard]] core::Timestamp now() const override;
};

/// Time that only goes forward, and waiting for it: an argument, so that tests need no sleep. Thread-safe.
class SteadyClock {
 public:
  SteadyClock() = default;
  SteadyClock(const SteadyClock&) = delete;
  SteadyClock& operator=(const SteadyClock&) = delete;
  virtual ~SteadyClock() = default;

  [[nodiscard]] virtual SteadyTime now() const = 0;
  /// Lets go of `lock` and waits until `changed` is notified, `deadline` has come or `stop` is requested. May return
  /// early: the caller looks again at what it waits for.
  virtual void wait_until(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock, SteadyTime deadline,
                          const std::stop_token& stop) const = 0;
};

/// CLOCK_BOOTTIME: goes on while the machine is suspended, as a lease does that others look at. A wait may end late by
/// the time of a suspension.
class BootClock final : public SteadyClock {
 public:
  [[nodiscard]] SteadyTime now() const override;
  void wait_until(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock, SteadyTime deadline,
                  const std::stop_token& stop) const override;
};

}  // namespace guildhall::runtime
