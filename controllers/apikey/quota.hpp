#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "operator/api/apikey.hpp"

namespace guildhall::controllers::apikey {

/// Whether `key` finds no room under `max_keys` among the keys of its home. Revoked and Expired keys do not count;
/// those that hold a token come first, then the older, then by name: so a lowered limit takes no token away. Asked of
/// an Expired key: whether there is none for it to come back to.
bool is_over_quota(const api::ApiKey& key, const std::vector<std::shared_ptr<const api::ApiKey>>& all,
                   std::int64_t max_keys);

}  // namespace guildhall::controllers::apikey
