#pragma once

#include "controllers/apikey/draft.hpp"

namespace guildhall::controllers::apikey {

// The rules about tokens, in the order in which plan() applies them. Each is pure and changes only the draft.

/// Before the first issue: a Secret that was restored with a valid seal brings its tokens back, with their times. Not
/// one that this key has had and lost.
void adopt_sealed_secret(const Observed& seen, core::Timestamp now, Draft& draft);

/// An Issuing token whose Secret stands becomes Current; one whose Secret does not is dropped, as nobody has it.
void settle_issuing(const Observed& seen, core::Timestamp now, Draft& draft);

/// When an Issuing token whose Secret stands becomes Current even if the former one is still shown somewhere.
core::Timestamp end_of_settling(const KeyEntry& issuing);

/// Until when a write that fails in a way that may pass is waited for; then it counts as refused.
core::Timestamp end_of_waiting(const core::WriteFailure& failure);

/// A Previous token whose overlap has ended goes.
void end_overlaps(core::Timestamp now, Draft& draft);

/// Whoever takes the Secret of the home away takes its tokens away, also when no other can be issued now and a copy
/// stands. But one that was changed by hand is about to be replaced, one whose name is to change stands under the
/// former name, and a pause leaves everything as it is.
void end_lost_tokens(const Observed& seen, core::Timestamp now, Draft& draft);

/// An edit of lifetime, expiresAt or neverExpires reaches the present token, within the Organization's limits.
void apply_expiry_edit(const Observed& seen, core::Timestamp now, Draft& draft);

/// Issues a token where one is due: none yet, Secret lost, rotation, or a later expiry after the old one had passed.
void issue_when_due(const Observed& seen, core::Timestamp now, Draft& draft);

/// The next rotation by rotation.every or a rotateAt that is still to be acted on; unset: none.
std::optional<core::Timestamp> next_rotation(const Observed& seen, const Draft& draft);

}  // namespace guildhall::controllers::apikey
