#include <fmt/format.h>
#include <string.h>  // NOLINT(modernize-deprecated-headers): explicit_bzero is not in <cstring>

#include <chrono>
#include <ostream>

#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/secret_text.hpp"
#include "operator/kube/base64.hpp"
#include "operator/kube/retry.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/home.hpp"
#include "operator/plugin/invitation.hpp"
#include "operator/plugin/printable.hpp"
#include "operator/plugin/printing.hpp"
#include "operator/plugin/waiting.hpp"

namespace guildhall::plugin {

namespace {

using core::ErrorKind;
using nlohmann::json;

/// Another who invites at the same moment may take the name; then the next one is tried.
constexpr int kTries = 5;
constexpr std::chrono::seconds kLongestWaitForTheRight{5};

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
  std::vector<MemberView> views;
  for (const auto& member : *members)
    views.push_back(member_view(member));
  return plan_invitation(command, session.ns(), views);
}

std::string dry_run_mark(DryRun dry_run) {
  if (dry_run == DryRun::None) return {};
  return dry_run == DryRun::Client ? " (dry run)" : " (server dry run)";
}

core::Result<Made> make(Session& session, const InviteMember& command) {
  for (int tried = 1;; ++tried) {
    auto plan = plan_now(session, command);
    if (!plan) return std::unexpected(std::move(plan.error()));
    if (plan->exists) {
      auto member = session.client().get(api::member_type(), {session.ns(), plan->name});
      if (!member) return std::unexpected(std::move(member.error()));
      return Made{std::move(*member), "unchanged"};
    }
    std::string done = "invited" + dry_run_mark(command.dry_run);
    if (command.dry_run == DryRun::Client) return Made{std::move(plan->object), std::move(done)};
    auto member = session.client().create(api::member_type(), session.ns(), plan->object);
    if (member) return Made{std::move(*member), std::move(done)};
    const bool lost_race = member.error().kind == ErrorKind::AlreadyExists && command.name.empty();
    if (!lost_race || tried == kTries) return std::unexpected(std::move(member.error()));
  }
}

/// Guildhall lets Admins read the Secret of a link a moment after it has made it.
core::Result<json> read_link_secret(Session& session, const core::ObjectKey& key) {
  constexpr std::chrono::milliseconds kPause{200};
  const auto deadline = std::chrono::steady_clock::now() + kLongestWaitForTheRight;
  while (true) {
    auto secret = session.client().get(core::types::secrets(), key);
    const bool may_come = !secret && secret.error().kind == ErrorKind::Forbidden;
    if (!may_come || std::chrono::steady_clock::now() >= deadline) return secret;
    kube::pause(kPause, {});
  }
}

/// The link in a Secret, whose encoded form is wiped. Errors: NotFound, when there is none.
core::Result<core::SecretText> take_link(json& secret) {
  const json::json_pointer entry("/data/link");
  auto clear = kube::decode_base64(text_at(secret, "/data/link"));
  if (secret.contains(entry) && secret.at(entry).is_string()) {
    auto& encoded = secret.at(entry).get_ref<std::string&>();
    explicit_bzero(encoded.data(), encoded.size());
  }
  if (!clear || clear->empty()) return core::fail(ErrorKind::NotFound, "the Secret holds no link");
  return core::SecretText(std::move(*clear));
}

/// The one place where a link is printed. Whoever may not read the Secret is refused by the server.
core::Result<void> show_link(const Call& call, const MemberView& member) {
  if (member.link_secret.empty())
    return core::fail(ErrorKind::NotFound, fmt::format("{} has no open link", name_of(member)));
  auto secret = read_link_secret(call.session, {member.key.ns, member.link_secret});
  if (!secret) return std::unexpected(std::move(secret.error()));
  const auto link = take_link(*secret);
  if (!link) return std::unexpected(link.error());
  call.out << link->reveal() << "\n";
  return {};
}

/// Tells what becomes of it, to a person.
Outcome tell(const Call& call, const InviteMember& command, const json& member) {
  const bool talks = call.invocation.output == Output::Table;
  if (!command.wait) {
    const std::string name = text_at(member, "/metadata/name");
    if (talks) call.out << printable_lines(what_comes(command, name, call.session.ns()));
    return kDone;
  }
  const auto settled = wait_until_settled(call.session, member_view(member).key, *command.wait);
  if (!settled) return std::unexpected(settled.error());
  const auto story = what_became(*settled);
  if (!story) return std::unexpected(story.error());
  if (command.show_link) {
    if (const auto shown = show_link(call, *settled); !shown) return std::unexpected(shown.error());
    return kDone;
  }
  if (talks) call.out << printable_lines(*story);
  return kDone;
}

}  // namespace

Outcome run(const Call& call, const InviteMember& command) {
  if (const auto place = check_place(call.session); !place) return std::unexpected(place.error());
  const auto made = make(call.session, command);
  if (!made) return std::unexpected(made.error());
  print_done(call.out, call.invocation.output, made->member, made->done);
  if (made->done == "unchanged" && call.invocation.output == Output::Table) {
    const MemberView member = member_view(made->member);
    call.out << printable(fmt::format("{} is a Member already: {}, {}.", member.email, member.role,
                                      member.phase.empty() ? "new" : member.phase))
             << "\n";
    if (!command.wait) return kDone;
  }
  if (command.dry_run != DryRun::None) return kDone;
  return tell(call, command, made->member);
}

}  // namespace guildhall::plugin
