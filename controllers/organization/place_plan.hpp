#pragma once

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"
#include "controllers/organization/wanted_bindings.hpp"

namespace guildhall::controllers::organization {

/// Rule: the bindings of one place come to be as they are wanted (the guarantees stand in bindings.hpp). Not for a
/// place of Latitude::None.
void plan_place(const Observed& seen, const BindingPlace& place, core::Timestamp now, Draft& draft);

}  // namespace guildhall::controllers::organization
