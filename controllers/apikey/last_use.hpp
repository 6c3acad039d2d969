#pragma once

#include <chrono>
#include <optional>

#include "operator/api/apikey.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::apikey {

/// The shortest time between two writes of status.lastUsedAt: a little less than gates wait, as clocks differ.
inline constexpr std::chrono::minutes kLastUseInterval{9};

/// What a key's status is to say of a use, if it is time for that; unset: it stays as it is. It never goes back, and is
/// neither in the future nor before the key was made. In whole seconds. Pure.
std::optional<core::Timestamp> last_use_to_write(const api::ApiKey& key, core::Timestamp used, core::Timestamp now);

}  // namespace guildhall::controllers::apikey
