#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::core {

/// A point in time in UTC, to the microsecond (what metav1.MicroTime can hold).
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Reads RFC 3339, as the API server writes it: "2026-11-24T10:00:00Z", with a fraction or an offset if there is one.
/// Errors: Invalid, naming the text.
Result<Timestamp> parse_timestamp(std::string_view text);

/// metav1.Time: seconds, UTC: "2026-11-24T10:00:00Z". The fraction is cut off, never rounded up.
std::string format_timestamp(Timestamp time);

/// metav1.MicroTime: exactly six digits: "2026-11-24T10:00:00.000000Z".
std::string format_micro_timestamp(Timestamp time);

/// The same time without its fraction: what a status that says metav1.Time will read back as.
Timestamp floor_to_seconds(Timestamp time);

}  // namespace guildhall::core
