#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>

#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/kube/client.hpp"
#include "operator/runtime/clocks.hpp"
#include "operator/runtime/lease_lock.hpp"

namespace guildhall::runtime {

/// How a leader election ended.
enum class ElectionEnd {
  Stopped,  ///< as asked; the Lease is given up
  Lost,     ///< the Lease could not be renewed in time, or another holds it: the process must end
  Done,     ///< lead() returned by itself; the Lease is given up
};

struct LeaderCallbacks {
  /// The leader's work, on a thread of its own. Must return soon after `stop` is requested.
  std::function<void(const std::stop_token& stop)> lead;
  /// Told as soon as the Lease is lost, before lead() has ended. May be empty.
  std::function<void()> lost;
};

/// Waits to become the leader, leads, and stops in time. Source: client-go tools/leaderelection.
///
/// The client given here writes the Lease itself, so it must have no write guard: build it with
/// lease_client_options(). All other clients of the process get write_guard(): it lets a write go only while the last
/// renewal is younger than the renew deadline, so that none leaves after another could have taken over.
/// A standby watches the Lease and wakes at its exact expiry: a lease that is given up is taken at once, that of a dead
/// leader when it runs out. Where it may not watch, it looks every retry period.
class LeaderElection {
 public:
  LeaderElection(kube::Client& lease_client, LeaseSettings settings, const core::Clock& clock,
                 const SteadyClock& steady, core::Metrics& metrics);

  /// Blocks until `stop` is requested, the Lease is lost, or lead() returned. Once only. Gives the Lease up within 2 s
  /// after lead() has ended.
  ElectionEnd run(const LeaderCallbacks& callbacks, const std::stop_token& stop);

  /// Fails with Canceled when this process does not lead, or cannot know that it still does. May outlive this object,
  /// not the clock.
  [[nodiscard]] kube::WriteGuard write_guard() const;
  [[nodiscard]] bool is_leader() const { return lock_.tenure()->valid(); }

 private:
  bool acquire(const std::stop_token& stop);
  ElectionEnd lead(const LeaderCallbacks& callbacks, const std::stop_token& stop);
  ElectionEnd renew(const std::stop_token& stop);
  void watch_lease(const std::stop_token& stop);
  void wake();
  /// Until `deadline`, a wake() since `seen`, or `stop`.
  void wait(SteadyTime deadline, std::uint64_t seen, const std::stop_token& stop);
  [[nodiscard]] std::uint64_t wakes() const;
  void release();
  void report(bool leading);

  kube::Client& client_;
  LeaseSettings settings_;
  const SteadyClock& steady_;
  core::Metrics& metrics_;
  LeaseLock lock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t wakes_ = 0;
  bool done_ = false;
};

}  // namespace guildhall::runtime
