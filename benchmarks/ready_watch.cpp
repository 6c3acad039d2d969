#include "benchmarks/ready_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/world.hpp"
#include "operator/api/apikey.hpp"
#include "operator/kube/watch_event.hpp"

namespace guildhall::benchmarks {
namespace {

constexpr std::chrono::seconds kReport{5};

bool is_ready(const nlohmann::json& object) {
  const auto status = object.find("status");
  if (status == object.end() || !status->contains("conditions")) return false;
  return std::ranges::any_of(status->at("conditions"), [](const nlohmann::json& condition) {
    return condition.at("type") == "Ready" && condition.at("status") == "True";
  });
}

}  // namespace

ReadyWatch::ReadyWatch(kube::Client& client)
    : thread_([this, &client](const std::stop_token& stop) { run(client, stop); }) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return complete_ || !failure_.empty(); });
  if (!failure_.empty()) throw std::runtime_error(failure_);
}

ReadyWatch::~ReadyWatch() = default;

void ReadyWatch::run(kube::Client& client, const std::stop_token& stop) {
  kube::WatchOptions options;
  options.initial_events = true;
  options.timeout = std::chrono::hours(1);
  const auto handle = [this](kube::WatchEvent&& event) {
    if (event.ends_initial_events) {
      const std::scoped_lock lock(mutex_);
      complete_ = true;
      changed_.notify_all();
    }
    if (event.type == kube::WatchEventType::Added || event.type == kube::WatchEventType::Modified) take(event.object);
    return true;
  };
  // The server may end a watch at any time, as it does some minutes after a change of the CRD. What is seen again by
  // the next one keeps its moment.
  core::Result<void> ended;
  while (ended && !stop.stop_requested())
    ended = client.watch(api::api_key_type(), options, handle, stop);
  if (ended) return;
  const std::scoped_lock lock(mutex_);
  failure_ = ended.error().describe();
  changed_.notify_all();
}

void ReadyWatch::take(const nlohmann::json& object) {
  const Time now = std::chrono::steady_clock::now();
  if (!is_ready(object)) return;
  const auto& metadata = object.at("metadata");
  const std::scoped_lock lock(mutex_);
  if (!ready_.emplace(core::ObjectKey{metadata.at("namespace"), metadata.at("name")}, now).second) return;
  latest_ = now;
  changed_.notify_all();
}

ReadyWatch::Time ReadyWatch::wait_for(std::size_t count, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::unique_lock lock(mutex_);
  while (ready_.size() < count) {
    if (!failure_.empty()) throw std::runtime_error(failure_);
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error(fmt::format("only {} of {} ApiKeys became Ready in time", ready_.size(), count));
    const bool enough = changed_.wait_for(lock, kReport, [&] { return ready_.size() >= count || !failure_.empty(); });
    if (!enough) progress(fmt::format("  {} of {} ApiKeys are Ready", ready_.size(), count));
  }
  return latest_;
}

ReadyWatch::Time ReadyWatch::moment_of(const core::ObjectKey& key) const {
  const std::scoped_lock lock(mutex_);
  const auto found = ready_.find(key);
  return found == ready_.end() ? Time{} : found->second;
}

}  // namespace guildhall::benchmarks
