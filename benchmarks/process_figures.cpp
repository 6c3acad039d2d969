#include "benchmarks/process_figures.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/cluster/child_process.hpp"
#include "tests/cluster/http_get.hpp"

namespace guildhall::benchmarks {
namespace {

constexpr double kMega = 1e6;

std::string read_file(const std::string& path) {
  const std::ifstream stream(path);
  if (!stream) throw std::runtime_error("cannot read " + path + ": the process has ended");
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

double status_field(const std::string& status, const std::string& name) {
  const auto at = status.find("\n" + name + ":");
  return at == std::string::npos ? 0 : std::stod(status.substr(at + name.size() + 2));
}

/// The fields of /proc/PID/stat behind the command's name; the first is field 3. Source: proc(5).
double cpu_seconds(const std::string& stat) {
  std::istringstream rest(stat.substr(stat.rfind(')') + 1));
  double sum = 0;
  std::string field;
  for (int number = 3; number <= 15 && rest >> field; ++number) {
    if (number >= 14) sum += std::stod(field);
  }
  return sum / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// The value of a label in "name{a=\"x\",b=\"y\"}".
std::string label_of(const std::string& series, const std::string& label) {
  for (const char before : {'{', ','}) {
    const std::string key = before + label + "=\"";
    const auto at = series.find(key);
    if (at == std::string::npos) continue;
    const auto begin = at + key.size();
    return series.substr(begin, series.find('"', begin) - begin);
  }
  return "";
}

bool is_of(const std::string& series, const std::string& name) {
  return series == name || series.starts_with(name + "{");
}

}  // namespace

ProcessFigures figures_of(pid_t pid) {
  const std::string folder = fmt::format("/proc/{}/", pid);
  const std::string status = read_file(folder + "status");
  const auto megabytes = [&status](const char* name) { return status_field(status, name) * 1024 / kMega; };
  return {.resident_mb = megabytes("VmRSS"),
          .anonymous_mb = megabytes("RssAnon"),
          .peak_mb = megabytes("VmHWM"),
          .cpu_seconds = cpu_seconds(read_file(folder + "stat")),
          .threads = status_field(status, "Threads")};
}

std::optional<double> megabytes_received(pid_t pid) {
  const auto output = tests::cluster::run({.program = "/usr/bin/ss", .arguments = {"-tnpiOH"}, .environment = {}});
  if (output.exit_code != 0) return std::nullopt;
  std::istringstream lines(output.out);
  std::optional<double> sum;
  constexpr std::string_view key = "bytes_received:";
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find(key);
    if (line.find(fmt::format("pid={},", pid)) == std::string::npos || at == std::string::npos) continue;
    sum = sum.value_or(0) + std::stod(line.substr(at + key.size())) / kMega;
  }
  return sum;
}

Metrics Metrics::scrape(std::uint16_t port) {
  const auto answer = tests::cluster::http_get(port, "/metrics");
  if (answer.status != 200) throw std::runtime_error("the operator's /metrics does not answer");
  Metrics metrics;
  std::istringstream lines(answer.body);
  for (std::string line; std::getline(lines, line);) {
    const auto space = line.rfind(' ');
    if (line.starts_with('#') || space == std::string::npos) continue;
    metrics.series_[line.substr(0, space)] = std::stod(line.substr(space + 1));
  }
  return metrics;
}

double Metrics::sum(const std::string& name) const {
  double sum = 0;
  for (const auto& [series, value] : series_) {
    if (is_of(series, name)) sum += value;
  }
  return sum;
}

std::map<std::string, double> Metrics::by(const std::string& name, const std::string& label) const {
  std::map<std::string, double> sums;
  for (const auto& [series, value] : series_) {
    if (is_of(series, name)) sums[label_of(series, label)] += value;
  }
  return sums;
}

std::map<std::string, double> Metrics::by(const std::string& name, const std::string& label,
                                          const std::string& further) const {
  std::map<std::string, double> sums;
  for (const auto& [series, value] : series_) {
    if (is_of(series, name)) sums[label_of(series, label) + " " + label_of(series, further)] += value;
  }
  return sums;
}

}  // namespace guildhall::benchmarks
