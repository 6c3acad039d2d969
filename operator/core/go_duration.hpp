#pragma once

#include <chrono>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::core {

/// Reads a duration as Go writes them, which users of kubectl know: numbers with a unit each, of h, m, s, ms, us (µs)
/// and ns, such as 15s, 500ms, 1m30s or 1.5h; or 0. What is less than a millisecond counts as one, so that only
/// nothing is nothing. Flags take these; fields of the CRDs have parse_duration. Source: Go's time.ParseDuration,
/// without its negative ones. Errors: Invalid, naming the text; what takes longer than 292 years is none.
Result<std::chrono::milliseconds> parse_go_duration(std::string_view text);

}  // namespace guildhall::core
