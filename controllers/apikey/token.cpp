#include "controllers/apikey/token.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <ranges>

#include "operator/core/crc32.hpp"

namespace guildhall::controllers::apikey {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kPrefix = "gld_";
constexpr std::size_t kTokenLength = kPrefix.size() + kIdLength + 1 + kSecretLength + kChecksumLength;
// The largest multiple of 62 that a byte can hold: what lies above would make the first characters likelier.
constexpr unsigned kUnbiased = 248;

/// Appends `count` characters, drawing bytes in blocks. `text` must have room, so that no copy of a secret is left
/// behind by growth.
void append_random(core::RandomSource& random, std::size_t count, std::string& text) {
  std::array<std::byte, 64> bytes{};
  while (count > 0) {
    random.fill(bytes);
    for (const std::byte byte : bytes) {
      const auto value = std::to_integer<unsigned>(byte);
      if (value >= kUnbiased || count == 0) continue;
      text.push_back(kAlphabet[value % kAlphabet.size()]);
      --count;
    }
  }
  explicit_bzero(bytes.data(), bytes.size());
}

bool is_base62(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return kAlphabet.find(c) != std::string_view::npos; });
}

}  // namespace

std::string token_checksum(std::string_view body) {
  std::uint32_t crc = core::crc32(body);
  std::string digits(kChecksumLength, '0');
  for (char& digit : std::views::reverse(digits)) {
    digit = kAlphabet[crc % kAlphabet.size()];
    crc /= static_cast<std::uint32_t>(kAlphabet.size());
  }
  return digits;
}

FreshToken draw_token(core::RandomSource& random) {
  std::string id;
  append_random(random, kIdLength, id);
  std::string text;
  text.reserve(kTokenLength);
  text.append(kPrefix).append(id).append("_");
  append_random(random, kSecretLength, text);
  text.append(token_checksum(text));
  return {std::move(id), core::SecretText(std::move(text))};
}

bool is_well_formed_token(std::string_view token) {
  if (token.size() != kTokenLength || !token.starts_with(kPrefix)) return false;
  if (token[kPrefix.size() + kIdLength] != '_') return false;
  const std::string_view body = token.substr(0, kTokenLength - kChecksumLength);
  return is_base62(body.substr(kPrefix.size(), kIdLength)) && is_base62(body.substr(kPrefix.size() + kIdLength + 1)) &&
         token.substr(body.size()) == token_checksum(body);
}

std::string_view token_id(std::string_view token) {
  return is_well_formed_token(token) ? token.substr(kPrefix.size(), kIdLength) : std::string_view{};
}

}  // namespace guildhall::controllers::apikey
