#pragma once

#include "operator/mail/smtp_server.hpp"
#include "operator/mail/transport.hpp"

namespace guildhall::mail {

/// Sends by SMTP (RFC 5321), with libcurl: TLS 1.2 or newer, the server's certificate verified, login by PLAIN or
/// LOGIN. Each mail has a connection of its own; EHLO names the sender's domain. Proxies of the environment are not
/// used. Password and CA file are read for each mail. The mail is a multipart/alternative in base64.
class SmtpTransport final : public Transport {
 public:
  explicit SmtpTransport(SmtpServer server);

  /// The release is asked in libcurl's read callback; before it answers, the mail's last byte and the dot that ends it
  /// are not written to the connection. A sender, recipient or message id that is no address is Refused without asking
  /// the server.
  Outcome send(const Message& message, const Release& release, const std::stop_token& stop) override;

 private:
  SmtpServer server_;
};

}  // namespace guildhall::mail
