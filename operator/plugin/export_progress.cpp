#include "operator/plugin/export_progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "operator/core/printable.hpp"

namespace guildhall::plugin {

namespace {

constexpr std::chrono::milliseconds kBetween{200};

std::string size_text(std::int64_t bytes) {
  constexpr std::array<const char*, 4> units{"kB", "MB", "GB", "TB"};
  constexpr double step = 1000;
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes) / step;
  std::size_t unit = 0;
  for (; size >= step && unit + 1 < units.size(); ++unit)
    size /= step;
  return fmt::format("{:.1f} {}", size, units.at(unit));
}

}  // namespace

void EntryCount::pass(std::string_view line) {
  bytes_ += static_cast<std::int64_t>(line.size()) + 1;
  const bool odd = std::ranges::count(line, '"') % 2 != 0;
  if (format_ == ExportFormat::Csv && odd) in_quotes_ = !in_quotes_;
  if (!in_quotes_) ++rows_;
}

std::int64_t EntryCount::entries() const {
  return format_ == ExportFormat::Csv ? std::max<std::int64_t>(rows_ - 1, 0) : rows_;
}

bool ProgressPace::is_due(Time now) {
  if (told_ && now - *told_ < kBetween) return false;
  told_ = now;
  return true;
}

std::string entries_text(std::int64_t entries) {
  return entries == 1 ? "1 entry" : fmt::format("{} entries", entries);
}

std::string progress_text(const EntryCount& count) {
  return fmt::format("{}, {}", entries_text(count.entries()), size_text(count.bytes()));
}

std::string closing_text(const EntryCount& count, const std::string& file) {
  const std::string what = entries_text(count.entries()) + " written";
  return file.empty() ? what : what + " to " + core::printable(file);
}

}  // namespace guildhall::plugin
