#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/core/clock.hpp"
#include "operator/invitation_post.hpp"
#include "operator/kube/client.hpp"
#include "operator/mail/mail_news.hpp"
#include "operator/mail/outbox.hpp"
#include "operator/mail/smtp_transport.hpp"

namespace guildhall {

/// All that sends mail, made from what the platform team says of its mail server. Thread-safe.
class Mailing {
 public:
  struct Surroundings {
    kube::Client& client;  ///< reads the ConfigMap with the texts
    std::string ns;        ///< the operator's own
    const core::Clock& clock;
    core::Metrics& metrics;
    std::stop_token stop;
  };

  /// `server`: unset, nothing is ever sent. `templates`: the ConfigMap with the texts; empty, those of Guildhall.
  Mailing(const std::optional<mail::SmtpServer>& server, std::string templates, Surroundings surroundings);

  [[nodiscard]] controllers::member::Post& post() { return *post_; }
  [[nodiscard]] bool sends() const { return outbox_ != nullptr; }
  /// Calls back what is not handed over, and waits a moment for the answers to what is.
  void stop();

 private:
  [[nodiscard]] core::Result<mail::Texts> texts() const;
  [[nodiscard]] core::Result<mail::Texts> read_texts() const;

  std::string templates_;
  Surroundings at_;
  std::unique_ptr<mail::MailNews> news_;
  std::unique_ptr<mail::SmtpTransport> transport_;
  std::unique_ptr<mail::ToldTransport> told_;
  std::unique_ptr<mail::Outbox> outbox_;
  std::unique_ptr<controllers::member::Post> post_;
};

}  // namespace guildhall
