#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace guildhall::records {

/// Reads CSV as RFC 4180 has it: records end in CRLF, a quoted cell may hold anything, its quotes doubled. Throws
/// nothing: what is no CSV gives an empty list.
inline std::vector<std::vector<std::string>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> records;
  while (!text.empty()) {
    std::vector<std::string>& record = records.emplace_back();
    for (;;) {
      std::string& cell = record.emplace_back();
      if (text.starts_with('"')) {
        text.remove_prefix(1);
        for (;;) {
          const auto quote = text.find('"');
          if (quote == std::string_view::npos) return {};
          cell += text.substr(0, quote);
          text.remove_prefix(quote + 1);
          if (!text.starts_with('"')) break;
          cell += '"';
          text.remove_prefix(1);
        }
      } else {
        const auto end = text.find_first_of(",\r\n\"");
        if (end == std::string_view::npos) return {};
        cell = text.substr(0, end);
        text.remove_prefix(end);
      }
      if (!text.starts_with(',')) break;
      text.remove_prefix(1);
    }
    if (!text.starts_with("\r\n")) return {};
    text.remove_prefix(2);
  }
  return records;
}

}  // namespace guildhall::records
