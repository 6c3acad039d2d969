#pragma once

#include <string>

#include "operator/core/secret_text.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::mail {

/// One mail to one recipient. Both parts hold a secret link: they are moved, never copied or logged.
/// Names and subject may hold what users wrote; headers.hpp says how they are made harmless.
struct Message {
  std::string from;       ///< an address, see is_address; also the envelope's sender
  std::string from_name;  ///< for people; may be empty, as the recipient's
  std::string to;
  std::string to_name;
  std::string subject;
  core::SecretText text;   ///< UTF-8; lines may end in LF or CRLF
  core::SecretText html;   ///< likewise; empty: the text stands alone
  std::string message_id;  ///< left@right without brackets, in the letters of an address; the same for the same mail
  core::Timestamp date;
};

}  // namespace guildhall::mail
