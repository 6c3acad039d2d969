#include "operator/plugin/timeout.hpp"

#include <fmt/format.h>

#include <string>

#include "operator/core/go_duration.hpp"

namespace guildhall::plugin {

namespace {

constexpr std::chrono::hours kLongest{365 * 24};
constexpr std::string_view kDigits = "0123456789";

}  // namespace

core::Result<std::chrono::milliseconds> parse_timeout(std::string_view text) {
  const bool is_number = !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
  const auto time = core::parse_go_duration(is_number ? std::string(text) + "s" : std::string(text));
  if (time && *time <= kLongest) return *time;
  return core::fail(
      core::ErrorKind::Invalid,
      fmt::format("'{}' must be a time such as 10s, 1500ms or 1m30s, or a number of seconds; at most 8760h", text));
}

}  // namespace guildhall::plugin
