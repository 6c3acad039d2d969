#pragma once

#include <chrono>
#include <optional>

#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::apikey {

/// The shortest time between two writes of status.lastUsedAt: a little less than gates wait, as clocks differ.
inline constexpr std::chrono::minutes kLastUseInterval{9};

/// What a status is to say of a use, if it is time for that; unset: it stays as it is. It never goes back, and is never
/// in the future. In whole seconds. Pure.
std::optional<core::Timestamp> last_use_to_write(const std::optional<core::Timestamp>& told, core::Timestamp used,
                                                 core::Timestamp now);

}  // namespace guildhall::controllers::apikey
