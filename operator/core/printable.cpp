#include "operator/core/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace guildhall::core {

namespace {

/// One character at the front of a text.
struct Character {
  std::size_t length = 1;  ///< in bytes
  std::uint32_t code = 0;
  bool valid = false;  ///< well-formed UTF-8
};

std::size_t length_by(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

/// Source: RFC 3629, section 4: no overlong forms, no surrogates.
bool is_scalar(std::uint32_t code, std::size_t length) {
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kLeast[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

Character front(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = length_by(first);
  if (length == 0 || length > text.size()) return {.length = 1, .code = first, .valid = false};
  if (length == 1) return {.length = 1, .code = first, .valid = true};
  std::uint32_t code = first & (0x7FU >> length);
  for (const char c : text.substr(1, length - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) return {.length = 1, .code = first, .valid = false};
    code = (code << 6U) | (byte & 0x3FU);
  }
  return is_scalar(code, length) ? Character{length, code, true} : Character{1, first, false};
}

/// Source: Unicode, general categories Cc, Zl and Zp, and the bidirectional controls of UAX #9.
bool is_dangerous(std::uint32_t code) {
  const bool control = code < 0x20 || (code >= 0x7F && code <= 0x9F);
  const bool turns = code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
                     (code >= 0x2066 && code <= 0x2069);
  return control || turns || code == 0x2028 || code == 0x2029 || code == 0xFEFF;
}

template <class Escape>
std::string escaped(std::string_view text, Escape escape) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character next = front(text);
    if (next.valid && !is_dangerous(next.code))
      out += text.substr(0, next.length);
    else
      out += escape(next);
    text.remove_prefix(next.length);
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) {
  return escaped(text, [](const Character& character) {
    return character.code < 0x100 ? fmt::format("\\x{:02x}", character.code) : fmt::format("\\u{:04x}", character.code);
  });
}

std::string printable_lines(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines += printable(text.substr(0, end)) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string printable_document(std::string_view document) {
  return escaped(document, [](const Character& character) -> std::string {
    return character.code == '\n' ? "\n" : fmt::format("\\u{:04x}", character.code);
  });
}

bool is_printable(std::string_view text) {
  return printable(text) == text;
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace guildhall::core
