#include "operator/crypto/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace guildhall::crypto {
namespace {

/// Fetched once: a fetch per call costs a third of a short digest.
const EVP_MD* sha256_method() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> kMethod(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                       EVP_MD_free);
  return kMethod.get();
}

void require(bool ok) {
  if (ok) return;
  std::fputs("OpenSSL cannot compute SHA-256\n", stderr);
  std::abort();
}

std::string hex(const Sha256Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const std::uint8_t byte : digest) {
    text.push_back(kDigits[byte >> 4U]);
    text.push_back(kDigits[byte & 0x0fU]);
  }
  return text;
}

}  // namespace

Sha256Digest sha256(std::string_view bytes) {
  Sha256Digest digest{};
  require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, sha256_method(), nullptr) == 1);
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  return hex(sha256(bytes));
}

std::string sha256_base64(std::string_view bytes) {
  constexpr std::size_t kLength = 44;  // 32 bytes, in groups of 3 that become 4
  const Sha256Digest digest = sha256(bytes);
  std::array<unsigned char, kLength + 1> text{};  // OpenSSL ends it with a zero
  EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
  return {text.begin(), text.begin() + kLength};
}

Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256Digest digest{};
  unsigned int length = 0;
  // OpenSSL takes a null pointer for a missing argument, not for an empty one.
  if (key.data() == nullptr) key = "";
  if (bytes.data() == nullptr) bytes = "";
  const auto* data = reinterpret_cast<const unsigned char*>(
      bytes.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): C API
  require(HMAC(sha256_method(), key.data(), static_cast<int>(key.size()), data, bytes.size(), digest.data(), &length) !=
          nullptr);
  require(length == digest.size());
  return digest;
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  return hex(hmac_sha256(key, bytes));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace guildhall::crypto
