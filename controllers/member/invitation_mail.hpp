#pragma once

#include "controllers/member/draft.hpp"
#include "controllers/member/observed.hpp"

namespace guildhall::controllers::member {

/// How long to wait after that many tries that failed, counted from the last: a minute, then twice as long each time,
/// up to an hour.
std::chrono::minutes mail_pause(std::int64_t attempts);

/// Whether this process waits for the mail server, or the mail server for it.
bool is_on_its_way(MailStage stage);

/// Rule: one mail for each invitation; a failure that may pass draws another one after a pause.
void plan_mail(const Observed& seen, core::Timestamp now, Draft& draft);

}  // namespace guildhall::controllers::member
