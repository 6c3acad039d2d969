#include "controllers/apikey/token.hpp"

#include <algorithm>
#include <cstdint>
#include <ranges>

#include "operator/core/crc32.hpp"
#include "operator/core/random_text.hpp"

namespace guildhall::controllers::apikey {
namespace {

using core::append_random_base62;
using core::kBase62;

constexpr std::string_view kPrefix = "gld_";
constexpr std::size_t kTokenLength = kPrefix.size() + kIdLength + 1 + kSecretLength + kChecksumLength;
bool is_base62(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return kBase62.find(c) != std::string_view::npos; });
}

}  // namespace

std::string token_checksum(std::string_view body) {
  std::uint32_t crc = core::crc32(body);
  std::string digits(kChecksumLength, '0');
  for (char& digit : std::views::reverse(digits)) {
    digit = kBase62[crc % kBase62.size()];
    crc /= static_cast<std::uint32_t>(kBase62.size());
  }
  return digits;
}

FreshToken draw_token(core::RandomSource& random) {
  std::string id;
  append_random_base62(random, kIdLength, id);
  std::string text;
  text.reserve(kTokenLength);
  text.append(kPrefix).append(id).append("_");
  append_random_base62(random, kSecretLength, text);
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
