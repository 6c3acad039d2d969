#pragma once

#include <functional>
#include <iosfwd>
#include <stop_token>
#include <string>

#include "operator/core/result.hpp"
#include "operator/plugin/invocation.hpp"
#include "operator/plugin/session.hpp"

namespace guildhall::plugin {

/// Shows a question and returns the line that was typed. Errors: Invalid, when nobody sits there.
using Ask = std::function<core::Result<std::string>(const std::string& question)>;

/// What a command works with.
struct Call {
  Session& session;
  const Invocation& invocation;
  std::ostream& out;  ///< what was asked for
  std::ostream& err;  ///< what only people want to know
  const Ask& ask;
  std::stop_token stop;  ///< of what lasts until somebody ends it; else nobody does
};

/// The exit code (arguments.hpp), or what went wrong.
using Outcome = core::Result<int>;

Outcome run(const Call& call, const ListMembers& command);
Outcome run(const Call& call, const InviteMember& command);
Outcome run(const Call& call, const SetState& command);
Outcome run(const Call& call, const SetRole& command);
Outcome run(const Call& call, const ResendInvitation& command);
Outcome run(const Call& call, const DeleteMember& command);
Outcome run(const Call& call, const Leave& command);
Outcome run(const Call& call, const WhoAmI& command);
Outcome run(const Call& call, const CanI& command);
Outcome run(const Call& call, const ListAudit& command);
Outcome run(const Call& call, const ExportAudit& command);
Outcome run(const Call& call, const TailAudit& command);
Outcome run(const Call& call, const SignUp& command);

}  // namespace guildhall::plugin
