#pragma once

#include <string_view>

#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::records {

/// A moment as people write it: RFC 3339; a date, which is its midnight in UTC; or a duration before `now`, as "7d".
/// Errors: Invalid, saying what is allowed.
core::Result<core::Timestamp> parse_moment(std::string_view text, core::Timestamp now);

}  // namespace guildhall::records
