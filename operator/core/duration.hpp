#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::core {

/// Reads a duration as users write it: a number and one unit of s, m, h, d (24 h), w (7 d), y (365 d), as Prometheus
/// has them. "0d" is accepted; whether zero makes sense is the field's own rule. At most 10 characters, as in the CRDs.
/// Errors: Invalid, naming the text.
Result<std::chrono::seconds> parse_duration(std::string_view text);

/// Writes it with the largest unit that divides it: 86400 s is "1d". For messages.
std::string format_duration(std::chrono::seconds duration);

}  // namespace guildhall::core
