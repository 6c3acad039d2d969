#include "operator/telemetry/health.hpp"

#include <fmt/format.h>

namespace guildhall::telemetry {

HealthChecks::Report HealthChecks::report(bool verbose, std::string_view only) const {
  Report report;
  bool found = only.empty();
  for (const Named& named : checks_) {
    if (!only.empty() && named.name != only) continue;
    found = true;
    const auto result = named.check();
    report.text += result ? fmt::format("[+]{} ok\n", named.name)
                          : fmt::format("[-]{} failed: {}\n", named.name, result.error().describe());
    report.ok = report.ok && result.has_value();
  }
  if (!found) return {.ok = false, .found = false, .text = fmt::format("there is no check {}\n", only)};
  if (report.ok && !verbose) report.text = "ok\n";
  return report;
}

}  // namespace guildhall::telemetry
