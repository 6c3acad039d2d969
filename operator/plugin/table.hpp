#pragma once

#include <string>
#include <vector>

namespace guildhall::plugin {

/// Rows for people, as kubectl prints them. Every row has as many cells as the header.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

/// Columns three spaces apart, the last one as long as it is. Cells are made printable here; an empty one is <none>, so
/// that every row has every column. Source: k8s.io/cli-runtime pkg/printers (tabwriter, padding 3).
std::string format_table(const Table& table, bool with_header = true);

}  // namespace guildhall::plugin
