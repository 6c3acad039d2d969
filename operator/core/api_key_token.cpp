#include "operator/core/api_key_token.hpp"

#include <algorithm>
#include <cstdint>
#include <ranges>

#include "operator/core/crc32.hpp"
#include "operator/core/random_text.hpp"

namespace guildhall::core {
namespace {

bool is_base62(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

}  // namespace

std::string token_checksum(std::string_view body) {
  std::uint32_t crc = crc32(body);
  std::string digits(kTokenChecksumLength, '0');
  for (char& digit : std::views::reverse(digits)) {
    digit = kBase62[crc % kBase62.size()];
    crc /= static_cast<std::uint32_t>(kBase62.size());
  }
  return digits;
}

bool is_well_formed_token(std::string_view token) {
  if (token.size() != kTokenLength || !token.starts_with(kTokenPrefix)) return false;
  if (token[kTokenPrefix.size() + kTokenIdLength] != '_') return false;
  const std::string_view body = token.substr(0, kTokenLength - kTokenChecksumLength);
  return is_base62(body.substr(kTokenPrefix.size(), kTokenIdLength)) &&
         is_base62(body.substr(kTokenPrefix.size() + kTokenIdLength + 1)) &&
         token.substr(body.size()) == token_checksum(body);
}

std::string_view token_id(std::string_view token) {
  return is_well_formed_token(token) ? token.substr(kTokenPrefix.size(), kTokenIdLength) : std::string_view{};
}

}  // namespace guildhall::core
