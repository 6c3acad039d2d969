#pragma once

#include <string_view>

#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"

namespace guildhall::controllers::apikey {

/// Why no token of the key is to be accepted, as far as its own object says: "Revoked", "Expired", "Suspended"; ""
/// while they are accepted, each until its own end. The words have static storage. What takes access away is seen in
/// the spec, before the controller has come to it; what gives it only in the status, as the controller alone knows
/// that. Pure.
std::string_view why_refused(const api::ApiKey& key);

/// Whether keys of the Member are accepted: those that were issued to the same email address. Pure.
bool is_in_force(const api::Member& owner);

/// As the first, and "Suspended" while the owner is not in force, is gone, or another one of the name.
///
/// `owner`: the Member that spec.owner names; null: none is named, or there is none. Pure.
std::string_view why_refused(const api::ApiKey& key, const api::Member* owner);

}  // namespace guildhall::controllers::apikey
