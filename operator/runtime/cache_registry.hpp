#pragma once

#include <map>
#include <stop_token>
#include <vector>

#include "operator/core/resource_type.hpp"
#include "operator/kube/object_cache.hpp"
#include "operator/runtime/engine.hpp"

namespace guildhall::runtime {

/// The caches that reconcilers read, by type: tells whether our own writes have come back. Filled before anything runs;
/// thread-safe afterwards.
class CacheRegistry {
 public:
  /// Keeps a reference.
  void add(const kube::ObjectCache& cache);
  /// Whether every cache of that type shows the write. A type without a cache: yes, as nobody can be misled by it. A
  /// deleted object counts as shown once its deletionTimestamp is: a foreign finalizer may hold it for long.
  [[nodiscard]] bool shows(const Write& write) const;
  [[nodiscard]] bool all_synced() const;
  /// False: `stop` was requested first.
  [[nodiscard]] bool wait_until_synced(const std::stop_token& stop) const;

 private:
  std::map<core::ResourceType, std::vector<const kube::ObjectCache*>> caches_;
};

}  // namespace guildhall::runtime
