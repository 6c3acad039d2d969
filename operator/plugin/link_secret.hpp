#pragma once

#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"
#include "operator/plugin/member_view.hpp"
#include "operator/plugin/session.hpp"

namespace guildhall::plugin {

/// The link of a Member's open invitation. Who may not read its Secret is refused by the server, after the moment that
/// Guildhall takes to let Admins read a new one. Errors: Forbidden; NotFound, when there is no link.
core::Result<core::SecretText> read_link(Session& session, const MemberView& member);

}  // namespace guildhall::plugin
