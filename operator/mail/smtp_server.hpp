#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"

namespace guildhall::mail {

/// What the platform team says of its mail server, as it was written.
struct SmtpSettings {
  std::string url;            ///< smtp://host[:port] or smtps://host[:port]; default ports 587 and 465
  std::string from;           ///< default, for a server on this machine: guildhall@localhost
  std::string from_name;      ///< default: Guildhall
  std::string username;       ///< empty: no login
  std::string password_file;  ///< read again for each mail; a line feed at its end is not part of the password
  std::string ca_file;        ///< PEM; empty: the system's authorities
  std::string tls;            ///< Required or Never; empty: Required, but Never to this machine when there is no login
  std::chrono::milliseconds connect_timeout{10'000};  ///< until a mail can begin: connection, TLS, greeting and login
  std::chrono::milliseconds timeout{60'000};  ///< for all of one mail, without the time that it waits for its release
  bool operator==(const SmtpSettings&) const = default;
};

/// A mail server that mails can be sent to. Made by make_smtp_server only.
struct SmtpServer {
  std::string host;  ///< a DNS name, or an IP address without brackets
  std::uint16_t port = 0;
  bool implicit_tls = false;  ///< smtps: TLS from the first byte (RFC 8314)
  bool require_tls = true;    ///< by STARTTLS (RFC 3207) when not implicit; without it nothing is sent
  std::string username;
  std::string password_file;
  std::string ca_file;
  std::string from;
  std::string from_name;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{60'000};
  bool operator==(const SmtpServer&) const = default;
};

/// Checks it and fills in what is not said. A password never goes over a clear connection: `Never` with a username is
/// an error, and so is `Never` to another machine, since mails hold secret links. Reads no file. Errors: Invalid,
/// naming the setting as in --config: smtp.url, smtp.from, ...
core::Result<SmtpServer> make_smtp_server(const SmtpSettings& settings);

/// Whether it is an address that a header and an envelope can hold as it is: ASCII, local@domain, at most 254
/// characters, no spaces, controls, quotes, or any of <>()[]\,;:
bool is_address(std::string_view text);

/// What stands in the file, without the line feed at its end. Errors: Invalid, naming the file: it cannot be read, is
/// empty, or holds a control character.
core::Result<core::SecretText> read_password(const std::string& file);

}  // namespace guildhall::mail
