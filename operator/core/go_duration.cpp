#include "operator/core/go_duration.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace guildhall::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// "µ" is U+00B5 or U+03BC. None is the begin of another that stands after it.
constexpr std::array<std::pair<std::string_view, std::int64_t>, 8> kUnits{{{"ns", 1},
                                                                           {"us", 1'000},
                                                                           {"\u00B5s", 1'000},
                                                                           {"\u03BCs", 1'000},
                                                                           {"ms", 1'000'000},
                                                                           {"s", 1'000'000'000},
                                                                           {"m", 60'000'000'000},
                                                                           {"h", 3'600'000'000'000}}};
constexpr std::int64_t kMost = INT64_MAX;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// What is still to be read.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::string_view take_digits() {
    std::size_t length = 0;
    while (length < rest_.size() && is_digit(rest_[length]))
      ++length;
    const std::string_view digits = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return digits;
  }

  /// Its nanoseconds; 0: there is none.
  std::int64_t take_unit() {
    for (const auto& [name, size] : kUnits)
      if (take(name)) return size;
    return 0;
  }

 private:
  std::string_view rest_;
};

/// a * b + c, unless it is too much; none is negative.
std::optional<std::int64_t> multiply_add(std::int64_t a, std::int64_t b, std::int64_t c) {
  if (b != 0 && a > (kMost - c) / b) return std::nullopt;
  return a * b + c;
}

std::optional<std::int64_t> whole_of(std::string_view digits, std::int64_t unit) {
  std::optional<std::int64_t> number = 0;
  for (const char digit : digits)
    if (number) number = multiply_add(*number, 10, digit - '0');
  return number ? multiply_add(*number, unit, 0) : std::nullopt;
}

/// As far as it comes to whole nanoseconds.
std::int64_t fraction_of(std::string_view digits, std::int64_t unit) {
  std::int64_t sum = 0;
  for (const char digit : digits) {
    unit /= 10;
    sum += (digit - '0') * unit;
  }
  return sum;
}

/// One number and its unit.
std::optional<std::int64_t> take_part(Reader& reader) {
  const std::string_view whole = reader.take_digits();
  const std::string_view fraction = reader.take(".") ? reader.take_digits() : std::string_view();
  const std::int64_t unit = reader.take_unit();
  if (unit == 0 || (whole.empty() && fraction.empty())) return std::nullopt;
  const auto units = whole_of(whole, unit);
  return units ? multiply_add(*units, 1, fraction_of(fraction, unit)) : std::nullopt;
}

std::optional<std::int64_t> sum_of(std::string_view text) {
  if (text == "0") return 0;
  Reader reader(text);
  std::optional<std::int64_t> sum;
  do {
    const auto part = take_part(reader);
    sum = part ? multiply_add(*part, 1, sum.value_or(0)) : std::nullopt;
  } while (sum && !reader.is_at_end());
  return sum;
}

}  // namespace

Result<milliseconds> parse_go_duration(std::string_view text) {
  if (const auto sum = sum_of(text)) return std::chrono::ceil<milliseconds>(nanoseconds(*sum));
  return fail(
      ErrorKind::Invalid,
      fmt::format("'{}' is not a duration: write numbers with units of h, m, s and ms, such as 10s or 1m30s", text));
}

}  // namespace guildhall::core
