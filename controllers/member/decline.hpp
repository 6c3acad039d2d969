#pragma once

#include <optional>
#include <string>

#include "operator/api/member.hpp"
#include "operator/core/result.hpp"
#include "operator/core/seal.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::member {

/// On a Member: that its invitation was declined, sealed. It speaks of one invitation only, so the next one voids it.
inline constexpr const char* kDeclinedAnnotation = "guildhall.dev/declined";

/// The annotation's value, for the invitation in the Member's status. Times in whole seconds. Errors: of the sealer.
core::Result<std::string> seal_decline(const core::Sealer& sealer, const std::string& organization,
                                       const api::Member& member, core::Timestamp at);

/// When the invitation in the Member's status was declined; unset: it was not, or the seal does not hold.
std::optional<core::Timestamp> judge_decline(const core::Sealer& sealer, const std::string& organization,
                                             const api::Member& member);

}  // namespace guildhall::controllers::member
