#include "operator/core/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace guildhall::core {
namespace {

constexpr std::array<std::pair<char, std::int64_t>, 6> kUnits{
    {{'y', 31'536'000}, {'w', 604'800}, {'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};
constexpr std::size_t kMaxLength = 10;

std::int64_t unit_seconds(char unit) {
  for (const auto& [letter, seconds] : kUnits) {
    if (letter == unit) return seconds;
  }
  return 0;
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  const auto invalid = [&] {
    return fail(
        ErrorKind::Invalid,
        fmt::format("'{}' is not a duration: write a number and one unit of s, m, h, d, w, y, such as 24h or 90d",
                    text));
  };
  if (text.size() < 2 || text.size() > kMaxLength) return invalid();
  const std::int64_t unit = unit_seconds(text.back());
  std::uint64_t count = 0;  // unsigned: from_chars would take "-0" for a signed number
  const char* const begin = text.data();
  const char* const last = begin + text.size() - 1;
  const auto [end, error] = std::from_chars(begin, last, count);
  if (unit == 0 || error != std::errc{} || end != last) return invalid();
  return std::chrono::seconds{static_cast<std::int64_t>(count) * unit};
}

std::string format_duration(std::chrono::seconds duration) {
  for (const auto& [letter, seconds] : kUnits) {
    if (duration.count() != 0 && duration.count() % seconds == 0)
      return fmt::format("{}{}", duration.count() / seconds, letter);
  }
  return "0s";
}

}  // namespace guildhall::core
