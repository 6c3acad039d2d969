#include "tests/unit/operator/telemetry/exposition.hpp"

#include <cmath>
#include <cstdlib>
#include <sstream>

namespace guildhall::telemetry {
namespace {

std::string take_word(std::string_view& text, std::string_view end) {
  const auto length = std::min(text.find_first_of(end), text.size());
  std::string word(text.substr(0, length));
  text.remove_prefix(length);
  return word;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

std::optional<std::string> take_quoted(std::string_view& text) {
  if (!take(text, "\"")) return std::nullopt;
  std::string value;
  while (!text.empty() && text.front() != '"') {
    char c = text.front();
    text.remove_prefix(1);
    if (c == '\\') {
      if (text.empty() || std::string_view("\\\"n").find(text.front()) == std::string_view::npos) return std::nullopt;
      c = text.front() == 'n' ? '\n' : text.front();
      text.remove_prefix(1);
    }
    value.push_back(c);
  }
  if (!take(text, "\"")) return std::nullopt;
  return value;
}

std::optional<LabelMap> take_labels(std::string_view& text) {
  LabelMap labels;
  if (!take(text, "{")) return labels;
  while (!take(text, "}")) {
    const std::string name = take_word(text, "=");
    if (!take(text, "=")) return std::nullopt;
    auto value = take_quoted(text);
    if (!value || name.empty() || !labels.emplace(name, *value).second) return std::nullopt;
    take(text, ",");
  }
  return labels;
}

/// The family that a series belongs to: a histogram's series carry an ending.
std::string family_name(const Exposition& exposition, const std::string& series) {
  for (const std::string_view ending : {"_bucket", "_sum", "_count"}) {
    if (!series.ends_with(ending)) continue;
    const auto found = exposition.families.find(series.substr(0, series.size() - ending.size()));
    if (found != exposition.families.end() && found->second.type == "histogram") return found->first;
  }
  return series;
}

bool read_comment(Exposition& exposition, std::string_view line) {
  const bool is_help = take(line, "# HELP ");
  if (!is_help && !take(line, "# TYPE ")) return false;
  ExposedFamily& family = exposition.families[take_word(line, " ")];
  std::string& text = is_help ? family.help : family.type;
  if (!take(line, " ") || !text.empty() || !family.series.empty()) return false;
  text = line;
  return true;
}

bool read_series(Exposition& exposition, std::string_view line) {
  const std::string name = take_word(line, "{ ");
  const auto labels = take_labels(line);
  if (!labels || !take(line, " ")) return false;
  char* end = nullptr;
  const std::string number(line);
  const double value = std::strtod(number.c_str(), &end);
  const auto family = exposition.families.find(family_name(exposition, name));
  if (*end != '\0' || number.empty() || family == exposition.families.end()) return false;
  return family->second.series.emplace(std::pair{name, *labels}, value).second;
}

}  // namespace

std::optional<double> Exposition::value(const std::string& name, const LabelMap& labels) const {
  const auto family = families.find(family_name(*this, name));
  if (family == families.end()) return std::nullopt;
  const auto found = family->second.series.find({name, labels});
  if (found == family->second.series.end()) return std::nullopt;
  return found->second;
}

const ExposedFamily& Exposition::family(const std::string& name) const {
  static const ExposedFamily kNone;
  const auto found = families.find(name);
  return found == families.end() ? kNone : found->second;
}

Exposition read_exposition(std::string_view text) {
  Exposition exposition;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const bool good = line.starts_with('#') ? read_comment(exposition, line) : read_series(exposition, line);
    if (!good && exposition.problem.empty()) exposition.problem = line;
  }
  if (!text.ends_with('\n') && exposition.problem.empty()) exposition.problem = "no line feed at the end";
  return exposition;
}

}  // namespace guildhall::telemetry
