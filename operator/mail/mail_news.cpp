#include "operator/mail/mail_news.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace guildhall::mail {

namespace {

constexpr std::chrono::minutes kBetweenWarnings{1};
constexpr const char* kUnwritten = "Unwritten";
constexpr std::array kEndings{Ending::Delivered, Ending::Retry, Ending::Refused, Ending::Withheld, Ending::Uncertain};

}  // namespace

/// Each outcome is there before the first of its kind, so that its rate can be asked for.
MailNews::MailNews(core::Metrics& metrics, const core::Clock& clock, Warn warn)
    : metrics_(metrics), clock_(clock), warn_(std::move(warn)) {
  for (const Ending ending : kEndings)
    count(std::string(to_string(ending)), 0);
  count(kUnwritten, 0);
}

void MailNews::count(std::string outcome, double by) {
  metrics_.count("guildhall_mails_total", {{"outcome", std::move(outcome)}}, by);
}

void MailNews::tell(Ending ending, std::string_view words) {
  count(std::string(to_string(ending)), 1);
  if (ending == Ending::Retry || ending == Ending::Refused || ending == Ending::Uncertain)
    warn(to_string(ending), words);
}

void MailNews::tell_unwritten(std::string_view words) {
  count(kUnwritten, 1);
  warn(kUnwritten, words);
}

void MailNews::warn(std::string_view what, std::string_view words) {
  {
    const std::scoped_lock lock(mutex_);
    const core::Timestamp now = clock_.now();
    // A clock that was set back must not keep it silent.
    if (warned_at_ && now >= *warned_at_ && now < *warned_at_ + kBetweenWarnings) return;
    warned_at_ = now;
  }
  warn_(
      fmt::format("a mail was not sent ({}): {}; the Member says so too, and guildhall_mails_total counts others of "
                  "this minute",
                  what, words));
}

Outcome ToldTransport::send(const Message& message, const Release& release, const std::stop_token& stop) {
  Outcome outcome = by_.send(message, release, stop);
  news_.tell(outcome.ending, outcome.words);
  return outcome;
}

}  // namespace guildhall::mail
