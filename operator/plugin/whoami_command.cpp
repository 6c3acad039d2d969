#include <ostream>

#include "operator/api/member.hpp"
#include "operator/core/printable.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/printing.hpp"
#include "operator/plugin/whoami_table.hpp"

namespace guildhall::plugin {

namespace {

/// The Members that may be read: of all namespaces if that is wanted and allowed, else of one. What is kept from the
/// caller is said, and is no failure: who one is was asked first.
core::Result<std::vector<MemberView>> readable_members(const Call& call, bool all) {
  Session& session = call.session;
  auto members = session.list(api::member_type(), all ? "" : session.ns());
  const std::string ns = core::printable(session.ns());
  if (all && !members && is_kept_from_us(members.error())) {
    call.err << "You may not read the Members of all namespaces; only " << ns << " was looked at (-n names another).\n";
    members = session.list(api::member_type(), session.ns());
  }
  if (!members && !is_kept_from_us(members.error())) return std::unexpected(std::move(members.error()));
  if (!members) {
    call.err << "You may not read the Members of " << ns << ". If it is not your organization's home, name that: -n\n";
    return std::vector<MemberView>{};
  }
  return member_views(*members);
}

}  // namespace

Outcome run(const Call& call, const WhoAmI& command) {
  const auto caller = call.session.who_am_i();
  if (!caller) return std::unexpected(caller.error());
  const auto members = readable_members(call, command.all_namespaces);
  if (!members) return std::unexpected(members.error());
  const auto own = own_members(*caller, *members);
  const Output output = call.invocation.output;
  if (output == Output::Json || output == Output::Yaml) {
    print_document(call.out, output, who_am_i_document(*caller, own));
  } else if (output == Output::Name) {
    for (const auto& each : own)
      call.out << name_of(each.member) << "\n";
  } else {
    call.out << who_am_i_text(*caller, own, output == Output::Wide);
    if (own.empty() && !members->empty()) call.err << "None of the Members that you may read here is you.\n";
  }
  return kDone;
}

}  // namespace guildhall::plugin
