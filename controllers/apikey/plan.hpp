#pragma once

#include "controllers/apikey/observed.hpp"
#include "operator/core/plan.hpp"

namespace guildhall::controllers::apikey {

/// What one ApiKey needs, from what was observed of it. Pure and total.
///
/// Guarantees:
///  - a token that anyone can read is accepted: its hash stands in the status (Issuing) before its Secret is written,
///  and the hash of the
///    token it replaces goes only after every Secret that can be written holds the new one;
///  - only Secrets of this key (by UID or by a valid seal) are written over or removed, and removed only by their UID;
///  - carried out and observed again, it comes to rest: then it writes nothing until something changes or
///  `look_again_after` is over.
core::Plan plan(const Observed& seen, core::Timestamp now);

}  // namespace guildhall::controllers::apikey
