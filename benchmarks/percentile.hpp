#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace guildhall::benchmarks {

/// The smallest figure that so large a share of them does not exceed. `sorted`: at least one.
inline double percentile(const std::vector<double>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace guildhall::benchmarks
