#pragma once

#include <string_view>

#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"

namespace guildhall::controllers::apikey {

/// Why no token of the key is to be accepted, as far as its own object and its owner's say: "Revoked", "Expired",
/// "Suspended"; "" while they are accepted, each until its own end. What takes access away is seen in the spec, before
/// the controller has come to it; what gives it only in the status, as the controller alone knows that.
///
/// `owner`: the Member that spec.owner names; null: none is named, or there is none. Pure.
std::string_view why_refused(const api::ApiKey& key, const api::Member* owner);

}  // namespace guildhall::controllers::apikey
