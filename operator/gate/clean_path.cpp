#include "operator/gate/clean_path.hpp"

#include <optional>

#include "operator/http/percent_encoding.hpp"

namespace guildhall::gate {

namespace {

using core::ErrorKind;

constexpr std::size_t kEscape = 3;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// Of a character as it stands there.
bool is_ambiguous(char c) {
  return is_control(c) || c == ' ' || c == ';' || c == '#' || c == '\\' || c == '?';
}

/// Of one that stood there escaped.
bool is_ambiguous_escaped(char c) {
  return is_control(c) || c == '/' || c == ';' || c == '#' || c == '\\' || c == '?' || c == '%';
}

bool has_dots(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

/// The character that the text begins with, decoded; it goes from the text. Unset: it is ambiguous, or no escape.
std::optional<char> take_character(std::string_view& rest) {
  const char first = rest.front();
  const std::optional<char> escaped = first == '%' ? http::escaped_byte(rest) : std::nullopt;
  if (first == '%' && !escaped) return std::nullopt;
  rest.remove_prefix(escaped ? kEscape : 1);
  if (escaped) return is_ambiguous_escaped(*escaped) ? std::nullopt : escaped;
  return is_ambiguous(first) ? std::nullopt : std::optional(first);
}

}  // namespace

core::Result<std::string> clean_path(std::string_view target) {
  const auto ambiguous = core::fail(ErrorKind::Forbidden, "the path can be read in more than one way");
  std::string_view rest = target.substr(0, target.find('?'));
  if (!rest.starts_with('/')) return ambiguous;
  std::string path;
  path.reserve(rest.size());
  while (!rest.empty()) {
    const auto c = take_character(rest);
    if (!c) return ambiguous;
    if (*c != '/' || !path.ends_with('/')) path += *c;
  }
  if (has_dots(path)) return ambiguous;
  return path;
}

}  // namespace guildhall::gate
