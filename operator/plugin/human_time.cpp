#include "operator/plugin/human_time.hpp"

#include <fmt/format.h>

namespace guildhall::plugin {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// "2m15s", and "2m" when nothing is left over.
template <class Big, class Small>
std::string in_two(seconds time, const char* big, const char* small) {
  const auto whole = std::chrono::duration_cast<Big>(time);
  const auto rest = std::chrono::duration_cast<Small>(time - whole);
  return rest.count() == 0 ? fmt::format("{}{}", whole.count(), big)
                           : fmt::format("{}{}{}{}", whole.count(), big, rest.count(), small);
}

template <class Unit>
std::string in_one(seconds time, const char* unit) {
  return fmt::format("{}{}", std::chrono::duration_cast<Unit>(time).count(), unit);
}

using Years = std::chrono::duration<std::int64_t, std::ratio_multiply<std::ratio<365>, days::period>>;

}  // namespace

std::string human_duration(seconds time) {
  if (time < seconds(-1)) return "<invalid>";
  if (time < seconds(0)) return "0s";
  if (time < minutes(2)) return in_one<seconds>(time, "s");
  if (time < minutes(10)) return in_two<minutes, seconds>(time, "m", "s");
  if (time < hours(3)) return in_one<minutes>(time, "m");
  if (time < hours(8)) return in_two<hours, minutes>(time, "h", "m");
  if (time < hours(48)) return in_one<hours>(time, "h");
  if (time < days(8)) return in_two<days, hours>(time, "d", "h");
  if (time < Years(2)) return in_one<days>(time, "d");
  if (time < Years(8)) return in_two<Years, days>(time, "y", "d");
  return in_one<Years>(time, "y");
}

std::string human_time(core::Timestamp time) {
  std::string text = core::format_timestamp(time).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

}  // namespace guildhall::plugin
