#pragma once

#include "controllers/member/draft.hpp"
#include "controllers/member/observed.hpp"

namespace guildhall::controllers::member {

/// How long to wait after that many tries that failed, counted from the last: a minute, then twice as long each time,
/// up to an hour.
std::chrono::minutes mail_pause(std::int64_t attempts);

/// Whether it was drawn to be sent by mail, and not as a link.
bool is_by_mail(const Invitation& invitation);

/// Whether this process waits for the mail server, or the mail server for it.
bool is_on_its_way(MailStage stage);

/// Forgets the token's hash, and with it all that is known of this invitation but what counts for the next.
void kill_link(Draft& draft);

/// Draws an invitation: another token, whose hash the status gets before anything is sent. Hindered by what the
/// operator can do, by guildhall.dev/paused and by how many mails may be sent; the link before it is dead all the same.
void draw(const Observed& seen, core::Timestamp now, Draft& draft);

/// Records that it was sent, and tells it.
void tell_sent(const Observed& seen, core::Timestamp now, Draft& draft);

/// Rule: one mail for each invitation; a failure that may pass draws another one after a pause.
void plan_mail(const Observed& seen, core::Timestamp now, Draft& draft);

}  // namespace guildhall::controllers::member
