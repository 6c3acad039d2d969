#pragma once

#include <string>

namespace guildhall::core {

/// The text without the tokens of ApiKeys and of invitations' links that stand in it, whole or cut short: clear, in
/// base64 (also within a longer text), in hexadecimal, percent-encoded, or as languages print bytes.
std::string strike_tokens(std::string text);

}  // namespace guildhall::core
