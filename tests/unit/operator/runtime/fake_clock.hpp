#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "operator/core/clock.hpp"
#include "operator/runtime/clocks.hpp"

namespace guildhall::tests {

// Time that stands still until a test moves it. A wait looks again every millisecond, so that no wake can be missed and
// no waiter has to be known.
class FakeSteadyClock final : public runtime::SteadyClock {
 public:
  [[nodiscard]] runtime::SteadyTime now() const override {
    const std::scoped_lock lock(mutex_);
    return now_;
  }
  void wait_until(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
                  runtime::SteadyTime deadline, const std::stop_token& stop) const override {
    const auto entry = begin_wait(deadline);
    bool woken = false;
    changed.wait_for(lock, stop, std::chrono::milliseconds(1), [&woken] { return std::exchange(woken, true); });
    const std::scoped_lock registry(mutex_);
    waits_.erase(entry);
  }
  void advance(runtime::SteadyTime::duration by) {
    const std::scoped_lock lock(mutex_);
    now_ += by;
  }
  // Blocks until so many threads wait for exactly that time: whatever they had to do before is done.
  void await_waits(runtime::SteadyTime deadline, std::size_t count = 1) const {
    std::unique_lock lock(mutex_);
    waits_changed_.wait(lock, [&] { return waits_.count(deadline) >= count; });
  }

 private:
  std::multiset<runtime::SteadyTime>::iterator begin_wait(runtime::SteadyTime deadline) const {
    const std::scoped_lock lock(mutex_);
    waits_changed_.notify_all();
    return waits_.insert(deadline);
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable waits_changed_;
  mutable std::multiset<runtime::SteadyTime> waits_;
  runtime::SteadyTime now_{std::chrono::hours(1)};
};

// The real clock, which tells a test when somebody has begun to wait: with the lock held, so that whoever takes the
// lock next finds the waiter waiting.
class AnnouncingClock final : public runtime::SteadyClock {
 public:
  [[nodiscard]] runtime::SteadyTime now() const override { return real_.now(); }
  void wait_until(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
                  runtime::SteadyTime deadline, const std::stop_token& stop) const override {
    {
      const std::scoped_lock registry(mutex_);
      ++waits_;
      waits_changed_.notify_all();
    }
    real_.wait_until(changed, lock, deadline, stop);
  }
  void await_wait() const {
    std::unique_lock lock(mutex_);
    waits_changed_.wait(lock, [this] { return waits_ > 0; });
  }

 private:
  runtime::BootClock real_;
  mutable std::mutex mutex_;
  mutable std::condition_variable waits_changed_;
  mutable int waits_ = 0;
};

class FakeWallClock final : public core::Clock {
 public:
  [[nodiscard]] core::Timestamp now() const override {
    const std::scoped_lock lock(mutex_);
    return now_;
  }
  void set(core::Timestamp now) {
    const std::scoped_lock lock(mutex_);
    now_ = now;
  }

 private:
  mutable std::mutex mutex_;
  core::Timestamp now_ = *core::parse_timestamp("2026-11-24T10:00:00Z");
};

}  // namespace guildhall::tests
