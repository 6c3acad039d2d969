#include "operator/api/member.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/changes.hpp"
#include "operator/plugin/printing.hpp"

namespace guildhall::plugin {

namespace {

/// Reads the Member that is meant, decides, and writes what is to be written.
template <class Plan>
Outcome change_member(const Call& call, const std::string& target, const Plan& plan) {
  const auto member = call.session.find_member(target);
  if (!member) return std::unexpected(member.error());
  const MemberView view = member_view(*member);
  const Change change = plan(view);
  if (change.patch.is_null()) {
    print_done(call.out, call.invocation.output, *member, "unchanged");
    return kDone;
  }
  const auto changed = call.session.client().merge_patch(api::member_type(), view.key, change.patch);
  if (!changed) return std::unexpected(changed.error());
  print_done(call.out, call.invocation.output, *changed, change.done);
  return kDone;
}

}  // namespace

Outcome run(const Call& call, const SetState& command) {
  return change_member(call, command.target, [&](const auto& member) { return plan_state(member, command.state); });
}

Outcome run(const Call& call, const SetRole& command) {
  return change_member(call, command.target, [&](const auto& member) { return plan_role(member, command.role); });
}

}  // namespace guildhall::plugin
