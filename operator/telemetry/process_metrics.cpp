#include "operator/telemetry/process_metrics.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace guildhall::telemetry {
namespace {

/// The fields of /proc/self/stat behind the command's name, which may hold spaces. Source: proc(5); the first is
/// field 3.
std::vector<std::string> stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const auto end_of_name = line.rfind(')');
  if (end_of_name == std::string::npos) return {};
  std::istringstream rest(line.substr(end_of_name + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;)
    fields.push_back(field);
  return fields;
}

double boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

double open_descriptors() {
  std::error_code error;
  double count = 0;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
       entry != std::filesystem::directory_iterator(); entry.increment(error))
    ++count;
  return count;
}

double number(const std::vector<std::string>& fields, std::size_t field) {
  return std::strtod(fields[field - 3].c_str(), nullptr);
}

}  // namespace

std::vector<ProcessMetric> read_process_metrics() {
  const auto fields = stat_fields();
  if (fields.size() < 22) return {};
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  return {{"process_cpu_seconds_total", "User and system CPU time in seconds",
           (number(fields, 14) + number(fields, 15)) / ticks},
          {"process_threads", "Threads of this process", number(fields, 20)},
          {"process_start_time_seconds", "Start of this process in seconds since 1970",
           boot_time() + number(fields, 22) / ticks},
          {"process_resident_memory_bytes", "Resident memory in bytes", number(fields, 24) * page},
          {"process_open_fds", "Open file descriptors", open_descriptors()}};
}

}  // namespace guildhall::telemetry
