#include "operator/runtime/leader_election.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "operator/kube/watch_event.hpp"
#include "operator/runtime/deadline_stop.hpp"

namespace guildhall::runtime {

namespace {

constexpr std::chrono::seconds kReleaseTime{2};

}  // namespace

LeaderElection::LeaderElection(kube::Client& lease_client, LeaseSettings settings, const core::Clock& clock,
                               const SteadyClock& steady, core::Metrics& metrics)
    : client_(lease_client),
      settings_(settings),
      steady_(steady),
      metrics_(metrics),
      lock_(lease_client, std::move(settings), clock, steady) {
  report(false);
}

kube::WriteGuard LeaderElection::write_guard() const {
  return [tenure = lock_.tenure()]() -> core::Result<void> {
    if (tenure->valid()) return {};
    return core::fail(core::ErrorKind::Canceled, "this process is not, or no longer, the leader");
  };
}

ElectionEnd LeaderElection::run(const LeaderCallbacks& callbacks, const std::stop_token& stop) {
  if (!acquire(stop)) return ElectionEnd::Stopped;
  spdlog::info("leading as {}", settings_.identity);
  report(true);
  const ElectionEnd end = lead(callbacks, stop);
  if (end != ElectionEnd::Lost) release();
  report(false);
  return end;
}

bool LeaderElection::acquire(const std::stop_token& stop) {
  const std::jthread watcher([this](const std::stop_token& end) { watch_lease(end); });
  while (!stop.stop_requested()) {
    const std::uint64_t seen = wakes();
    const auto held = lock_.attempt(stop);
    if (held && *held) return true;
    SteadyTime next = steady_.now() + settings_.retry_period;
    if (held) {
      next = std::min(next, lock_.expiry());
    } else if (!stop.stop_requested()) {
      spdlog::warn("the lease {} cannot be acquired: {}", settings_.lease.to_string(), held.error().describe());
    }
    wait(next, seen, stop);
  }
  return false;
}

void LeaderElection::watch_lease(const std::stop_token& stop) {
  kube::WatchOptions options;
  options.selection = {
      .ns = settings_.lease.ns, .label_selector = {}, .field_selector = "metadata.name=" + settings_.lease.name};
  const auto on_event = [this](const kube::WatchEvent& event) {
    if (event.type != kube::WatchEventType::Bookmark) wake();
    return true;
  };
  std::mutex mutex;
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    const SteadyTime begin = steady_.now();
    const auto ended = client_.watch(core::types::leases(), options, on_event, stop);
    // However it ends: the standby also looks by itself, so this only has to go on, and not too often.
    if (!ended) spdlog::debug("the watch of the lease ended: {}", ended.error().describe());
    std::unique_lock lock(mutex);
    while (!stop.stop_requested() && steady_.now() < begin + settings_.retry_period)
      steady_.wait_until(never, lock, begin + settings_.retry_period, stop);
  }
}

ElectionEnd LeaderElection::lead(const LeaderCallbacks& callbacks, const std::stop_token& stop) {
  const std::jthread worker([this, &callbacks](const std::stop_token& end) {
    callbacks.lead(end);
    const std::scoped_lock lock(mutex_);
    done_ = true;
    ++wakes_;
    changed_.notify_all();
  });
  const ElectionEnd end = renew(stop);
  if (end == ElectionEnd::Lost) {
    lock_.tenure()->end();
    spdlog::error("the lease {} is lost", settings_.lease.to_string());
    if (callbacks.lost) callbacks.lost();
  }
  return end;
}

ElectionEnd LeaderElection::renew(const std::stop_token& stop) {
  while (true) {
    const std::uint64_t seen = wakes();
    {
      const std::scoped_lock lock(mutex_);
      if (done_) return ElectionEnd::Done;
    }
    const SteadyTime deadline = lock_.tenure()->deadline();
    wait(std::min(steady_.now() + settings_.retry_period, deadline), seen, stop);
    if (stop.stop_requested()) return ElectionEnd::Stopped;
    if (!lock_.tenure()->valid()) return ElectionEnd::Lost;
    const DeadlineStop bounded(steady_, deadline, stop);
    const auto held = lock_.attempt(bounded.token());
    if (held && !*held) return ElectionEnd::Lost;
    if (!held) spdlog::warn("the lease {} was not renewed: {}", settings_.lease.to_string(), held.error().describe());
  }
}

void LeaderElection::release() {
  const DeadlineStop bounded(steady_, steady_.now() + kReleaseTime, {});
  if (const auto released = lock_.release(bounded.token()); !released)
    spdlog::warn("the lease {} was not given up: {}", settings_.lease.to_string(), released.error().describe());
}

void LeaderElection::wake() {
  const std::scoped_lock lock(mutex_);
  ++wakes_;
  changed_.notify_all();
}

std::uint64_t LeaderElection::wakes() const {
  const std::scoped_lock lock(mutex_);
  return wakes_;
}

void LeaderElection::wait(SteadyTime deadline, std::uint64_t seen, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wakes_ == seen && steady_.now() < deadline && !stop.stop_requested())
    steady_.wait_until(changed_, lock, deadline, stop);
}

void LeaderElection::report(bool leading) {
  metrics_.gauge("leader_election_master_status", {{"name", settings_.lease.name}}, leading ? 1 : 0);
}

}  // namespace guildhall::runtime
