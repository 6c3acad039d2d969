#include "controllers/member/invitation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controllers/member/invitation_draw.hpp"
#include "controllers/member/invitation_mail.hpp"
#include "controllers/member/names.hpp"
#include "controllers/member/reasons.hpp"
#include "operator/core/duration.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::member {

namespace {

using Delivery = api::MemberInvitationDelivery;

constexpr std::chrono::minutes kForeignSecretPause{1};

/// The Secret that stands, when it is this Member's and holds the link of the present invitation.
bool holds_present_link(const Observed& seen, const InvitationSecretView& secret) {
  return secret.owner_uid == seen.member.metadata.uid && !secret.deleting && !secret.token_hash.empty() &&
         invitation_of(seen).token_hash == secret.token_hash;
}

void remove_secret(const InvitationSecretView& secret, Draft& draft) {
  if (secret.deleting) return;
  draft.plan.remove.push_back(
      {.type = core::types::secrets(), .key = secret.key, .uid = secret.uid, .resource_version = {}});
}

std::string foreign_secret_message(const core::ObjectKey& place, const ForeignSecret& foreign) {
  if (!foreign.is_of_api_key)
    return fmt::format("Secret {} is there and is not Guildhall's; remove it, or use another delivery",
                       place.to_string());
  return fmt::format("Secret {} is that of {}; give the ApiKey another spec.secret.name, or use another delivery",
                     place.to_string(), foreign.api_key.empty() ? "an ApiKey" : "ApiKey " + foreign.api_key);
}

/// What the server or somebody else has in its place.
bool check_place(const Observed& seen, core::Timestamp now, Draft& draft) {
  if (!seen.foreign_secret) return true;
  draft.plan.look_again_at(now + kForeignSecretPause, now);  // Secrets of other types are not watched
  draft.invitation.secret.reset();
  draft.hinder(reasons::kForeignSecret,
               foreign_secret_message(invitation_secret_key(seen.member), *seen.foreign_secret), true);
  return false;
}

/// Admins may read the Secret that the status names, so it names only one that was seen to hold the link.
/// One that was changed by hand is removed, and one that is gone is made anew with another link.
void plan_present_link(const Observed& seen, core::Timestamp now, Draft& draft) {
  draft.invitation.secret.reset();
  if (is_paused(seen.member) && !seen.link_secret)
    return draft.hinder(reasons::kPaused, "no invitation is sent, as guildhall.dev/paused is set", false);
  const bool sent = progress_of(seen) == Progress::Sent;
  if (seen.link_secret) {
    if (holds_present_link(seen, *seen.link_secret)) {
      draft.invitation.secret.emplace().name = seen.link_secret->key.name;
      if (!sent) tell_sent(seen, now, draft);
      return;
    }
    draft.hinder(reasons::kSendingInvitation, "a Secret that does not hold the link makes room for the one that does",
                 false);
    // That of a former Member of this name goes with its owner.
    const std::string& owner = seen.link_secret->owner_uid;
    if (!owner.empty() && owner != seen.member.metadata.uid) return;
    return remove_secret(*seen.link_secret, draft);
  }
  if (sent || !seen.holds_token) return draw(seen, now, draft);
  draft.hinder(reasons::kSendingInvitation, "the link is on its way into its Secret", false);
  draft.plan.apply.push_back(write_invitation_secret(seen.member));
}

void plan_link(const Observed& seen, core::Timestamp now, Draft& draft) {
  if (!check_place(seen, now, draft)) return;
  const Progress progress = progress_of(seen);
  // The operator was away, or slow: nobody was invited by it.
  const bool is_too_late = progress == Progress::Drawn && has_ended(draft.invitation, now);
  if (progress == Progress::None || is_by_mail(draft.invitation) || is_too_late) return draw(seen, now, draft);
  if (!has_ended(draft.invitation, now)) plan_present_link(seen, now, draft);
}

bool is_resend_due(const Observed& seen, core::Timestamp now) {
  const auto& wish = seen.member.spec.invitation.resend_at;
  return wish && *wish <= now && progress_of(seen) != Progress::None && invitation_of(seen).resent_for != wish;
}

/// Sent as what is not wished for any more, so another comes.
bool is_of_another_delivery(const Observed& seen, const Invitation& invitation) {
  const Delivery wished = seen.member.spec.invitation.delivery;
  return is_by_mail(invitation) ? wished == Delivery::Link : wished == Delivery::Email;
}

void look_again_for_wish(const Observed& seen, core::Timestamp now, Draft& draft) {
  const auto& wish = seen.member.spec.invitation.resend_at;
  if (wish && *wish > now) draft.plan.look_again_at(*wish, now);
}

}  // namespace

