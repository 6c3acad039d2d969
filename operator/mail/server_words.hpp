#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/mail/message.hpp"

namespace guildhall::mail {

/// What must not be repeated when somebody else's words are shown.
struct MailSecrets {
  std::vector<core::SecretText> links;  ///< what follows the host in each URL of the mail
  core::SecretText username;            ///< not secret by itself, but part of how a login is encoded
  core::SecretText password;
};

/// The links that stand in either part of the mail.
std::vector<core::SecretText> links_of(const Message& message);

/// A server's reply, or a library's message, as it can be shown: one line, at most 512 bytes, without what it repeats
/// of the links (any 8 characters of one, upper or lower case), of the password (clear, or as AUTH PLAIN and LOGIN
/// encode it), and without any run of 32 letters or digits, as encoded content has them. Pure.
std::string showable(std::string_view words, const MailSecrets& secrets);

}  // namespace guildhall::mail
