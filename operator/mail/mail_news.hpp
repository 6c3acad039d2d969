#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/mail/transport.hpp"

namespace guildhall::mail {

/// What becomes of mails, for the platform team: Members tell their own tenants, who cannot mend a mail server.
/// guildhall_mails_total{outcome}, and at most one warning in a minute. Thread-safe.
class MailNews {
 public:
  using Warn = std::function<void(const std::string& text)>;

  /// References outlive it.
  MailNews(core::Metrics& metrics, const core::Clock& clock, Warn warn);

  /// `words`: as in Outcome, without secrets.
  void tell(Ending ending, std::string_view words);
  /// A mail could not even be written, as the texts have a mistake.
  void tell_unwritten(std::string_view words);

 private:
  void count(std::string outcome, double by);
  void warn(std::string_view what, std::string_view words);

  core::Metrics& metrics_;
  const core::Clock& clock_;
  Warn warn_;
  std::mutex mutex_;
  std::optional<core::Timestamp> warned_at_;
};

/// Sends by another transport, and tells what became of it.
class ToldTransport final : public Transport {
 public:
  ToldTransport(Transport& by, MailNews& news) : by_(by), news_(news) {}
  Outcome send(const Message& message, const Release& release, const std::stop_token& stop) override;

 private:
  Transport& by_;
  MailNews& news_;
};

}  // namespace guildhall::mail
