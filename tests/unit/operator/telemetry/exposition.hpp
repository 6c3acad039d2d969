// Reads Prometheus' text format 0.0.4 strictly, so that a test sees what a scraper would. Source: the format's page in
// Prometheus' documentation.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::telemetry {

using LabelMap = std::map<std::string, std::string>;

struct ExposedFamily {
  std::string help;
  std::string type;
  std::map<std::pair<std::string, LabelMap>, double> series;  ///< by full name and labels
};

struct Exposition {
  std::map<std::string, ExposedFamily> families;
  std::string problem;  ///< the first line that breaks the format; empty when none does

  /// The value of a series; unset when there is none.
  [[nodiscard]] std::optional<double> value(const std::string& name, const LabelMap& labels = {}) const;
  [[nodiscard]] const ExposedFamily& family(const std::string& name) const;
};

Exposition read_exposition(std::string_view text);

}  // namespace guildhall::telemetry
