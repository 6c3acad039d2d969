#include "operator/runtime/cache_registry.hpp"

#include <algorithm>

namespace guildhall::runtime {

void CacheRegistry::add(const kube::ObjectCache& cache) {
  caches_[cache.type()].push_back(&cache);
}

bool CacheRegistry::shows(const Write& write) const {
  const auto found = caches_.find(write.type);
  if (found == caches_.end()) return true;
  return std::ranges::all_of(found->second, [&write](const kube::ObjectCache* cache) {
    return write.gone_uid.empty() ? cache->has_seen(write.resource_version)
                                  : cache->removal_seen(write.key, write.gone_uid);
  });
}

bool CacheRegistry::all_synced() const {
  return std::ranges::all_of(caches_, [](const auto& of_type) {
    return std::ranges::all_of(of_type.second, [](const kube::ObjectCache* cache) { return cache->synced(); });
  });
}

bool CacheRegistry::wait_until_synced(const std::stop_token& stop) const {
  return std::ranges::all_of(caches_, [&stop](const auto& of_type) {
    return std::ranges::all_of(of_type.second,
                               [&stop](const kube::ObjectCache* cache) { return cache->wait_until_synced(stop); });
  });
}

}  // namespace guildhall::runtime
