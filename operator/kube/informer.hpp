#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "operator/core/object_meta.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/object_cache.hpp"

namespace guildhall::kube {

/// Keeps a cache of one type up to date by list and watch, as typed values.
///
/// `T` is what is kept of each object: the decoder takes only the needed fields, so that a cache of 100 MB of Secrets
/// costs what their names cost. Guarantees:
///  - one watch per informer; handlers run on its thread, after the cache has the change, with the value before and
///  after;
///  - a relist hands out the differences as the same add, update and delete calls (a delete that was missed is never
///  lost);
///  - an object that no decoder can read is reported (log, metric) and treated as absent, and the others go on;
///  - values are immutable: a reader keeps what it got, whatever comes later.
/// Thread-safe: every reader may be called from any thread.
template <class T>
class Informer final : public ObjectCache {
 public:
  using Value = std::shared_ptr<const T>;
  using Decoder = std::function<core::Result<T>(const nlohmann::json& object)>;
  using Handler =
      std::function<void(const core::ObjectKey& key, const Value& before, const Value& after)>;  ///< null: absent
  using IndexFunction = std::function<std::vector<std::string>(const T& value)>;

  Informer(core::ResourceType type, Selection selection, Decoder decoder)
      : ObjectCache(std::move(type), std::move(selection)), decoder_(std::move(decoder)) {}

  /// Before run() only.
  void add_index(const std::string& name, IndexFunction function) {
    indexes_.emplace(name, Index{std::move(function), {}});
  }
  /// Before run() only.
  void add_handler(Handler handler) { handlers_.push_back(std::move(handler)); }

  /// Null when there is none.
  [[nodiscard]] Value get(const core::ObjectKey& key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : found->second.value;
  }

  /// In no particular order.
  [[nodiscard]] std::vector<Value> list() const {
    const std::scoped_lock lock(mutex_);
    std::vector<Value> values;
    values.reserve(entries_.size());
    for (const auto& [key, entry] : entries_)
      values.push_back(entry.value);
    return values;
  }

  /// Those for which index function `name` gave `value`, in no particular order. An unknown index is a broken
  /// invariant.
  [[nodiscard]] std::vector<Value> by_index(const std::string& name, const std::string& value) const {
    const std::scoped_lock lock(mutex_);
    std::vector<Value> values;
    const Index& index = indexes_.at(name);
    const auto found = index.keys.find(value);
    if (found == index.keys.end()) return values;
    values.reserve(found->second.size());
    for (const auto& key : found->second)
      values.push_back(entries_.at(key).value);
    return values;
  }

  [[nodiscard]] std::size_t size() const override {
    const std::scoped_lock lock(mutex_);
    return entries_.size();
  }

 protected:
  core::Result<void> upsert(const core::ObjectKey& key, const Standing& standing, const nlohmann::json& object,
                            std::uint64_t seen) override;
  void erase(const core::ObjectKey& key, std::uint64_t seen) override;
  [[nodiscard]] std::vector<core::ObjectKey> keys() const override;
  [[nodiscard]] std::optional<Standing> standing_of(const core::ObjectKey& key) const override;

 private:
  struct Entry {
    Standing standing;
    Value value;
  };
  struct Index {
    IndexFunction function;
    std::unordered_map<std::string, std::unordered_set<core::ObjectKey>> keys;
  };

  void index(const core::ObjectKey& key, const T& value);
  void unindex(const core::ObjectKey& key, const T& value);

  Decoder decoder_;
  std::vector<Handler> handlers_;
  mutable std::mutex mutex_;
  std::unordered_map<core::ObjectKey, Entry> entries_;
  std::unordered_map<std::string, Index> indexes_;
};

template <class T>
void Informer<T>::index(const core::ObjectKey& key, const T& value) {
  for (auto& [name, index] : indexes_) {
    for (const auto& text : index.function(value))
      index.keys[text].insert(key);
  }
}

template <class T>
void Informer<T>::unindex(const core::ObjectKey& key, const T& value) {
  for (auto& [name, index] : indexes_) {
    for (const auto& text : index.function(value)) {
      const auto found = index.keys.find(text);
      if (found == index.keys.end()) continue;
      found->second.erase(key);
      if (found->second.empty()) index.keys.erase(found);
    }
  }
}

template <class T>
core::Result<void> Informer<T>::upsert(const core::ObjectKey& key, const Standing& standing,
                                       const nlohmann::json& object, std::uint64_t seen) {
  auto decoded = decoder_(object);
  if (!decoded) return std::unexpected(decoded.error());
  auto after = std::make_shared<const T>(std::move(*decoded));
  Value before;
  {
    const std::scoped_lock lock(mutex_);
    Entry& entry = entries_[key];
    before = entry.value;
    if (before) unindex(key, *before);
    entry = Entry{standing, after};
    index(key, *after);
  }
  advance(seen);
  for (const auto& handler : handlers_)
    handler(key, before, after);
  return {};
}

template <class T>
void Informer<T>::erase(const core::ObjectKey& key, std::uint64_t seen) {
  Value before;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found != entries_.end()) {
      before = found->second.value;
      unindex(key, *before);
      entries_.erase(found);
    }
  }
  advance(seen);
  if (!before) return;
  for (const auto& handler : handlers_)
    handler(key, before, nullptr);
}

template <class T>
std::vector<core::ObjectKey> Informer<T>::keys() const {
  const std::scoped_lock lock(mutex_);
  std::vector<core::ObjectKey> keys;
  keys.reserve(entries_.size());
  for (const auto& [key, entry] : entries_)
    keys.push_back(key);
  return keys;
}

template <class T>
std::optional<ObjectCache::Standing> Informer<T>::standing_of(const core::ObjectKey& key) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return found->second.standing;
}

}  // namespace guildhall::kube
