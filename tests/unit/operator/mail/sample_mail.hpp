// A mail for tests.
#pragma once

#include "operator/mail/message.hpp"
#include "operator/mail/smtp_server.hpp"

namespace guildhall::mail {

constexpr const char* kSampleLink = "https://guildhall.acme.example/i/Zk3vQ9pTWm4RkXy7BdLs2A8cHf6JnGtU";

inline Message sample_mail() {
  const std::string link = kSampleLink;
  return {.from = "guildhall@acme.example",
          .from_name = "Guildhall",
          .to = "jane@acme.example",
          .to_name = "Jane Doe",
          .subject = "Your invitation to Acme",
          .text = core::SecretText("Hello,\n\n.dots at the begin\n" + link + "\n"),
          .html = core::SecretText("<p><a href=\"" + link + "\">See it</a></p>\n"),
          .message_id = "0123456789abcdef@guildhall.acme.example",
          .date = core::Timestamp(std::chrono::seconds(1'764'064'800))};
}

/// A server on loopback without TLS.
inline SmtpServer plain_server(std::uint16_t port) {
  return {.host = "127.0.0.1",
          .port = port,
          .implicit_tls = false,
          .require_tls = false,
          .username = {},
          .password_file = {},
          .ca_file = {},
          .from = "guildhall@acme.example",
          .from_name = "Guildhall",
          .connect_timeout = std::chrono::seconds(20),
          .timeout = std::chrono::seconds(60)};
}

}  // namespace guildhall::mail
