#pragma once

#include <string>
#include <string_view>

#include "operator/core/random.hpp"
#include "operator/core/secret_text.hpp"

namespace guildhall::controllers::apikey {

/// The form of a token: `gld_<id>_<secret><checksum>`, in characters of 0-9A-Za-z.
/// checksum = CRC-32/ISO-HDLC of all before it, big-endian in base 62, zero-padded. Source: design, ApiKey.
inline constexpr std::size_t kIdLength = 8;
inline constexpr std::size_t kSecretLength = 43;  // 256 bits
inline constexpr std::size_t kChecksumLength = 6;

/// A token that nobody has yet. The clear text exists only here until it is written into a Secret.
struct FreshToken {
  std::string id;
  core::SecretText text;
};

/// Draws a token. Every character is equally likely (bytes that would skew the choice are drawn again).
FreshToken draw_token(core::RandomSource& random);

/// Whether `token` has the form and its checksum is right. Says nothing about whether it is accepted.
bool is_well_formed_token(std::string_view token);

/// The id within a well-formed token; "" of any other text.
std::string_view token_id(std::string_view token);

/// The six characters that end a token whose text before them is `body`.
std::string token_checksum(std::string_view body);

}  // namespace guildhall::controllers::apikey
