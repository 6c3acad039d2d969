#include "controllers/member/invitation_mail.hpp"

#include <fmt/format.h>

#include <algorithm>

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

/// What Ready says of a mail that failed; null: no try did, or one came to something since.
const core::Condition* said_failure(const Observed& seen) {
  const core::Condition* said = core::find_condition(seen.member.status.conditions, "Ready");
  return said != nullptr && said->reason == reasons::kMailFailed ? said : nullptr;
}

/// Why the try before this one failed is said until this one has come to something.
void say_on_its_way(const Observed& seen, Draft& draft) {
  if (const core::Condition* failure = said_failure(seen))
    return draft.hinder(reasons::kMailFailed, failure->message, false);
  draft.hinder(reasons::kSendingInvitation,
               is_wanted_by_mail(seen) ? fmt::format("a mail to {} is on its way", seen.member.spec.email)
                                       : std::string("the link is on its way into its Secret"),
               false);
}

core::Timestamp next_try(const Draft& draft, core::Timestamp now) {
  return draft.invitation.attempted_at.value_or(now) + mail_pause(draft.invitation.attempts.value_or(1));
}

/// It is no failure, so the operator after this one need not wait for the pause.
void try_withheld_again(const Observed& seen, core::Timestamp now, Draft& draft) {
  draft.invitation.handed_over_at.reset();
  const core::Timestamp due = next_try(draft, now);
  if (due <= now) return draw(seen, now, draft);
  say_on_its_way(seen, draft);
  draft.plan.look_again_at(due, now);
}

constexpr std::string_view kTriedAgainAt = "; tried again at ";

/// Draws another one when the pause is over, and says until then what failed.
void try_after_pause(const Observed& seen, std::string_view failure, core::Timestamp now, Draft& draft) {
  const core::Timestamp due = next_try(draft, now);
  if (due <= now) return draw(seen, now, draft);
  draft.hinder(reasons::kMailFailed, fmt::format("{}{}{}", failure, kTriedAgainAt, core::format_timestamp(due)), false);
  draft.plan.look_again_at(due, now);
}

void try_again(const Observed& seen, core::Timestamp now, Draft& draft) {
  draft.invitation.handed_over_at.reset();
  try_after_pause(seen, fmt::format("the mail to {} could not be sent: {}", seen.member.spec.email, seen.mail.words),
                  now, draft);
}

/// An operator before this one was at it. A first try that came to no failure is made again at once; after a failure
/// the pause holds, so that a restart does not bring all mails to a mail server that is just coming back.
void take_over(const Observed& seen, core::Timestamp now, Draft& draft) {
  const core::Condition* failure = said_failure(seen);
  const bool has_means = seen.sends_mail && seen.serves_page;
  if (failure == nullptr || !has_means) return draw(seen, now, draft);
  const std::string_view message = failure->message;
  try_after_pause(seen, message.substr(0, message.rfind(kTriedAgainAt)), now, draft);
}

void plan_drawn(const Observed& seen, core::Timestamp now, Draft& draft) {
  const bool is_too_late = has_ended(draft.invitation, now) && !is_on_its_way(seen.mail.stage);
  if (!is_by_mail(draft.invitation) || is_too_late) return draw(seen, now, draft);
  switch (seen.mail.stage) {
    case MailStage::Unknown:
      return seen.holds_token ? say_on_its_way(seen, draft) : take_over(seen, now, draft);
    case MailStage::UnderWay:
      return say_on_its_way(seen, draft);
    case MailStage::AtTheDoor:
      draft.invitation.handed_over_at = core::floor_to_seconds(now);
      return say_on_its_way(seen, draft);
    case MailStage::Withheld:
      return try_withheld_again(seen, now, draft);
    case MailStage::Refused:
      draft.invitation.refusal = seen.mail.words;
      return;
    case MailStage::Failed:
    case MailStage::Delivered:  // these two are said of what was released, which this was not
    case MailStage::Uncertain:
      return try_again(seen, now, draft);
  }
}

void say_uncertain(const Observed& seen, core::Timestamp now, Draft& draft) {
  if (has_ended(draft.invitation, now)) return;
  draft.hinder(
      reasons::kMailUncertain,
      fmt::format("the mail to {} was being handed over at {} when its way was lost{}; it may have arrived, and "
                  "its link works. Set spec.invitation.resendAt to send another",
                  seen.member.spec.email, core::format_timestamp(*draft.invitation.handed_over_at),
                  seen.mail.words.empty() ? "" : " (" + seen.mail.words + ")"),
      true);
}

void plan_handing_over(const Observed& seen, core::Timestamp now, Draft& draft) {
  switch (seen.mail.stage) {
    case MailStage::UnderWay:
    case MailStage::AtTheDoor:
      return say_on_its_way(seen, draft);
    case MailStage::Delivered:
      return tell_sent(seen, now, draft);
    case MailStage::Withheld:
      return try_withheld_again(seen, now, draft);
    case MailStage::Refused:
      draft.invitation.refusal = seen.mail.words;
      return;
    case MailStage::Failed:
      return try_again(seen, now, draft);
    case MailStage::Unknown:
    case MailStage::Uncertain:
      return say_uncertain(seen, now, draft);
  }
}

void say_refused(const Observed& seen, Draft& draft) {
  if (!draft.invitation.refusal) return;
  draft.hinder(reasons::kMailRefused,
               fmt::format("the mail server refused the mail to {}: {}; set spec.invitation.resendAt to try again, or "
                           "make a Member with another email",
                           seen.member.spec.email, *draft.invitation.refusal),
               true);
}

}  // namespace

bool is_by_mail(const Invitation& invitation) {
  return invitation.attempted_at.has_value();
}

std::chrono::minutes mail_pause(std::int64_t attempts) {
  constexpr std::int64_t doublings_to_an_hour = 6;
  const auto doublings = std::clamp<std::int64_t>(attempts - 1, 0, doublings_to_an_hour);
  return std::min(std::chrono::minutes(1LL << doublings), std::chrono::minutes(60));
}

bool is_on_its_way(MailStage stage) {
  return stage == MailStage::UnderWay || stage == MailStage::AtTheDoor || stage == MailStage::Delivered;
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
  draft.plan.audit.push_back({.action = "MemberInvited",
                              .note = fmt::format("{} is invited {}, until {}", seen.member.spec.email, where,
                                                  core::format_timestamp(draft.invitation.expires_at.value_or(now))),
                              .warning = false,
                              .identity = fmt::format("{}/MemberInvited/{}", seen.member.metadata.uid,
                                                      draft.invitation.token_hash.value_or(""))});
}

void plan_mail(const Observed& seen, core::Timestamp now, Draft& draft) {
  switch (progress_of(seen)) {
    case Progress::None:
      return draw(seen, now, draft);
    case Progress::Drawn:
      plan_drawn(seen, now, draft);
      break;
    case Progress::HandingOver:
      plan_handing_over(seen, now, draft);
      break;
    case Progress::Sent:
      // Sent as a link: the wish for a mail is a wish for another invitation.
      if (!is_by_mail(draft.invitation)) draw(seen, now, draft);
      return;
    case Progress::Refused:
    case Progress::Declined:
      break;
  }
  say_refused(seen, draft);
}

}  // namespace guildhall::controllers::member
