#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace guildhall::core {

/// CRC-32/ISO-HDLC (polynomial 0x04C11DB7 reflected, init and xorout all ones). Check value of "123456789": 0xCBF43926.
constexpr std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return crc ^ 0xFFFFFFFFU;
}

static_assert(crc32("123456789") == 0xCBF43926U);

}  // namespace guildhall::core
