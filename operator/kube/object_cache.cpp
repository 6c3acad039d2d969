#include "operator/kube/object_cache.hpp"

#include <fmt/format.h>

#include <utility>

#include "operator/kube/reflector.hpp"

namespace guildhall::kube {

ObjectCache::ObjectCache(core::ResourceType type, Selection selection)
    : type_(std::move(type)), selection_(std::move(selection)) {}

ObjectCache::~ObjectCache() = default;

void ObjectCache::run(Client& client, core::Metrics& metrics, const std::stop_token& stop) {
  Pacing pacing = system_pacing();
  pacing.longest_backoff = longest_backoff_;
  Reflector(*this, client, metrics, std::move(pacing)).run(stop);
}

void ObjectCache::clear() {
  for (const core::ObjectKey& key : keys())
    erase(key, 0);
  mark_synced();
}

bool ObjectCache::synced() const {
  const std::scoped_lock lock(synced_mutex_);
  return synced_;
}

std::string ObjectCache::describe() const {
  const std::string type = type_.group.empty() ? type_.plural : type_.plural + "." + type_.group;
  return selection_.ns.empty() ? type : fmt::format("{} in namespace {}", type, selection_.ns);
}

core::Result<void> ObjectCache::check_synced() const {
  const std::scoped_lock lock(synced_mutex_);
  if (synced_) return {};
  return core::fail(core::ErrorKind::Unavailable,
                    fmt::format("{} ({})", describe(), trouble_.empty() ? "no whole list yet" : trouble_));
}

void ObjectCache::set_trouble(std::string why) {
  const std::scoped_lock lock(synced_mutex_);
  trouble_ = std::move(why);
}

void ObjectCache::hear(std::chrono::steady_clock::time_point now) {
  const std::scoped_lock lock(synced_mutex_);
  heard_at_ = now;
  lost_.clear();
}

void ObjectCache::lose(std::string why) {
  const std::scoped_lock lock(synced_mutex_);
  lost_ = std::move(why);
}

ObjectCache::Contact ObjectCache::contact(std::chrono::steady_clock::time_point now) const {
  const std::scoped_lock lock(synced_mutex_);
  if (!synced_) return {};
  return {.silence = now - heard_at_, .trouble = lost_};
}

bool ObjectCache::wait_until_synced(const std::stop_token& stop) const {
  std::unique_lock lock(synced_mutex_);
  return synced_changed_.wait(lock, stop, [this] { return synced_; });
}

void ObjectCache::mark_synced() {
  {
    const std::scoped_lock lock(synced_mutex_);
    synced_ = true;
  }
  synced_changed_.notify_all();
  for (const auto& told : listed_)
    told();
}

bool ObjectCache::has_seen(const std::string& resource_version) const {
  const auto version = parse_version(resource_version);
  return !version || *version <= seen_.load();
}

bool ObjectCache::is_gone(const core::ObjectKey& key, const std::string& uid) const {
  const auto standing = standing_of(key);
  return !standing || standing->uid != uid;
}

bool ObjectCache::removal_seen(const core::ObjectKey& key, const std::string& uid) const {
  const auto standing = standing_of(key);
  return !standing || standing->uid != uid || standing->deleting;
}

void ObjectCache::advance(std::uint64_t version) {
  std::uint64_t seen = seen_.load();
  while (seen < version && !seen_.compare_exchange_weak(seen, version)) {
  }
}

}  // namespace guildhall::kube
