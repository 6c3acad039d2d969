#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "operator/core/random.hpp"

namespace guildhall::core {

/// 0-9A-Za-z, in the order of their values.
inline constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Appends `count` characters of kBase62, each equally likely (bytes that would skew the choice are drawn again). 43 of
/// them hold 256 bits. `text` should have room, so that no copy of a secret is left behind by growth.
void append_random_base62(RandomSource& random, std::size_t count, std::string& text);

}  // namespace guildhall::core
