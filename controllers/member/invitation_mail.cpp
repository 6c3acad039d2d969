#include "controllers/member/invitation_mail.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controllers/member/invitation.hpp"
#include "controllers/member/invitation_draw.hpp"
#include "controllers/member/reasons.hpp"

namespace guildhall::controllers::member {

namespace {

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

std::chrono::minutes mail_pause(std::int64_t attempts) {
  constexpr std::int64_t doublings_to_an_hour = 6;
  const auto doublings = std::clamp<std::int64_t>(attempts - 1, 0, doublings_to_an_hour);
  return std::min(std::chrono::minutes(1LL << doublings), std::chrono::minutes(60));
}

bool is_on_its_way(MailStage stage) {
  return stage == MailStage::UnderWay || stage == MailStage::AtTheDoor || stage == MailStage::Delivered;
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
