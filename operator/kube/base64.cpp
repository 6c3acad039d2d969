#include "operator/kube/base64.hpp"

#include <cstdint>

namespace guildhall::kube {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t window = 0;
  unsigned bits = 0;
  bool padded = false;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ') continue;
    const auto value = kAlphabet.find(c);
    if (c == '=') padded = true;
    if (c == '=') continue;
    if (padded || value == std::string_view::npos) return std::nullopt;
    window = (window << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((window >> bits) & 0xFFU);
  }
  return bits == 6 ? std::nullopt : std::optional(std::move(bytes));
}

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t window = 0;
    for (std::size_t i = 0; i < 3; ++i)
      window = (window << 8U) | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += at + i > bytes.size() ? '=' : kAlphabet[(window >> (18U - 6U * i)) & 0x3FU];
  }
  return text;
}

}  // namespace guildhall::kube
