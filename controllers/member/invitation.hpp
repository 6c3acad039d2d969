#pragma once

#include <string>
#include <vector>

#include "controllers/member/draft.hpp"
#include "controllers/member/observed.hpp"

namespace guildhall::controllers::member {

/// How far an invitation has come, by what the status records of it.
enum class Progress {
  None,         ///< none was drawn
  Drawn,        ///< its token is drawn; the mail was not handed over, or the Secret does not stand yet
  HandingOver,  ///< the mail server may have it: no second mail is sent by itself
  Sent,         ///< the mail server took it, or the Secret stands
  Refused,      ///< the mail server refused it for good
  Declined,
};
Progress progress_of(const Invitation& invitation);
/// The invitation in the status, with what was made of it since.
Invitation invitation_of(const Observed& seen);
Progress progress_of(const Observed& seen);

/// The user who invites, as people are told: none of Kubernetes' own, which mean nothing to them.
std::string shown_inviter(const std::string& user);
/// The Users as whom the invited one signs in, as people are told: those that spec.subjects lists, or else the email.
/// Empty: it lists none.
std::vector<std::string> shown_users(const api::MemberSpec& spec);

/// Whether its time is over, or it was declined.
bool has_ended(const Invitation& invitation, core::Timestamp now);

/// Rule: only resendAt asks anew who declined, whatever delivery or autoAccept have become.
bool stays_declined(const Observed& seen, core::Timestamp now);

/// Whether the link of that hash may be accepted or declined now. One rule for the page and the plan.
bool is_open(const Observed& seen, const std::string& token_hash, core::Timestamp now);

/// What is to be done about the mail. It follows from what the status records, so it is done after that stands.
enum class MailStep { None, Send, Release };
MailStep mail_step(const Observed& seen, core::Timestamp now);

/// Rule: who needs an invitation is sent one, by mail or as a link in a Secret, and anew when resendAt is due.
///
/// Guarantees: a hash stands in the status before anybody can have its link; `handedOverAt` stands before a mail server
/// has the whole of a mail, and after it no second mail goes by itself for the same invitation, whatever is known of
/// the first; a new invitation kills the link of the one before.
void plan_invitation(const Observed& seen, core::Timestamp now, Draft& draft);

/// Rule: the link of who is not to be a Member now is dead, and does not come back: another one is made then.
void plan_withdrawal(const Observed& seen, Draft& draft);

/// Rule: the Secret with the link stands only while the link may be accepted.
void plan_link_removal(const Observed& seen, core::Timestamp now, Draft& draft);

}  // namespace guildhall::controllers::member
