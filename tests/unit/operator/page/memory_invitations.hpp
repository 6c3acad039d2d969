#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "operator/crypto/digest.hpp"
#include "operator/page/invitations.hpp"

namespace guildhall::page {

/// Invitations in memory, each open until it is answered. Thread-safe.
class MemoryInvitations final : public Invitations {
 public:
  void add(std::string_view token, Invitation invitation) {
    const std::scoped_lock lock(mutex_);
    open_.insert_or_assign(crypto::sha256_hex(token), std::move(invitation));
  }
  /// What happens to the next answers, if it is not recorded.
  void fail_with(Outcome outcome) {
    const std::scoped_lock lock(mutex_);
    failure_ = std::move(outcome);
  }
  /// Nothing can be found for this reason.
  void lose_sight(core::ErrorKind why) {
    const std::scoped_lock lock(mutex_);
    blind_ = why;
  }
  /// "accept" or "decline"; empty: it was not answered.
  [[nodiscard]] std::string answer_to(std::string_view token) const {
    const std::scoped_lock lock(mutex_);
    const auto found = answers_.find(crypto::sha256_hex(token));
    return found == answers_.end() ? "" : found->second;
  }

  [[nodiscard]] core::Result<Invitation> find(const std::string& token_hash) const override {
    const std::scoped_lock lock(mutex_);
    if (blind_) return core::fail(*blind_, "the caches are not filled");
    const auto found = open_.find(token_hash);
    if (found == open_.end()) return core::fail(core::ErrorKind::NotFound, "no open invitation");
    return found->second;
  }
  Outcome accept(const std::string& token_hash, std::stop_token /*stop*/) override {
    return record(token_hash, "accept");
  }
  Outcome decline(const std::string& token_hash, std::stop_token /*stop*/) override {
    return record(token_hash, "decline");
  }

 private:
  Outcome record(const std::string& token_hash, const char* answer) {
    const std::scoped_lock lock(mutex_);
    if (failure_.answer != Answer::Done) return failure_;
    if (open_.erase(token_hash) == 0) return {.answer = Answer::NotOpen, .words = {}};
    answers_.emplace(token_hash, answer);
    return {};
  }

  mutable std::mutex mutex_;
  std::map<std::string, Invitation> open_;
  std::map<std::string, std::string> answers_;
  Outcome failure_;
  std::optional<core::ErrorKind> blind_;
};

/// One with every field.
inline Invitation invitation_to_acme() {
  return {.organization = "acme",
          .organization_display_name = "Acme Metrics",
          .role = "Editor",
          .inviter = "ada@acme.example",
          .email = "jane@acme.example",
          .users = {"jane@acme.example"},
          .member_display_name = "Jane Doe",
          .expires_at = *core::parse_timestamp("2026-11-25T10:00:00Z")};
}

}  // namespace guildhall::page
