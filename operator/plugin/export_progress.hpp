#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "operator/plugin/invocation.hpp"

namespace guildhall::plugin {

/// Counts the entries of an export as its lines pass. In CSV the first row is the header, and a row has several lines
/// when a quoted cell has. Source: RFC 4180.
class EntryCount {
 public:
  explicit EntryCount(ExportFormat format) : format_(format) {}

  /// The next line, without its line feed.
  void pass(std::string_view line);
  [[nodiscard]] std::int64_t entries() const;
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }

 private:
  ExportFormat format_;
  std::int64_t rows_ = 0;
  std::int64_t bytes_ = 0;
  bool in_quotes_ = false;
};

/// When progress is worth telling again: not more than five times a second. Time is an argument.
class ProgressPace {
 public:
  using Time = std::chrono::steady_clock::time_point;
  bool is_due(Time now);

 private:
  std::optional<Time> told_;
};

/// "1 entry", "12345 entries".
std::string entries_text(std::int64_t entries);

/// "12345 entries, 3.4 MB".
std::string progress_text(const EntryCount& count);

/// "12345 entries written to acme.csv"; `file` empty: to standard output.
std::string closing_text(const EntryCount& count, const std::string& file);

}  // namespace guildhall::plugin
