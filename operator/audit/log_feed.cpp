#include "operator/audit/log_feed.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace guildhall::audit {

LogFeed::LogFeed(kube::Informer<EventView>& events, const core::Sealer& sealer, core::Metrics& metrics)
    : events_(events), sealer_(sealer), metrics_(metrics) {
  metrics_.count("guildhall_audit_events_forged_total", {}, 0);
  events.add_handler([this](const core::ObjectKey& /*key*/, const auto& before, const auto& after) {
    if (before && (!after || before->uid != after->uid)) drop(*before);
    if (!after) return;
    take(*after);
    if (is_leading()) count_look_alike(*after);
  });
}

bool LogFeed::is_leading() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<bool>(log_);
}

void LogFeed::count_look_alike(const EventView& event) {
  if (is_forged(event, sealer_)) metrics_.count("guildhall_audit_events_forged_total", {}, 1);
}

void LogFeed::take(const EventView& event) {
  auto entry = sealed_entry(event, sealer_);
  if (!entry) return;
  Log log;
  {
    const std::scoped_lock lock(mutex_);
    standing_[entry->id] = event.key;
    ids_[event.key] = entry->id;
    log = log_;
  }
  if (log) log(std::move(*entry));
}

void LogFeed::drop(const EventView& event) {
  const std::scoped_lock lock(mutex_);
  const auto id = ids_.find(event.key);
  if (id == ids_.end()) return;
  const auto standing = standing_.find(id->second);
  if (standing != standing_.end() && standing->second == event.key) standing_.erase(standing);
  ids_.erase(id);
}

void LogFeed::begin(Log log) {
  {
    const std::scoped_lock lock(mutex_);
    log_ = std::move(log);
  }
  for (const auto& event : events_.list()) {
    take(*event);
    count_look_alike(*event);
  }
}

void LogFeed::again() {
  for (const auto& event : events_.list())
    take(*event);
}

bool LogFeed::stands(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  return standing_.contains(id);
}

}  // namespace guildhall::audit
