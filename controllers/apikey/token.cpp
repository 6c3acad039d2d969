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

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
constexpr std::string_view kHex = "0123456789abcdefABCDEF";

/// How a token may be written: what of its prefix shows, and the characters that go on with it.
struct Writing {
  std::string_view mark;
  std::string_view goes_on_with;
  bool also_before;  ///< the text around it, which cannot be parted from it
};

constexpr Writing kWritings[] = {
    {kPrefix, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_", false},
    // kPrefix in base64, after 0, 1 and 2 other bytes: the characters that do not depend on what stands beside it.
    {"Z2xkX", kBase64, true},
    {"dsZF", kBase64, true},
    {"nbGRf", kBase64, true},
    {"gld%5F", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_%", false},
    {"676c645f", kHex, false},
    {"676C645F", kHex, false},
    {"103 108 100 95 ", "0123456789 ", false},
    {"103,108,100,95,", "0123456789,", false},
    {"103, 108, 100, 95, ", "0123456789, ", false},
    {"0x67, 0x6c, 0x64, 0x5f, ", "0123456789abcdefx, ", false},
};

void strike_writing(const Writing& writing, std::string& text) {
  constexpr std::string_view in_its_place = "[token struck out]";
  for (std::size_t mark = text.find(writing.mark); mark != std::string::npos; mark = text.find(writing.mark, mark)) {
    std::size_t begin = mark;
    while (writing.also_before && begin > 0 && writing.goes_on_with.contains(text[begin - 1]))
      --begin;
    const std::size_t end = text.find_first_not_of(writing.goes_on_with, mark + writing.mark.size());
    text.replace(begin, (end == std::string::npos ? text.size() : end) - begin, in_its_place);
    mark = begin + in_its_place.size();
  }
}

}  // namespace

std::string strike_tokens(std::string text) {
  for (const Writing& writing : kWritings)
    strike_writing(writing, text);
  return text;
}

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
