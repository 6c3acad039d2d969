#include "operator/core/random_text.hpp"

#include <string.h>  // NOLINT(modernize-deprecated-headers): explicit_bzero is not in <cstring>

#include <array>

namespace guildhall::core {
namespace {

// The largest multiple of 62 that a byte can hold: what lies above would make the first characters likelier.
constexpr unsigned kUnbiased = 248;

}  // namespace

void append_random_base62(RandomSource& random, std::size_t count, std::string& text) {
  std::array<std::byte, 64> bytes{};  // in blocks
  while (count > 0) {
    random.fill(bytes);
    for (const std::byte byte : bytes) {
      const auto value = std::to_integer<unsigned>(byte);
      if (value >= kUnbiased || count == 0) continue;
      text.push_back(kBase62[value % kBase62.size()]);
      --count;
    }
  }
  explicit_bzero(bytes.data(), bytes.size());
}

}  // namespace guildhall::core
