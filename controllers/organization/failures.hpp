#pragma once

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// Rule: what the server refused last time and is tried again stands in the way of Ready until it succeeds. A deletion
/// does not wait for a person. The last rule, as it looks at what the others want to write.
void report_failures(const Observed& seen, Draft& draft);

}  // namespace guildhall::controllers::organization
