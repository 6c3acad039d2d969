#include <fmt/format.h>

#include <ostream>

#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/printable.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/home.hpp"
#include "operator/plugin/invitation.hpp"
#include "operator/plugin/link_secret.hpp"
#include "operator/plugin/printing.hpp"
#include "operator/plugin/waiting.hpp"

namespace guildhall::plugin {

namespace {

using core::ErrorKind;
using nlohmann::json;

/// Another who invites at the same moment may take the name; then the next one is tried.
constexpr int kTries = 5;
constexpr const char* kUnchanged = "unchanged";

/// What inviting came to.
struct Made {
  json member;
  std::string done;
};

/// Only who may read Namespaces is told here; others have rights in a home alone.
core::Result<void> check_place(Session& session) {
  const auto ns = session.get_if_allowed(core::types::namespaces(), {"", session.ns()});
  if (!ns) return std::unexpected(ns.error());
  if (ns->is_null()) return {};
  const std::string owner = organization_of(*ns);
  auto organization =
      owner.empty() ? core::Result<json>(json()) : session.get_if_allowed(api::organization_type(), {"", owner});
  if (!organization) return std::unexpected(std::move(organization.error()));
  return check_home(*ns, *organization);
}

core::Result<InvitationPlan> plan_now(Session& session, const InviteMember& command) {
  const auto members = session.list(api::member_type(), session.ns());
  if (!members) return std::unexpected(members.error());
  return plan_invitation(command, session.ns(), member_views(*members));
}

std::string dry_run_mark(DryRun dry_run) {
  if (dry_run == DryRun::None) return {};
  return dry_run == DryRun::Client ? " (dry run)" : " (server dry run)";
}

core::Result<Made> make_once(Session& session, const InviteMember& command) {
  auto plan = plan_now(session, command);
  if (!plan) return std::unexpected(std::move(plan.error()));
  const std::string done = plan->exists ? kUnchanged : "invited" + dry_run_mark(command.dry_run);
  if (!plan->exists && command.dry_run == DryRun::Client) return Made{std::move(plan->object), done};
  auto member = plan->exists ? session.client().get(api::member_type(), {session.ns(), plan->name})
                             : session.client().create(api::member_type(), session.ns(), plan->object);
  if (!member) return std::unexpected(std::move(member.error()));
  return Made{std::move(*member), done};
}

core::Result<Made> make(Session& session, const InviteMember& command) {
  auto made = make_once(session, command);
  const auto lost_race = [&] { return !made && made.error().kind == ErrorKind::AlreadyExists; };
  for (int tried = 1; tried < kTries && lost_race() && command.name.empty(); ++tried)
    made = make_once(session, command);
  return made;
}

bool is_document(Output output) {
  return output == Output::Json || output == Output::Yaml;
}

/// Waits, and tells what became of it; a document is printed when nothing more comes.
Outcome wait_and_tell(const Call& call, const InviteMember& command, const core::ObjectKey& key) {
  const auto settled = wait_until(call.session, key, *command.wait, is_settled);
  if (!settled) return std::unexpected(settled.error());
  const Output output = call.invocation.output;
  if (is_document(output)) print_done(call.out, output, *settled, "");
  const MemberView member = member_view(*settled);
  const auto story = what_became(member);
  if (!story) return std::unexpected(story.error());
  if (command.show_link) {
    const auto link = read_link(call.session, member);
    if (!link) return std::unexpected(link.error());
    // The one place where a secret is printed.
    call.out << link->reveal() << "\n";
  } else if (output == Output::Table) {
    call.out << core::printable_lines(*story);
  }
  return kDone;
}

/// To a person: what comes, or that there is nothing to do.
void tell(const Call& call, const InviteMember& command, const Made& made) {
  const MemberView member = member_view(made.member);
  const std::string phase = member.phase.empty() ? "new" : member.phase;
  if (made.done == kUnchanged) {
    call.out << core::printable_lines(fmt::format("{} is a Member already: {}, {}.", member.email, member.role, phase));
  } else if (!command.wait && command.dry_run == DryRun::None) {
    call.out << core::printable_lines(what_comes(command, member.key.name, call.session.ns()));
  }
}

}  // namespace

Outcome run(const Call& call, const InviteMember& command) {
  if (const auto place = check_place(call.session); !place) return std::unexpected(place.error());
  const auto made = make(call.session, command);
  if (!made) return std::unexpected(made.error());
  const Output output = call.invocation.output;
  if (!command.wait || !is_document(output)) print_done(call.out, output, made->member, made->done);
  if (output == Output::Table) tell(call, command, *made);
  return command.wait ? wait_and_tell(call, command, member_view(made->member).key) : Outcome(kDone);
}

}  // namespace guildhall::plugin
