#pragma once

#include <stop_token>

#include "operator/mail/course.hpp"
#include "operator/mail/smtp_server.hpp"

namespace guildhall::mail {

/// One attempt to send a mail, by libcurl, whose only adapter this is. Blocks; see Transport::send. Of a message whose
/// addresses were checked.
Course transfer(const SmtpServer& server, const core::SecretText& password, const Message& message,
                const Release& release, const std::stop_token& stop);

}  // namespace guildhall::mail
