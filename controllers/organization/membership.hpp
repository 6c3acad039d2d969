#pragma once

#include "controllers/organization/acceptance.hpp"
#include "controllers/organization/names.hpp"
#include "operator/api/member.hpp"

namespace guildhall::controllers::organization {

/// Whether a Member of the home has what its role gives. One rule for bindings, keys' owners and the Member's own
/// status. The first that applies counts.
enum class Standing {
  Leaving,      ///< it is being deleted
  Duplicate,    ///< an older Member has its email
  Inactive,     ///< spec.state
  Unjudged,     ///< accepted, as sealed by a key that is not kept: it keeps what it has and gets nothing more
  NotAccepted,  ///< no valid acceptance
  Paused,       ///< accepted, and guildhall.dev/paused is set: it keeps what it has and gets nothing more
  InForce,
};

/// Whether guildhall.dev/paused is set.
bool is_paused(const api::Member& member);

/// `has_older_namesake`: whether is_older_namesake() holds for another Member of the home.
Standing standing_of(const api::Member& member, bool has_older_namesake, const JudgedAcceptance& judged);

/// Whether `other` is another Member of the same namespace that has `member`'s email by right of age. One that is being
/// deleted gives it up.
bool is_older_namesake(const api::Member& other, const api::Member& member);

/// It keeps what it has and gets nothing more.
bool only_keeps(Standing standing);

/// Whether two values of a Member are the same for all but the Member itself: its Organization and the keys it owns.
/// `status.phase` and the conditions are not compared.
bool is_same_membership(const api::Member& a, const api::Member& b);

}  // namespace guildhall::controllers::organization
