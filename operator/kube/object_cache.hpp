#pragma once

#include <atomic>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "operator/core/metrics.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"

namespace guildhall::kube {

/// The untyped half of an informer: list, watch, and how far the cache has come. Filled by run() (reflector), kept by
/// Informer<T>.
class ObjectCache {
 public:
  ObjectCache(core::ResourceType type, Selection selection);
  ObjectCache(const ObjectCache&) = delete;
  ObjectCache& operator=(const ObjectCache&) = delete;
  virtual ~ObjectCache();

  [[nodiscard]] const core::ResourceType& type() const { return type_; }
  [[nodiscard]] const Selection& selection() const { return selection_; }

  /// Lists and watches until `stop`. Numbers are client-go's reflector's: backoff 800 ms doubling to 30 s with jitter,
  /// reset after 2 minutes of health; watches end after 5 to 10 minutes; bookmarks are asked for; the list is streamed,
  /// or paged where the server cannot stream; after Gone the relist is not older than the last version seen; 429 on a
  /// watch keeps the version.
  void run(Client& client, core::Metrics& metrics, const std::stop_token& stop);

  /// True once the first list is complete; stays true.
  [[nodiscard]] bool synced() const;
  /// Whether the cache has come at least as far as that resourceVersion (an event, a bookmark or a list of this version
  /// or a later one). Versions of one type are comparable integers (KEP-5504).
  [[nodiscard]] bool has_seen(const std::string& resource_version) const;
  /// Whether no object of that key and uid is in the cache.
  [[nodiscard]] bool is_gone(const core::ObjectKey& key, const std::string& uid) const;
  [[nodiscard]] virtual std::size_t size() const = 0;

 protected:
  virtual core::Result<void> upsert(const core::ObjectKey& key, const std::string& uid,
                                    const nlohmann::json& object) = 0;
  virtual void erase(const core::ObjectKey& key) = 0;
  [[nodiscard]] virtual std::vector<core::ObjectKey> keys() const = 0;
  [[nodiscard]] virtual std::string uid_of(const core::ObjectKey& key) const = 0;

 private:
  friend class Reflector;

  core::ResourceType type_;
  Selection selection_;
  std::atomic<bool> synced_{false};
  std::atomic<std::uint64_t> seen_{0};
};

}  // namespace guildhall::kube
