#pragma once

#include "controllers/apikey/draft.hpp"

namespace guildhall::controllers::apikey {

/// Why the home cannot have its Secret, when its name is somebody else's.
std::optional<Obstacle> find_taken(const Observed& seen);

/// From when a Secret that was changed by hand may be removed and made anew. At once, but for one that was changed so
/// soon after it was made that a webhook or a policy may do it to each: while the key is not Ready for want of its
/// Secrets, each stands for as long as it took to come to it, up to 5 minutes, so that the pauses grow.
core::Timestamp replaceable_from(const Observed& seen, const SeenSecret& secret);

/// Chooses what the Secrets are to hold: the token being issued, else the current one; and the one before it while its
/// overlap lasts.
void choose_secret_content(const Observed& seen, Draft& draft);

/// Brings the key's Secrets to the draft's course: writes, removals by UID, and what is in the way.
void plan_secrets(const Observed& seen, core::Timestamp now, Draft& draft, core::Plan& plan);

/// Whether a Secret is wanted or still stands that the garbage collector would not take away with the key: a copy, or
/// one whose owner reference was removed. That is what the finalizer is for.
bool needs_finalizer(const Observed& seen, const Draft& draft);

}  // namespace guildhall::controllers::apikey
