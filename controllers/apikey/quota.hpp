#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "operator/api/apikey.hpp"

namespace guildhall::controllers::apikey {

/// Keys that were given room and whose status in the cache does not show it yet, with their UIDs.
using GrantedRoom = std::map<core::ObjectKey, std::string>;

/// A key that has no token and is to get one needs room. One that expired has given its room away and waits like a new
/// one.
bool waits_for_room(const api::ApiKey& key);

/// Whether `key` finds no room under `max_keys` among the keys of its home. Revoked and Expired keys do not count;
/// those that hold a token, or are `granted` one, come first, then the older, then by name: so a lowered limit takes no
/// token away. Asked of an Expired key: whether there is none for it to come back to.
bool is_over_quota(const api::ApiKey& key, const std::vector<std::shared_ptr<const api::ApiKey>>& all,
                   std::int64_t max_keys, const GrantedRoom& granted);

}  // namespace guildhall::controllers::apikey
