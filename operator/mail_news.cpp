#include "operator/mail_news.hpp"

#include <spdlog/spdlog.h>

#include <array>

namespace guildhall {

namespace {

constexpr std::chrono::minutes kBetweenWarnings{1};

using mail::Ending;

constexpr std::array kEndings{Ending::Delivered, Ending::Retry, Ending::Refused, Ending::Withheld, Ending::Uncertain};

}  // namespace

/// Each outcome is there before the first of its kind, so that its rate can be asked for.
MailNews::MailNews(core::Metrics& metrics) : metrics_(metrics) {
  for (const Ending ending : kEndings)
    count(std::string(mail::to_string(ending)), 0);
  count("Unwritten", 0);
}

void MailNews::count(std::string outcome, double by) {
  metrics_.count("guildhall_mails_total", {{"outcome", std::move(outcome)}}, by);
}

void MailNews::tell(Ending ending, std::string_view words) {
  count(std::string(mail::to_string(ending)), 1);
  if (ending == Ending::Retry || ending == Ending::Refused || ending == Ending::Uncertain)
    warn(mail::to_string(ending), words);
}

void MailNews::tell_unwritten(std::string_view words) {
  count("Unwritten", 1);
  warn("Unwritten", words);
}

void MailNews::warn(std::string_view what, std::string_view words) {
  {
    const std::scoped_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (warned_at_ && now < *warned_at_ + kBetweenWarnings) return;
    warned_at_ = now;
  }
  spdlog::warn(
      "a mail was not sent ({}): {}; the Member says so too, and guildhall_mails_total counts others of this "
      "minute",
      what, words);
}

mail::Outcome ToldTransport::send(const mail::Message& message, const mail::Release& release,
                                  const std::stop_token& stop) {
  mail::Outcome outcome = by_.send(message, release, stop);
  news_.tell(outcome.ending, outcome.words);
  return outcome;
}

}  // namespace guildhall
