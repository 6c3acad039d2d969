#pragma once

#include "controllers/member/draft.hpp"
#include "controllers/member/observed.hpp"

namespace guildhall::controllers::member {

/// Whether it was drawn to be sent by mail, and not as a link.
bool is_by_mail(const Invitation& invitation);

/// Forgets the token's hash, and with it all that is known of this invitation but what counts for the next.
void kill_link(Draft& draft);

/// Draws an invitation: another token, whose hash the status gets before anything is sent. Hindered by what the
/// operator can do, by guildhall.dev/paused and by how many mails may be sent; the link before it is dead all the same.
void draw(const Observed& seen, core::Timestamp now, Draft& draft);

/// What Ready says of a mail that failed; null: no try did, or one came to something since.
const core::Condition* said_failure(const Observed& seen);

/// Says that it is on its way; or why the try before this one failed, until this one has come to something.
void say_on_its_way(const Observed& seen, Draft& draft);

/// Records that it was sent, and tells it.
void tell_sent(const Observed& seen, core::Timestamp now, Draft& draft);

}  // namespace guildhall::controllers::member
