#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace guildhall::core {

namespace crc32_table {

/// What each byte comes to: the gate checks a token at every request.
inline constexpr auto kOfByte = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    table[byte] = crc;
  }
  return table;
}();

}  // namespace crc32_table

/// CRC-32/ISO-HDLC (polynomial 0x04C11DB7 reflected, init and xorout all ones). Check value of "123456789": 0xCBF43926.
constexpr std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes)
    crc = (crc >> 8U) ^ crc32_table::kOfByte[(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
  return crc ^ 0xFFFFFFFFU;
}

static_assert(crc32("123456789") == 0xCBF43926U);
static_assert(crc32("") == 0);

}  // namespace guildhall::core
