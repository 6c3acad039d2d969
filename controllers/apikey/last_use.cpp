#include "controllers/apikey/last_use.hpp"

#include <algorithm>

namespace guildhall::controllers::apikey {

std::optional<core::Timestamp> last_use_to_write(const api::ApiKey& key, core::Timestamp used, core::Timestamp now) {
  const core::Timestamp last = core::floor_to_seconds(std::min(used, now));
  if (last < key.metadata.creation_timestamp) return std::nullopt;
  const auto& told = key.status.last_used_at;
  if (!told) return last;
  return last > *told && now >= *told + kLastUseInterval ? std::optional(last) : std::nullopt;
}

}  // namespace guildhall::controllers::apikey
