#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "controllers/member/post.hpp"
#include "operator/core/clock.hpp"
#include "operator/mail/outbox.hpp"
#include "operator/mail/smtp_server.hpp"
#include "operator/mail/template.hpp"

namespace guildhall {

/// Carries invitations by mail: fills in the texts and hands them to the outbox. Thread-safe.
class InvitationPost final : public controllers::member::Post {
 public:
  /// The texts as the platform has them now. Errors: of reading them, or of what is wrong in them.
  using TextsReader = std::function<core::Result<mail::Texts>()>;

  /// `server`: whose sender the mails have.
  InvitationPost(mail::Outbox& outbox, const mail::SmtpServer& server, TextsReader texts, const core::Clock& clock);

  [[nodiscard]] controllers::member::SeenMail state(const std::string& id) const override;
  void send(controllers::member::Letter letter, std::function<void()> changed) override;
  void release(const std::string& id) override { outbox_.release(id); }
  void withdraw(const std::string& id) override;

 private:
  [[nodiscard]] core::Result<mail::Message> message(controllers::member::Letter letter) const;

  mail::Outbox& outbox_;
  std::string from_;
  std::string from_name_;
  TextsReader texts_;
  const core::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> unwritten_;  ///< by id, why no mail could be made; guarded by mutex_
};

/// Where there is no mail server nothing is ever sent: Members say NoMailServer.
class NoPost final : public controllers::member::Post {
 public:
  [[nodiscard]] controllers::member::SeenMail state(const std::string& /*id*/) const override { return {}; }
  void send(controllers::member::Letter /*letter*/, std::function<void()> /*changed*/) override {}
  void release(const std::string& /*id*/) override {}
  void withdraw(const std::string& /*id*/) override {}
};

}  // namespace guildhall
