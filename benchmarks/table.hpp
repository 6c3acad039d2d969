// Tables of figures, for the terminal and for RESULTS.md: the same Markdown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/measurement.hpp"

namespace guildhall::benchmarks {

/// A Markdown table whose columns are as wide as what stands in them. The first row is the head.
std::string markdown_table(const std::vector<std::vector<std::string>>& rows);

/// One row for each scene and figure, in the order in which they came first: min, median and max of its runs, and
/// whether the median reaches the aim.
std::string table_of(const std::vector<Measurement>& measurements);

/// Three significant digits or so: "0.012", "4.21", "153", "12,345".
std::string format_number(double value);

/// "<!-- NAME -->" and "<!-- end NAME -->" in `page` are markers on lines of their own; what stands between them
/// becomes `content`. Throws std::runtime_error when they are not there.
std::string replace_between_markers(std::string_view page, const std::string& name, const std::string& content);

}  // namespace guildhall::benchmarks
