#pragma once

#include <string>

#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/plugin/changes.hpp"
#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

/// `now` becomes resendAt, in whole seconds. Who declined and has delivery None is asked for no answer: it is accepted.
/// Errors: Invalid, when there is no invitation that could be sent again.
core::Result<Change> plan_resend(const MemberView& member, core::Timestamp now);

/// Whether Guildhall has said how it goes on with this very spec.
bool has_looked(const MemberView& member);

/// Whether it is clear what became of the present resendAt: is_settled(), and not with an invitation before it.
bool is_resent(const MemberView& member);

/// What became of it, or what happens next, as the Member says now. Errors: Invalid, when a
/// person must act.
core::Result<std::string> what_comes_again(const MemberView& member);

}  // namespace guildhall::plugin
