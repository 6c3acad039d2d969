#include "operator/records/moment.hpp"

#include <fmt/format.h>

#include "operator/core/duration.hpp"

namespace guildhall::records {

namespace {

/// Before the year 0 no time can be written, and none is needed.
core::Timestamp before(core::Timestamp now, std::chrono::seconds duration) {
  const core::Timestamp first = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
  return duration > std::chrono::floor<std::chrono::seconds>(now - first) ? first : now - duration;
}

}  // namespace

core::Result<core::Timestamp> parse_moment(std::string_view text, core::Timestamp now) {
  constexpr std::size_t date_length = 10;
  if (const auto time = core::parse_timestamp(text)) return *time;
  if (text.size() == date_length) {
    if (const auto midnight = core::parse_timestamp(std::string(text) + "T00:00:00Z")) return *midnight;
  }
  if (const auto duration = core::parse_duration(text)) return before(now, *duration);
  return core::fail(
      core::ErrorKind::Invalid,
      fmt::format("'{}' is no time: write 2026-11-24T10:00:00Z, 2026-11-24 (midnight in UTC), or how long "
                  "ago as a number and one of s, m, h, d, w, y, such as 7d",
                  text));
}

}  // namespace guildhall::records
