#pragma once

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// Rule: who signed up for an Organization becomes a Member of it, an Admin; once, as soon as the home is held. The
/// Member is made first and noted on the Organization when it is seen, so that a process that ends in between makes no
/// second one: it has the same name.
void plan_founder(const Observed& seen, Draft& draft);

}  // namespace guildhall::controllers::organization
