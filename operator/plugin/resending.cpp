#include "operator/plugin/resending.hpp"

#include <fmt/format.h>

#include "operator/plugin/invitation.hpp"
#include "operator/plugin/shell_word.hpp"

namespace guildhall::plugin {

namespace {

using core::ErrorKind;

/// Guildhall accepts it by itself, so there is nothing to send.
std::string is_accepted_by_itself(const MemberView& member) {
  const std::string says = member.message.empty() ? "" : fmt::format(" It says: {}.", member.message);
  return fmt::format(
      "{} has delivery None: it needs no invitation, and is Active once Guildhall has accepted it.{} To have it asked "
      "instead: kubectl patch gmem {} -n {} --type=merge -p "
      "'{{\"spec\":{{\"invitation\":{{\"delivery\":\"Email\"}}}}}}'",
      member.email, says, member.key.name, member.key.ns);
}

/// It is Ready with what was before the present resendAt, which is not due by the operator's clock.
bool is_before_its_time(const MemberView& member) {
  const bool is_open = member.phase == "PendingInvitation" || member.phase == "ExpiredInvitation";
  return member.ready == "True" && is_open && member.resent_for != member.resend_at;
}

std::string what_is_sent(const MemberView& member) {
  if (member.delivery == "None" || member.reason == "Accepting" || member.reason == "BindingRole")
    return "It needs no invitation, and is Active in a moment.";
  return member.delivery == "Link" ? "Another link will lie in a Secret for you to hand over."
                                   : fmt::format("Guildhall sends another mail with a link to {}.", member.email);
}

}  // namespace

core::Result<Change> plan_resend(const MemberView& member, core::Timestamp now) {
  if (member.phase == "Active")
    return core::fail(ErrorKind::Invalid,
                      fmt::format("{} has accepted; there is no invitation to send again", member.email));
  if (member.phase == "Inactive")
    return core::fail(ErrorKind::Invalid,
                      fmt::format("{} is Inactive; first: kubectl guildhall members activate {} -n {}", member.email,
                                  member.key.name, member.key.ns));
  const bool needs_none = member.delivery == "None";
  if (needs_none && !member.declined) return core::fail(ErrorKind::Invalid, is_accepted_by_itself(member));
  const core::Timestamp at = core::floor_to_seconds(now);
  if (member.resend_at == at) return Change{};
  return change(member, {{"invitation", {{"resendAt", core::format_timestamp(at)}}}},
                needs_none ? "to be accepted without an invitation" : "to be invited again");
}

bool has_looked(const MemberView& member) {
  return member.current;
}

bool is_resent(const MemberView& member) {
  return is_settled(member) && !is_before_its_time(member);
}

core::Result<std::string> what_comes_again(const MemberView& member) {
  if (is_resent(member)) return what_became(member);
  const std::string see = fmt::format("See what became of it: kubectl guildhall members list --email={} -o wide -n {}",
                                      shell_word(member.email), member.key.ns);
  if (!has_looked(member)) return "Nobody has looked at it yet; is Guildhall's operator running? " + see;
  if (member.reason == "MailThrottled") return fmt::format("The mail waits: {}. {}", member.message, see);
  const std::string before = member.reason == "MailFailed" ? fmt::format(" The last try: {}.", member.message) : "";
  return fmt::format("{}{} {}", what_is_sent(member), before, see);
}

}  // namespace guildhall::plugin
