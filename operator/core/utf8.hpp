#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace guildhall::core {

/// One character at the front of a text.
struct Utf8Character {
  std::size_t length = 1;  ///< in bytes
  std::uint32_t code = 0;  ///< of a byte that begins none, the byte
  bool valid = false;      ///< well-formed UTF-8
};

/// The first character of a text that is not empty; what is no UTF-8 is taken byte by byte.
/// Source: RFC 3629, section 4: no overlong forms, no surrogates.
Utf8Character first_character(std::string_view text);

}  // namespace guildhall::core
