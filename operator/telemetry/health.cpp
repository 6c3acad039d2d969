#include "operator/telemetry/health.hpp"

#include <fmt/format.h>

namespace guildhall::telemetry {

std::string HealthChecks::line_of(const Named& named, const core::Result<void>& result) {
  if (result) return fmt::format("[+]{} ok\n", named.name);
  if (!named.must_hold) return fmt::format("[!]{}: {}\n", named.name, result.error().describe());
  return fmt::format("[-]{} failed: {}\n", named.name, result.error().describe());
}

HealthChecks::Report HealthChecks::report(bool verbose, std::string_view only) const {
  Report report;
  std::string notices;
  bool found = only.empty();
  for (const Named& named : checks_) {
    if (!only.empty() && named.name != only) continue;
    found = true;
    const auto result = named.check();
    const std::string line = line_of(named, result);
    report.text += line;
    if (!named.must_hold && !result) notices += line;
    report.ok = report.ok && (result.has_value() || !named.must_hold);
  }
  if (!found) return {.ok = false, .found = false, .text = fmt::format("there is no check {}\n", only)};
  if (report.ok && !verbose) report.text = "ok\n" + notices;
  return report;
}

}  // namespace guildhall::telemetry
