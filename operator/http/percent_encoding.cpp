#include "operator/http/percent_encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace guildhall::http {
namespace {

constexpr std::size_t kEscape = 3;

/// The text up to the separator, which goes with it; without one: all of it.
std::string_view cut(std::string_view& text, char separator) {
  const std::string_view before = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(before.size() + 1, text.size()));
  return before;
}

core::Result<std::string> unescape(std::string_view text, char plus) {
  std::string result;
  while (!text.empty()) {
    const auto byte = escaped_byte(text);
    if (!byte && text.front() == '%')
      return core::fail(core::ErrorKind::Invalid, fmt::format("'{}' is no escape", text.substr(0, kEscape)));
    result += byte.value_or(text.front() == '+' ? plus : text.front());
    text.remove_prefix(byte ? kEscape : 1);
  }
  return result;
}

}  // namespace

std::optional<char> escaped_byte(std::string_view text) {
  if (text.size() < kEscape || text[0] != '%') return std::nullopt;
  unsigned char byte = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + kEscape, byte, 16);
  if (error != std::errc{} || end != text.data() + kEscape) return std::nullopt;
  return static_cast<char>(byte);
}

core::Result<std::string> unescape_path(std::string_view text) {
  return unescape(text, '+');
}

core::Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    std::string_view value = cut(query, '&');
    if (value.contains(';')) return core::fail(core::ErrorKind::Invalid, "a ';' does not separate fields");
    if (value.empty()) continue;
    auto name = unescape(cut(value, '='), ' ');
    if (!name) return std::unexpected(name.error());
    auto text = unescape(value, ' ');
    if (!text) return std::unexpected(text.error());
    pairs.emplace_back(std::move(*name), std::move(*text));
  }
  return pairs;
}

}  // namespace guildhall::http
