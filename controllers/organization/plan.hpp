#pragma once

#include "controllers/organization/observed.hpp"
#include "operator/core/plan.hpp"

namespace guildhall::controllers::organization {

/// What one Organization needs, from what was observed of it. Pure and total.
///
/// Guarantees:
///  - a Namespace is written only if the spec names it or it speaks of us, never if it is protected, and never when
///  another Organization that exists has it;
///  - our finalizer stands before the first claim and goes after the last;
///  - the order of Observed's lists does not matter;
///  - carried out and observed again, it comes to rest: then it writes nothing until something changes or
///  `look_again_after` is over.
core::Plan plan(const Observed& seen, core::Timestamp now);

}  // namespace guildhall::controllers::organization
