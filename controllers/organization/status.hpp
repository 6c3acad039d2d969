#pragma once

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// The status that Observed and the draft's obstacles come to. What other parts of Guildhall write there is kept.
api::OrganizationStatus wanted_status(const Observed& seen, const Draft& draft, core::Timestamp now);

/// Rule: what is claimed and does not stand in the status yet is told, and so is what stands there and is not.
void tell_claims(const Observed& seen, Draft& draft);

}  // namespace guildhall::controllers::organization
