#include "operator/crypto/random.hpp"

#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>

namespace guildhall::crypto {

void SystemRandom::fill(std::span<std::byte> bytes) {
  auto* data =
      reinterpret_cast<unsigned char*>(bytes.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): C API
  if (RAND_priv_bytes(data, static_cast<int>(bytes.size())) == 1) return;
  std::fputs("OpenSSL has no randomness\n", stderr);
  std::abort();
}

}  // namespace guildhall::crypto
