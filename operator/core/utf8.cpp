#include "operator/core/utf8.hpp"

namespace guildhall::core {

namespace {

std::size_t length_by(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

bool is_scalar(std::uint32_t code, std::size_t length) {
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kLeast[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

}  // namespace

Utf8Character first_character(std::string_view text) {
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
  return is_scalar(code, length) ? Utf8Character{length, code, true} : Utf8Character{1, first, false};
}

}  // namespace guildhall::core
