#include "operator/core/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "operator/core/text.hpp"
#include "operator/core/utf8.hpp"

namespace guildhall::core {

namespace {

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
    const Utf8Character next = first_character(text);
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
  return escaped(text, [](const Utf8Character& character) {
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
  return escaped(document, [](const Utf8Character& character) -> std::string {
    return character.code == '\n' ? "\n" : fmt::format("\\u{:04x}", character.code);
  });
}

bool is_printable(std::string_view text) {
  return printable(text) == text;
}

std::string printable_within(std::string_view text, std::size_t columns) {
  constexpr std::size_t longest_character = 4;
  std::string shown = printable(cut_text(text, (columns + 1) * longest_character));
  if (width(shown) <= columns) return shown;
  std::size_t kept = 0;
  for (std::size_t i = 0; i + 1 < columns; ++i)
    kept += first_character(std::string_view(shown).substr(kept)).length;
  shown.resize(kept);
  return shown + "\xE2\x80\xA6";
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace guildhall::core
