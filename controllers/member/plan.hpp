#pragma once

#include "controllers/member/observed.hpp"
#include "operator/core/plan.hpp"

namespace guildhall::controllers::member {

/// What one Member needs, from what was observed of it. Pure and total. The bindings of its role are the Organization's
/// plan; this one records the acceptance, lets the Member read itself and leave, and says how it stands.
///
/// Guarantees:
///  - an acceptance is written only for a Member that needs no invitation, in a home that an Organization has;
///  - what lets a Member leave stands only while it is in force, and only for a User or ServiceAccount, never a Group;
///  - at rest it writes nothing.
core::Plan plan(const Observed& seen, core::Timestamp now);

}  // namespace guildhall::controllers::member
