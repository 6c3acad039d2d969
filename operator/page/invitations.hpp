#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::page {

/// An open invitation, as its invitee may see it. Names are as their owners chose them: any Unicode text.
struct Invitation {
  std::string organization;               ///< the Organization's name, unique in the cluster
  std::string organization_display_name;  ///< may be empty
  std::string role;                       ///< Admin, Editor or Viewer
  std::string inviter;                    ///< may be empty
  std::string email;                      ///< whom it was sent to
  std::vector<std::string> users;         ///< as whom the invited one signs in after accepting; empty: it is not said
  std::string member_display_name;        ///< may be empty
  core::Timestamp expires_at;
};

/// What became of an accept or decline.
enum class Answer {
  Done,      ///< recorded
  NotOpen,   ///< no invitation has this token any more: answered, expired or withdrawn meanwhile, or never made
  TryAgain,  ///< the API server did not answer; the same may succeed later
  Refused,   ///< a rule forbids it, as `words` say
};

struct Outcome {
  Answer answer = Answer::Done;
  std::string words;  ///< of Refused: for the invitee; escaped by the page
};

/// The invitations that the page shows and answers, by the hex SHA-256 of the token in the link; the token itself never
/// leaves the page. Thread-safe.
class Invitations {
 public:
  Invitations() = default;
  Invitations(const Invitations&) = delete;
  Invitations& operator=(const Invitations&) = delete;
  virtual ~Invitations() = default;

  /// The open invitation of this token. Changes nothing, and answers at once. Errors: NotFound when there is none, also
  /// when it has expired or was answered; any other kind when it cannot be told now (the caches are not filled yet).
  [[nodiscard]] virtual core::Result<Invitation> find(const std::string& token_hash) const = 0;
  /// Answers once: of several calls for one token, at any replicas, at most one is Done. Waits for the API server,
  /// until `stop` at most.
  virtual Outcome accept(const std::string& token_hash, std::stop_token stop) = 0;
  virtual Outcome decline(const std::string& token_hash, std::stop_token stop) = 0;
};

}  // namespace guildhall::page
