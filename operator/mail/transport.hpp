#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "operator/mail/message.hpp"

namespace guildhall::mail {

/// How an attempt to send a mail ended.
enum class Ending {
  Delivered,  ///< the server has taken it (2xx after the mail's end)
  Retry,      ///< not taken, may be taken later: no connection, TLS, time-out, a 4xx reply, a refused login
  Refused,    ///< a 5xx reply to sender, recipient or content
  Withheld,   ///< we did not let it go: the release said no, or a stop came first
  Uncertain,  ///< let go, and then neither yes nor no was heard: it may have been taken
};

/// The enumerator's name.
std::string_view to_string(Ending ending);

struct Outcome {
  Ending ending = Ending::Withheld;
  /// Why, for a person: the server's own words where there are some; one line of UTF-8, at most 512 bytes. It holds
  /// neither the password nor the mail's links. Empty when delivered or withheld.
  std::string words;
  bool operator==(const Outcome&) const = default;
};

/// Asked once, when all of a mail but its end is ready and the server waits for it. A server that loses us before the
/// mail's end discards it (RFC 5321, section 4.1.1.4). May block while something durable is written, up to 20 s or
/// so; false: nothing is sent.
using Release = std::function<bool()>;

/// Sends mails. Thread-safe: several may be under way at once.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Blocks until it is known what became of the mail. A stop ends it promptly: Withheld when the mail was not
  /// released, else Uncertain.
  virtual Outcome send(const Message& message, const Release& release, const std::stop_token& stop) = 0;
};

}  // namespace guildhall::mail
