#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "operator/core/metrics.hpp"
#include "operator/mail/transport.hpp"

namespace guildhall {

/// What becomes of mails, for the platform team: Members tell their own tenants, who cannot mend a mail server.
/// guildhall_mails_total{outcome}, and at most one warning in a minute in the log. Thread-safe.
class MailNews {
 public:
  explicit MailNews(core::Metrics& metrics);

  /// `words`: as in mail::Outcome, without secrets.
  void tell(mail::Ending ending, std::string_view words);
  /// A mail could not even be written, as the texts have a mistake.
  void tell_unwritten(std::string_view words);

 private:
  void count(std::string outcome, double by);
  void warn(std::string_view what, std::string_view words);

  core::Metrics& metrics_;
  std::mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> warned_at_;
};

/// Sends by another transport, and tells what became of it.
class ToldTransport final : public mail::Transport {
 public:
  ToldTransport(mail::Transport& by, MailNews& news) : by_(by), news_(news) {}
  mail::Outcome send(const mail::Message& message, const mail::Release& release, const std::stop_token& stop) override;

 private:
  mail::Transport& by_;
  MailNews& news_;
};

}  // namespace guildhall
