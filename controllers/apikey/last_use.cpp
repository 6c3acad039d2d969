#include "controllers/apikey/last_use.hpp"

#include <algorithm>

namespace guildhall::controllers::apikey {

std::optional<core::Timestamp> last_use_to_write(const std::optional<core::Timestamp>& told, core::Timestamp used,
                                                 core::Timestamp now) {
  const core::Timestamp last = core::floor_to_seconds(std::min(used, now));
  if (!told) return last;
  return last > *told && now >= *told + kLastUseInterval ? std::optional(last) : std::nullopt;
}

}  // namespace guildhall::controllers::apikey
