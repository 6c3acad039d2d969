#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "operator/kube/object_cache.hpp"

namespace guildhall::tests {

/// Lets a cache take in these objects through its reflector, as the whole of a list, without threads. Each needs its
/// metadata.resourceVersion.
void fill_cache(kube::ObjectCache& cache, const std::vector<nlohmann::json>& objects);

}  // namespace guildhall::tests
