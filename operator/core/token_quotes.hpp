#pragma once

#include <string>

namespace guildhall::controllers::apikey {

/// The text without the tokens that stand in it, whole or cut short: clear, in base64 (also within a longer text), in
/// hexadecimal, percent-encoded, or as languages print bytes.
std::string strike_tokens(std::string text);

}  // namespace guildhall::controllers::apikey
