#include <ostream>

#include "operator/api/member.hpp"
#include "operator/core/printable.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/printing.hpp"
#include "operator/plugin/resending.hpp"
#include "operator/plugin/waiting.hpp"

namespace guildhall::plugin {

namespace {

/// Without --wait: for Guildhall's first word, which says whether the mail goes at once. It takes a moment, unless no
/// operator runs.
constexpr std::chrono::seconds kFirstWord{5};

/// What became of it; what comes, for who does not wait.
Outcome tell(const Call& call, const ResendInvitation& command, const core::ObjectKey& key, const std::string& done) {
  const auto seen = command.wait ? wait_until(call.session, key, *command.wait, is_resent)
                                 : wait_until(call.session, key, kFirstWord, has_looked);
  if (!seen) return std::unexpected(seen.error());
  const Output output = call.invocation.output;
  const MemberView member = member_view(*seen);
  if (output != Output::Table) print_done(call.out, output, *seen, done);
  auto story = what_comes_again(member);
  if (!story) return std::unexpected(std::move(story.error()));
  if (command.wait && !is_resent(member)) return core::fail(core::ErrorKind::Invalid, "not done yet: " + *story);
  if (output == Output::Table) call.out << core::printable_lines(*story);
  return kDone;
}

}  // namespace

Outcome run(const Call& call, const ResendInvitation& command) {
  const auto member = call.session.find_member(command.target);
  if (!member) return std::unexpected(member.error());
  const MemberView view = member_view(*member);
  const auto change = plan_resend(view, now());
  if (!change) return std::unexpected(change.error());
  const bool is_so = change->patch.is_null();
  if (!is_so) {
    const auto changed = call.session.client().merge_patch(api::member_type(), view.key, change->patch);
    if (!changed) return std::unexpected(changed.error());
  }
  const std::string done = is_so ? "unchanged" : change->done;
  if (call.invocation.output == Output::Table) print_done(call.out, Output::Table, *member, done);
  return tell(call, command, view.key, done);
}

}  // namespace guildhall::plugin
