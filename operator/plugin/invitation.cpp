#include "operator/plugin/invitation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "operator/api/member.hpp"
#include "operator/core/member_name.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/plugin/human_time.hpp"
#include "operator/plugin/shell_word.hpp"

namespace guildhall::plugin {

namespace {

using core::ErrorKind;

const MemberView* find_by_email(const std::vector<MemberView>& members, const std::string& email) {
  const auto found = std::ranges::find(members, email, &MemberView::email);
  return found == members.end() ? nullptr : &*found;
}

bool is_taken(const std::vector<MemberView>& members, const std::string& name) {
  return std::ranges::any_of(members, [&](const MemberView& member) { return member.key.name == name; });
}

core::Result<std::string> free_name(const InviteMember& invite, const std::vector<MemberView>& members) {
  if (!invite.name.empty()) {
    if (is_taken(members, invite.name))
      return core::fail(
          ErrorKind::Invalid,
          fmt::format("the name {} is taken by another email; give another --name, or leave it out", invite.name));
    return invite.name;
  }
  const std::string base = core::name_of_email(invite.email);
  int number = 1;
  while (is_taken(members, core::numbered_name(base, number)))
    ++number;
  return core::numbered_name(base, number);
}

/// What is asked for that an invited Member has otherwise, as a patch; null: nothing. Email, the default, asks for
/// nothing.
nlohmann::json difference(const InviteMember& invite, const MemberView& member) {
  nlohmann::json spec;
  if (invite.delivery != "Email" && invite.delivery != member.delivery)
    spec["invitation"] = {{"delivery", invite.delivery}};
  if (!invite.display_name.empty() && invite.display_name != member.display_name)
    spec["displayName"] = invite.display_name;
  return spec;
}

core::Result<InvitationPlan> plan_existing(const InviteMember& invite, const MemberView& member) {
  const std::string is_there = fmt::format("{} is a Member already: {}", invite.email, member.key.name);
  if (member.role != invite.role)
    return core::fail(ErrorKind::Invalid,
                      fmt::format("{}, as {}. Change its role: kubectl guildhall members role {} {} -n {}", is_there,
                                  member.role, member.key.name, invite.role, member.key.ns));
  if (const auto spec = difference(invite, member); !spec.is_null())
    return core::fail(
        ErrorKind::Invalid,
        fmt::format("{}, and not as you ask for it. Change it: kubectl patch gmem {} -n {} --type=merge -p {}",
                    is_there, member.key.name, member.key.ns, shell_word(nlohmann::json{{"spec", spec}}.dump())));
  return InvitationPlan{.exists = true, .name = member.key.name, .object = {}};
}

nlohmann::json member_object(const InviteMember& invite, const core::ObjectKey& key) {
  nlohmann::json object = core::object_head(api::member_type(), key);
  object["spec"] = {{"email", invite.email}, {"role", invite.role}, {"invitation", {{"delivery", invite.delivery}}}};
  if (!invite.display_name.empty()) object["spec"]["displayName"] = invite.display_name;
  return object;
}

/// The way out of what a Member is stuck with; empty: its message says it.
std::string way_out(const MemberView& member) {
  const std::string at = fmt::format("{} -n {}", member.key.name, member.key.ns);
  if (member.reason == "NoMailServer" || member.reason == "MailRefused")
    return fmt::format(
        "Hand the link over yourself: kubectl patch gmem {} --type=merge -p "
        "'{{\"spec\":{{\"invitation\":{{\"delivery\":\"Link\"}}}}}}'",
        at);
  if (member.reason == "MailUncertain")
    return fmt::format("Ask whether it came. If not, send another: kubectl guildhall members resend {}", at);
  if (member.reason == "DuplicateEmail") return "Remove this one: kubectl guildhall members delete " + at;
  if (member.reason == "NotAHome")
    return fmt::format(
        "Remove it, and invite in the organization's home namespace (-n): kubectl guildhall members "
        "delete {}",
        at);
  if (member.reason == "NoPublicPage") return "Ask the platform team for the page of invitations (--public-url).";
  if (member.reason == "Paused")
    return fmt::format("Take the pause away: kubectl annotate gmem {} guildhall.dev/paused-", at);
  return {};
}

std::string story_of_pending(const MemberView& member) {
  const std::string until =
      member.expires_at ? fmt::format(" The link works until {}.", human_time(*member.expires_at)) : std::string();
  if (!member.link_secret.empty())
    return fmt::format("Read the link, and hand it over: {}\n{}", read_link_command(member),
                       until.empty() ? "" : until.substr(1));
  if (member.sent_at)
    return fmt::format("A mail with the link was sent to {} at {}.{}", member.email, human_time(*member.sent_at),
                       until);
  return member.message;
}

}  // namespace

core::Result<InvitationPlan> plan_invitation(const InviteMember& invite, const std::string& ns,
                                             const std::vector<MemberView>& members) {
  if (const MemberView* there = find_by_email(members, invite.email)) return plan_existing(invite, *there);
  auto name = free_name(invite, members);
  if (!name) return std::unexpected(std::move(name.error()));
  auto object = member_object(invite, {ns, *name});
  return InvitationPlan{.exists = false, .name = std::move(*name), .object = std::move(object)};
}

bool is_settled(const MemberView& member) {
  if (!member.current) return false;
  return member.ready == "True" || member.stalled || member.reason == "Paused";
}

std::string what_comes(const InviteMember& invite, const std::string& name, const std::string& ns) {
  const std::string see =
      fmt::format("kubectl guildhall members list --email={} -o wide -n {}", shell_word(invite.email), ns);
  if (invite.delivery == "None") return fmt::format("No invitation is sent; it is Active in a moment. See: {}", see);
  if (invite.delivery == "Link")
    return fmt::format(
        "The link will lie in a Secret for you to hand over. See: {}",
        fmt::format("kubectl get gmem {} -n {} -o jsonpath='{{.status.invitation.secret.name}}'", name, ns));
  return fmt::format("Guildhall sends a mail with a link to {}. See what became of it: {}", invite.email, see);
}

core::Result<std::string> what_became(const MemberView& member) {
  if (!is_settled(member) || member.ready != "True") {
    const std::string hint = way_out(member);
    const std::string why = member.reason.empty() ? "nobody has looked at it yet; is Guildhall's operator running?"
                                                  : member.reason + ": " + member.message;
    return core::fail(ErrorKind::Invalid, fmt::format("{} is there, but {}: {}{}{}", name_of(member),
                                                      is_settled(member) ? "cannot go on" : "not done yet", why,
                                                      hint.empty() ? "" : "\n", hint));
  }
  if (member.phase == "Active") return fmt::format("{} is Active as {}.", member.email, member.role);
  if (member.phase == "PendingInvitation") return story_of_pending(member);
  const bool is_over = member.phase == "ExpiredInvitation";
  if (!is_over && member.phase != "Inactive") return member.message;
  return core::fail(ErrorKind::Invalid, fmt::format("{} is there, but is {}: {}\nkubectl guildhall members {} {} -n {}",
                                                    name_of(member), member.phase, member.message,
                                                    is_over ? "resend" : "activate", member.key.name, member.key.ns));
}

std::string read_link_command(const MemberView& member) {
  return fmt::format("kubectl get secret {} -n {} -o go-template='{{{{.data.link | base64decode}}}}{{{{\"\\n\"}}}}'",
                     member.link_secret, member.key.ns);
}

}  // namespace guildhall::plugin
