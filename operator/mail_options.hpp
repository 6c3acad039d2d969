#pragma once

#include <optional>
#include <string>

#include "operator/mail/smtp_server.hpp"

namespace CLI {
class App;
}

namespace guildhall {

/// How mails are sent; in --config `smtp: {url, from, fromName, username, passwordFile, caFile, tls, connectTimeout,
/// timeout, templates}`.
struct MailOptions {
  mail::SmtpSettings settings;             ///< as they were written
  std::optional<mail::SmtpServer> server;  ///< unset: no mails are sent
  std::string templates;  ///< the ConfigMap of the mails' texts, in the operator's namespace; may be empty
};

/// Declares --smtp and the flags that begin with --smtp-. `options` outlives the parsing.
void declare_smtp(CLI::App& run, MailOptions& options);

/// Once all is parsed: makes the server of the settings, and looks whether the files can be read that they name. What
/// is wrong, with a line feed at its end; empty when all is well.
std::string settle_smtp(MailOptions& options);

}  // namespace guildhall
