#include "operator/mail/smtp_transport.hpp"

#include <fmt/format.h>

#include "operator/mail/course.hpp"
#include "operator/mail/curl_transfer.hpp"
#include "operator/mail/server_words.hpp"

namespace guildhall::mail {
namespace {

/// Empty when the mail can be sent.
std::string find_problem(const Message& message) {
  for (const std::string* address : {&message.from, &message.to, &message.message_id}) {
    if (!is_address(*address)) return fmt::format("'{}' cannot stand in a mail's header", *address);
  }
  return {};
}

core::Result<core::SecretText> password_of(const SmtpServer& server) {
  return server.username.empty() ? core::SecretText() : read_password(server.password_file);
}

}  // namespace

SmtpTransport::SmtpTransport(SmtpServer server) : server_(std::move(server)) {}

Outcome SmtpTransport::send(const Message& message, const Release& release, const std::stop_token& stop) {
  MailSecrets secrets{.links = links_of(message), .username = core::SecretText(server_.username), .password = {}};
  if (const std::string problem = find_problem(message); !problem.empty())
    return {.ending = Ending::Refused, .words = showable(problem, secrets)};
  auto password = password_of(server_);
  if (!password) return {.ending = Ending::Retry, .words = showable(password.error().describe(), secrets)};
  secrets.password = *std::move(password);
  Outcome outcome = judge(transfer(server_, secrets.password, message, release, stop));
  outcome.words = showable(outcome.words, secrets);
  return outcome;
}

}  // namespace guildhall::mail
