#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operator/mail/transport.hpp"

namespace guildhall::mail {

/// A reply of the server (RFC 5321, section 4.2).
struct Reply {
  int code = 0;
  std::string words;  ///< the code and the texts of its lines, as they came
};

/// Makes replies of lines. Pure.
class ReplyReader {
 public:
  /// One line with or without its end. The whole reply after its last line; unset before, and for what is no reply.
  std::optional<Reply> add(std::string_view line);

 private:
  std::string texts_;
};

/// What the library could not do.
enum class Failure {
  None,
  Command,  ///< sender, recipient or the begin of the content were not accepted
  Other,    ///< all else: connection, TLS, login
};

/// What happened in one attempt to send a mail.
struct Course {
  bool asked = false;     ///< the release was asked
  bool released = false;  ///< and said yes
  bool stopped = false;
  std::optional<Reply> last_reply;
  bool replied_to_mail = false;  ///< the last reply came after the release: it answers the mail itself
  Failure failure = Failure::None;
  std::string words;  ///< why it failed, where no reply says it
};

/// What became of the mail; words as they came. Pure.
Outcome judge(const Course& course);

}  // namespace guildhall::mail
