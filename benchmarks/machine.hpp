// What figures were made on.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace guildhall::benchmarks {

/// Names and values: CPU, cores, memory, kernel, compiler, build, control plane, commit, time. What cannot be found out
/// is "unknown".
std::vector<std::pair<std::string, std::string>> describe_machine();

}  // namespace guildhall::benchmarks
