#pragma once

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

// The second line behind admission: the last active Admin is gone, although its webhook would have refused that. It was
// not asked, or somebody wrote past the API server.

/// Whether the Organization had an active Admin at the last look, or lacks one since, and has none: so that it matters
/// whether `manage` let it go (Observed::let_go_at).
bool misses_its_admins(const Observed& seen);

/// Whether the last active Admin went although nobody with `manage` let it.
bool has_lost_its_admins(const Observed& seen);

/// The Member that keeps an Admin's rights until another is one; null: nobody. It has lost its Admins, and of the
/// Members in force that are no Admins any more but are bound as such still, this is the oldest. Who was deleted or
/// made inactive, or lists that identity no longer, keeps nothing, however it came to be.
const SeenMember* kept_admin(const Observed& seen);

/// Rule: an Organization that has lost its Admins is Stalled (LastAdmin), and that is told once.
void tell_lost_admins(const Observed& seen, Draft& draft);

}  // namespace guildhall::controllers::organization
