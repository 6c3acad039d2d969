#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace guildhall::telemetry {

enum class MetricKind { Counter, Gauge, Histogram };

/// One family of metrics as it is declared.
struct MetricFamily {
  std::string_view name;
  std::string_view help;
  MetricKind kind;
  std::vector<double> buckets;  ///< of a histogram, in seconds
};

/// Every family that the operator counts into. What is not here cannot be counted.
std::span<const MetricFamily> metric_families();

}  // namespace guildhall::telemetry
