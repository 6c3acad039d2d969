#pragma once

#include <string>

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// What of ours stands and is not touched by the plan: Observed::stood of the next look. Pure.
Stood standing_as_wanted(const Observed& seen, const core::Plan& plan);

/// "<object> was <what> by another; it is put back". `occurrence` tells one change of the object from the next.
core::AuditNote repaired(const Observed& seen, const std::string& object, const char* what,
                         const std::string& occurrence);

/// The object stood at the last look and is gone.
core::AuditNote repaired_after_loss(const Observed& seen, const std::string& object, core::Timestamp now);

/// The role says what we did not write.
core::AuditNote repaired_after_change(const Observed& seen, const RoleView& role);

}  // namespace guildhall::controllers::organization
