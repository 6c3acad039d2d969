#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace guildhall::crypto {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// FIPS 180-4. Thread-safe, here and below. A failure of OpenSSL is a broken invariant: it ends the process.
Sha256Digest sha256(std::string_view bytes);
/// The same in 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
/// The same in base64 with padding, as a Content-Security-Policy names it (CSP Level 3, section 2.3.1).
std::string sha256_base64(std::string_view bytes);

/// RFC 2104 with SHA-256.
Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// Whether both are equal, in a time that depends on the lengths alone.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace guildhall::crypto