Progress progress_of(const Invitation& invitation) {
  if (!invitation.token_hash) return Progress::None;
  if (invitation.declined_at) return Progress::Declined;
  if (invitation.sent_at) return Progress::Sent;
  if (invitation.refusal) return Progress::Refused;
  return invitation.handed_over_at ? Progress::HandingOver : Progress::Drawn;
}

Invitation invitation_of(const Observed& seen) {
  Invitation invitation = seen.member.status.invitation.value_or(Invitation{});
  if (seen.declined_at) invitation.declined_at = seen.declined_at;
  return invitation;
}

Progress progress_of(const Observed& seen) {
  return progress_of(invitation_of(seen));
}

std::string shown_inviter(const std::string& user) {
  return user.starts_with("system:") ? std::string{} : user;
}

std::vector<std::string> shown_users(const api::MemberSpec& spec) {
  if (spec.subjects.empty()) return {spec.email};
  std::vector<std::string> users;
  for (const api::MemberSubject& subject : spec.subjects) {
    if (subject.kind == api::MemberSubjectKind::User) users.push_back(subject.name);
  }
  return users;
}

bool has_ended(const Invitation& invitation, core::Timestamp now) {
  return invitation.declined_at || (invitation.expires_at && *invitation.expires_at <= now);
}

bool stays_declined(const Observed& seen, core::Timestamp now) {
  return progress_of(seen) == Progress::Declined && !is_resend_due(seen, now);
}

bool is_open(const Observed& seen, const std::string& token_hash, core::Timestamp now) {
  const Invitation invitation = invitation_of(seen);
  if (seen.home != HomeState::Claimed || seen.standing != Standing::NotAccepted || token_hash.empty()) return false;
  // Whoever asks for another has it die at once, be the leader away or slow: another replica may show the page.
  if (is_resend_due(seen, now) || is_of_another_delivery(seen, invitation)) return false;
  // Nobody got the link that the mail server refused, but its words, which all may read, may hold pieces of it.
  return invitation.token_hash == token_hash && !has_ended(invitation, now) && !invitation.refusal;
}

MailStep mail_step(const Observed& seen, core::Timestamp now) {
  const Invitation invitation = invitation_of(seen);
  const bool by_mail = seen.member.spec.invitation.delivery == Delivery::Email && is_by_mail(invitation);
  const bool wanted = by_mail && is_open(seen, invitation.token_hash.value_or(""), now);
  if (!wanted || is_paused(seen.member)) return MailStep::None;
  const Progress progress = progress_of(seen);
  if (progress == Progress::HandingOver && seen.mail.stage == MailStage::AtTheDoor) return MailStep::Release;
  const bool to_send = progress == Progress::Drawn && seen.mail.stage == MailStage::Unknown && seen.holds_token;
  return to_send ? MailStep::Send : MailStep::None;
}

void plan_invitation(const Observed& seen, core::Timestamp now, Draft& draft) {
  look_again_for_wish(seen, now, draft);
  if (stays_declined(seen, now)) return;
  // What the mail server answers to the present one is worth waiting for: it takes seconds.
  const bool answer_is_due = progress_of(seen) == Progress::HandingOver && is_on_its_way(seen.mail.stage);
  if (is_resend_due(seen, now) && !answer_is_due) {
    draw(seen, now, draft);
  } else if (seen.member.spec.invitation.delivery == Delivery::Link) {
    plan_link(seen, now, draft);
  } else {
    plan_mail(seen, now, draft);
  }
  if (draft.invitation.expires_at && !has_ended(draft.invitation, now))
    draft.plan.look_again_at(*draft.invitation.expires_at, now);
}

void plan_withdrawal(const Observed& seen, Draft& draft) {
  const bool is_wanted = seen.home != HomeState::NoOrganization && seen.standing != Standing::Inactive &&
                         seen.standing != Standing::Duplicate;
  // The link of who declined is dead already, and that it declined is not to be forgotten; another Organization than
  // the one that it declined may ask.
  const bool is_told_no = progress_of(seen) == Progress::Declined && seen.home != HomeState::NoOrganization;
  if (!is_wanted && !is_told_no && !seen.judged.acceptance && progress_of(seen) != Progress::None) kill_link(draft);
}

void plan_link_removal(const Observed& seen, core::Timestamp now, Draft& draft) {
  const std::string hash = invitation_of(seen).token_hash.value_or("");
  const bool wanted = seen.member.spec.invitation.delivery == Delivery::Link && is_open(seen, hash, now);
  if (wanted) return;
  if (seen.link_secret && seen.link_secret->owner_uid == seen.member.metadata.uid) {
    remove_secret(*seen.link_secret, draft);
  } else {
    draft.invitation.secret.reset();
  }
}

}  // namespace guildhall::controllers::member
