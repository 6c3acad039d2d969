#include "controllers/member/invitation_draw.hpp"

#include <fmt/format.h>

#include "controllers/member/invitation.hpp"
#include "controllers/member/names.hpp"
#include "controllers/member/reasons.hpp"
#include "operator/core/duration.hpp"

namespace guildhall::controllers::member {

namespace {

using Delivery = api::MemberInvitationDelivery;

bool is_wanted_by_mail(const Observed& seen) {
  return seen.member.spec.invitation.delivery == Delivery::Email;
}

/// Whether the operator can do what spec.invitation.delivery asks for.
bool check_means(const Observed& seen, Draft& draft) {
  if (is_wanted_by_mail(seen) && !seen.sends_mail) {
    draft.hinder(
        reasons::kNoMailServer,
        "this operator has no mail server (--smtp); set spec.invitation.delivery to Link and hand the link over", true);
    return false;
  }
  if (seen.serves_page) return true;
  draft.hinder(reasons::kNoPublicPage, "this operator serves no page for invitations (--public-url)", true);
  return false;
}

bool has_room(const Observed& seen, core::Timestamp now, Draft& draft) {
  if (!is_wanted_by_mail(seen) || seen.mail_from <= now) return true;
  draft.hinder(reasons::kMailThrottled,
               fmt::format("at most 100 mails an hour are sent for one Organization, and one a minute to an address; "
                           "this one goes at {}",
                           core::format_timestamp(seen.mail_from)),
               false);
  draft.plan.look_again_at(seen.mail_from, now);
  return false;
}

bool may_draw(const Observed& seen, core::Timestamp now, Draft& draft) {
  if (!check_means(seen, draft)) return false;
  if (!is_paused(seen.member)) return has_room(seen, now, draft);
  draft.hinder(reasons::kPaused, "no invitation is sent, as guildhall.dev/paused is set", false);
  return false;
}

/// The schema lets no other form through.
std::chrono::seconds ttl_of(const api::OrganizationSpec& organization) {
  constexpr std::chrono::hours by_default{24};
  return core::parse_duration(organization.invitations.ttl).value_or(by_default);
}

/// A wish that was due already when the first invitation was drawn counts as done.
std::optional<core::Timestamp> fulfilled_wish(const Observed& seen, core::Timestamp now) {
  const auto& wish = seen.member.spec.invitation.resend_at;
  if (wish && *wish <= now) return wish;
  return seen.member.status.invitation ? seen.member.status.invitation->resent_for : std::nullopt;
}

/// How often sending was tried for the present wish.
std::int64_t attempts_with_this(const Observed& seen, core::Timestamp now) {
  const auto& before = seen.member.status.invitation;
  const bool another_try = before && progress_of(seen) == Progress::Drawn &&
                           before->resent_for == fulfilled_wish(seen, now) && is_by_mail(*before);
  return another_try ? before->attempts.value_or(0) + 1 : 1;
}

}  // namespace

bool is_by_mail(const Invitation& invitation) {
  return invitation.attempted_at.has_value();
}

const core::Condition* said_failure(const Observed& seen) {
  const core::Condition* said = core::find_condition(seen.member.status.conditions, "Ready");
  return said != nullptr && said->reason == reasons::kMailFailed ? said : nullptr;
}

void say_on_its_way(const Observed& seen, Draft& draft) {
  if (const core::Condition* failure = said_failure(seen))
    return draft.hinder(reasons::kMailFailed, failure->message, false);
  draft.hinder(reasons::kSendingInvitation,
               is_wanted_by_mail(seen) ? fmt::format("a mail to {} is on its way", seen.member.spec.email)
                                       : std::string("the link is on its way into its Secret"),
               false);
}

void kill_link(Draft& draft) {
  Invitation none;
  none.resent_for = draft.invitation.resent_for;
  none.handed_over_at = draft.invitation.handed_over_at;  // it counts among the mails of the hour
  draft.invitation = std::move(none);
}

void draw(const Observed& seen, core::Timestamp now, Draft& draft) {
  if (!may_draw(seen, now, draft)) {
    // The link that is out is dead from now on, whenever the next one goes. A mail that was only tried is not out.
    const bool only_tried = progress_of(seen) == Progress::Drawn && is_by_mail(draft.invitation);
    if (!only_tried) kill_link(draft);
    return;
  }
  const core::Timestamp at = core::floor_to_seconds(now);
  Invitation next;
  next.token_hash = seen.candidate_hash;
  next.expires_at = at + ttl_of(*seen.organization);
  next.resent_for = fulfilled_wish(seen, now);
  next.attempts = attempts_with_this(seen, now);
  if (is_wanted_by_mail(seen)) next.attempted_at = at;
  draft.invitation = std::move(next);
  say_on_its_way(seen, draft);
}

void tell_sent(const Observed& seen, core::Timestamp now, Draft& draft) {
  draft.invitation.sent_at = core::floor_to_seconds(now);
  const std::string where = is_wanted_by_mail(seen)
                                ? "by mail"
                                : fmt::format("by a link in Secret {}", invitation_secret_key(seen.member).name);
  draft.plan.audit.push_back({.action = "MemberInvitationSent",
                              .note = fmt::format("{} is invited {}, until {}", seen.member.spec.email, where,
                                                  core::format_timestamp(draft.invitation.expires_at.value_or(now))),
                              .identity = fmt::format("{}/MemberInvitationSent/{}", seen.member.metadata.uid,
                                                      draft.invitation.token_hash.value_or(""))});
}

}  // namespace guildhall::controllers::member
