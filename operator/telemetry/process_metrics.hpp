#pragma once

#include <string>
#include <vector>

namespace guildhall::telemetry {

struct ProcessMetric {
  std::string name;
  std::string help;
  double value = 0;
};

/// What the kernel says of this process, under the names of Prometheus' client libraries. What cannot be read is left
/// out.
std::vector<ProcessMetric> read_process_metrics();

}  // namespace guildhall::telemetry
