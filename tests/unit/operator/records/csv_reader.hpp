#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::records {

/// Takes a cell whose opening quote is gone: until the quote that is not doubled. False: there is none.
inline bool take_quoted(std::string_view& text, std::string& cell) {
  for (;;) {
    const auto quote = text.find('"');
    if (quote == std::string_view::npos) return false;
    cell += text.substr(0, quote);
    text.remove_prefix(quote + 1);
    if (!text.starts_with('"')) return true;
    cell += '"';
    text.remove_prefix(1);
  }
}

inline bool take_cell(std::string_view& text, std::string& cell) {
  if (text.starts_with('"')) {
    text.remove_prefix(1);
    return take_quoted(text, cell);
  }
  const auto end = std::min(text.find_first_of(",\r\n\""), text.size());
  cell = text.substr(0, end);
  text.remove_prefix(end);
  return true;
}

inline bool take_record(std::string_view& text, std::vector<std::string>& record) {
  for (;;) {
    if (!take_cell(text, record.emplace_back())) return false;
    if (!text.starts_with(',')) break;
    text.remove_prefix(1);
  }
  if (!text.starts_with("\r\n")) return false;
  text.remove_prefix(2);
  return true;
}

/// Reads CSV as RFC 4180 has it: records end in CRLF, a quoted cell may hold anything, its quotes doubled. What is none
/// gives an empty list.
inline std::vector<std::vector<std::string>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> records;
  while (!text.empty()) {
    if (!take_record(text, records.emplace_back())) return {};
  }
  return records;
}

}  // namespace guildhall::records
