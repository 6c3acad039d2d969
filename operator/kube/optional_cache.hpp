#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/core/metrics.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/informer.hpp"
#include "operator/kube/object_cache.hpp"

namespace guildhall::kube {

/// A CustomResourceDefinition, of which nothing counts but that it is there.
struct Definition {
  std::string name;  ///< "vmsingles.operator.victoriametrics.com"
  bool operator==(const Definition&) const = default;
};

/// All of the cluster, by their metadata: they are large.
Informer<Definition> definitions();

/// Runs a cache whose type may not be served, as others define it: while its CustomResourceDefinition is there. Not by
/// what a list answers: an API server that has just started says NotFound of types that it will know in a moment.
///
/// Guarantees: without the definition the cache is empty and synced; a definition that appears or goes is noticed at
/// once. Thread-safe.
class OptionalCache {
 public:
  /// Both outlive it; before they run.
  OptionalCache(ObjectCache& cache, Informer<Definition>& definitions);
  OptionalCache(const OptionalCache&) = delete;
  OptionalCache& operator=(const OptionalCache&) = delete;
  ~OptionalCache() = default;

  /// Until `stop`.
  void run(Client& client, core::Metrics& metrics, const std::stop_token& stop);

 private:
  [[nodiscard]] bool is_defined() const;
  bool wait_until_defined(const std::stop_token& stop);
  std::optional<std::stop_source> begin();

  ObjectCache& cache_;
  Informer<Definition>& definitions_;
  std::string name_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::stop_source defined_;  // requested to stop when the definition goes
};

}  // namespace guildhall::kube
