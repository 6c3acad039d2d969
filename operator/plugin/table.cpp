#include "operator/plugin/table.hpp"

#include <algorithm>

#include "operator/core/printable.hpp"

namespace guildhall::plugin {

namespace {

constexpr std::size_t kGap = 3;

using Row = std::vector<std::string>;

Row printable_row(const Row& row) {
  Row cells;
  for (const auto& cell : row)
    cells.push_back(cell.empty() ? "<none>" : core::printable(cell));
  return cells;
}

std::vector<std::size_t> widths_of(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.empty() ? 0 : rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], core::width(row[i]));
  return widths;
}

}  // namespace

std::string format_table(const Table& table, bool with_header) {
  std::vector<Row> rows;
  if (with_header) rows.push_back(table.header);
  for (const auto& row : table.rows)
    rows.push_back(printable_row(row));
  const auto widths = widths_of(rows);
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      text += row[i] + std::string(widths[i] - core::width(row[i]) + kGap, ' ');
    text += row.back() + '\n';
  }
  return text;
}

}  // namespace guildhall::plugin
