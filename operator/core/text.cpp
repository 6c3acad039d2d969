#include "operator/core/text.hpp"

namespace guildhall::core {

std::string_view cut_text(std::string_view text, std::size_t length) {
  if (text.size() <= length) return text;
  const auto continues = [&text](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  while (length > 0 && continues(length))
    --length;
  return text.substr(0, length);
}

std::string escape_field_value(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == ',' || c == '=') text += '\\';
    text += c;
  }
  return text;
}

}  // namespace guildhall::core
