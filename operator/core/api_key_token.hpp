#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace guildhall::core {

/// The form of an ApiKey's token: `gld_<id>_<secret><checksum>`, in characters of 0-9A-Za-z.
/// checksum = CRC-32/ISO-HDLC of all before it, big-endian in base 62, zero-padded. Source: design, ApiKey.
inline constexpr std::string_view kTokenPrefix = "gld_";
inline constexpr std::size_t kTokenIdLength = 8;
inline constexpr std::size_t kTokenSecretLength = 43;  // 256 bits
inline constexpr std::size_t kTokenChecksumLength = 6;
inline constexpr std::size_t kTokenLength =
    kTokenPrefix.size() + kTokenIdLength + 1 + kTokenSecretLength + kTokenChecksumLength;

/// Whether `token` has the form and its checksum is right. Says nothing about whether it is accepted.
bool is_well_formed_token(std::string_view token);

/// The id within a well-formed token; "" of any other text.
std::string_view token_id(std::string_view token);

/// The six characters that end a token whose text before them is `body`.
std::string token_checksum(std::string_view body);

}  // namespace guildhall::core
