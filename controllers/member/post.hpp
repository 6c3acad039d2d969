#pragma once

#include <functional>
#include <string>

#include "operator/core/secret_text.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::member {

/// Where a mail is that this process has taken on.
enum class MailStage {
  Unknown,    ///< this process has none of that hash
  UnderWay,   ///< waits its turn, or the mail server is being talked to
  AtTheDoor,  ///< the mail server has all but the end; it goes when release() says so
  Delivered,  ///< the mail server took it
  Failed,     ///< not sent, for a reason that may pass
  Withheld,   ///< not sent: we called it back, as when the operator ends
  Refused,    ///< not sent: the mail server does not want it
  Uncertain,  ///< lost the mail server after the end: it may have taken it
};

struct SeenMail {
  MailStage stage = MailStage::Unknown;
  std::string words;  ///< of the mail server or about it, when it Failed, was Refused or is Uncertain
  bool operator==(const SeenMail&) const = default;
};

/// What an invitation says. The link is secret.
struct Letter {
  std::string id;  ///< the hash of the link's token
  std::string to;
  std::string to_name;       ///< may be empty
  std::string organization;  ///< its name
  std::string organization_display_name;
  std::string role;
  std::string inviter;  ///< may be empty
  core::SecretText link;
  core::Timestamp expires_at;
  std::string ttl;  ///< as the Organization has it: "24h"
};

/// Carries invitations to people, in its own time. Nothing of it lasts: what must be known after a crash stands in the
/// Member's status. Thread-safe.
class Post {
 public:
  Post() = default;
  Post(const Post&) = delete;
  Post& operator=(const Post&) = delete;
  virtual ~Post() = default;

  [[nodiscard]] virtual SeenMail state(const std::string& id) const = 0;
  /// Takes a letter on; one that is known already is left as it is. `changed` is called from another thread, each time
  /// the stage is another.
  virtual void send(Letter letter, std::function<void()> changed) = 0;
  /// Lets the mail that is at the door go.
  virtual void release(const std::string& id) = 0;
  /// Forgets it; what the mail server has not got whole is not sent.
  virtual void withdraw(const std::string& id) = 0;
};

}  // namespace guildhall::controllers::member
