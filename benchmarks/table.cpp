#include "benchmarks/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace guildhall::benchmarks {
namespace {

/// All runs of one figure.
struct Series {
  Measurement first;
  std::vector<double> values;
};

std::vector<Series> series_of(const std::vector<Measurement>& measurements) {
  std::vector<Series> all;
  for (const auto& each : measurements) {
    const auto found = std::ranges::find_if(all, [&each](const Series& series) {
      return series.first.scene == each.scene && series.first.figure == each.figure;
    });
    if (found == all.end()) {
      all.push_back({each, {each.value}});
    } else {
      found->values.push_back(each.value);
    }
  }
  for (auto& series : all)
    std::ranges::sort(series.values);
  return all;
}

double median(const std::vector<double>& sorted) {
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

std::string verdict(const Series& series) {
  if (!series.first.aim) return "";
  const auto& aim = *series.first.aim;
  const bool most = aim.side == Aim::Side::AtMost;
  const double value = median(series.values);
  const bool reached = most ? value <= aim.limit : value >= aim.limit;
  return fmt::format("{} {}: {}", most ? "at most" : "at least", format_number(aim.limit),
                     reached ? "reached" : "MISSED");
}

std::vector<std::string> row_of(const Series& series) {
  const auto& values = series.values;
  const auto& unit = series.first.unit;
  return {series.first.scene,
          unit.empty() ? series.first.figure : fmt::format("{}, {}", series.first.figure, unit),
          std::to_string(values.size()),
          format_number(values.front()),
          format_number(median(values)),
          format_number(values.back()),
          verdict(series)};
}

std::string with_thousands(const std::string& digits) {
  std::string text;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    const std::size_t left = digits.size() - at;
    if (left % 3 == 0 && at > 0 && digits[at - 1] != '-') text += ',';
    text += digits[at];
  }
  return text;
}

}  // namespace

std::string format_number(double value) {
  const double size = std::abs(value);
  if (size >= 100 || value == std::round(value)) return with_thousands(fmt::format("{:.0f}", value));
  if (size >= 10) return fmt::format("{:.1f}", value);
  if (size >= 1) return fmt::format("{:.2f}", value);
  return fmt::format("{:.3f}", value);
}

std::string markdown_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 3);
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], row[column].size());
  }
  std::string text;
  for (std::size_t line = 0; line < rows.size(); ++line) {
    for (std::size_t column = 0; column < rows[line].size(); ++column)
      text += fmt::format("| {:<{}} ", rows[line][column], widths[column]);
    text += "|\n";
    if (line > 0) continue;
    for (const std::size_t width : widths)
      text += fmt::format("|{:-<{}}", "", width + 2);
    text += "|\n";
  }
  return text;
}

std::string table_of(const std::vector<Measurement>& measurements) {
  std::vector<std::vector<std::string>> rows{{"scene", "figure", "runs", "min", "median", "max", "aim"}};
  for (const auto& series : series_of(measurements)) {
    rows.push_back(row_of(series));
  }
  return markdown_table(rows);
}

std::string replace_between_markers(std::string_view page, const std::string& name, const std::string& content) {
  const std::string begin = "<!-- " + name + " -->\n";
  const std::string end = "<!-- end " + name + " -->\n";
  const auto from = page.find(begin);
  const auto to = from == std::string_view::npos ? from : page.find(end, from);
  if (to == std::string_view::npos) throw std::runtime_error("the page has no place for " + name);
  return std::string(page.substr(0, from + begin.size())) + content + std::string(page.substr(to));
}

}  // namespace guildhall::benchmarks
