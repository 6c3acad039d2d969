#include "operator/page/html.hpp"

#include <cstdint>
#include <optional>

namespace guildhall::page {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
};

std::size_t length_by_first(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

bool is_scalar(std::uint32_t value, std::size_t bytes) {
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return value >= kSmallest[bytes] && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

/// The character that the text begins with (RFC 3629); unset: it begins with none.
std::optional<CodePoint> first_of(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t bytes = length_by_first(first);
  if (bytes == 0 || bytes > text.size()) return std::nullopt;
  if (bytes == 1) return CodePoint{.value = first, .bytes = 1};
  std::uint32_t value = first & (0xFFU >> (bytes + 1));
  for (const char next : text.substr(1, bytes - 1)) {
    if ((static_cast<unsigned char>(next) & 0xC0U) != 0x80U) return std::nullopt;
    value = value << 6U | (static_cast<unsigned char>(next) & 0x3FU);
  }
  if (!is_scalar(value, bytes)) return std::nullopt;
  return CodePoint{.value = value, .bytes = bytes};
}

/// C0, DEL and C1; the controls of the Unicode bidirectional algorithm (UAX 9, section 2).
bool is_dropped(std::uint32_t c) {
  const bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool is_direction =
      c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  return is_control || is_direction;
}

std::string_view entity_of(std::uint32_t c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string escape(std::string_view text) {
  std::string html;
  while (!text.empty()) {
    const auto character = first_of(text);
    const std::size_t bytes = character ? character->bytes : 1;
    if (!character) {
      html += kReplacement;
    } else if (const auto entity = entity_of(character->value); !entity.empty()) {
      html += entity;
    } else if (!is_dropped(character->value)) {
      html += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return html;
}

std::string isolated(std::string_view text) {
  return "<bdi>" + escape(text) + "</bdi>";
}

}  // namespace guildhall::page
