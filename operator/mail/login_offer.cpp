#include "operator/mail/login_offer.hpp"

#include <fmt/format.h>

namespace guildhall::mail {
namespace {

constexpr std::size_t kCodeLength = 3;
constexpr std::size_t kLongestMechanisms = 256;  ///< what comes after is not shown

std::string_view next_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size() == text.size() ? word.size() : word.size() + 1);
  return word;
}

}  // namespace

void LoginOffer::sent(std::string_view command) {
  is_greeting_ = command.starts_with("EHLO") || command.starts_with("HELO");
  is_secured_ = is_secured_ || command.starts_with("STARTTLS");
  if (!is_greeting_) return;
  is_usable_ = false;
  mechanisms_.clear();
  problem_.clear();
}

void LoginOffer::heard(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r'))
    line.remove_suffix(1);
  if (!is_greeting_ || !is_secured_ || !line.starts_with('2') || line.size() < kCodeLength) return;
  const bool goes_on = line.substr(kCodeLength).starts_with('-');
  if (line.size() > kCodeLength) read_extension(line.substr(kCodeLength + 1));
  if (!goes_on) conclude();
}

/// Upper case alone, as libcurl reads it.
void LoginOffer::read_extension(std::string_view text) {
  if (next_word(text) != "AUTH") return;
  while (!text.empty()) {
    const std::string_view mechanism = next_word(text);
    is_usable_ = is_usable_ || mechanism == "PLAIN" || mechanism == "LOGIN";
    if (!mechanism.empty() && mechanisms_.size() < kLongestMechanisms)
      mechanisms_.append(mechanisms_.empty() ? "" : ", ").append(mechanism);
  }
}

void LoginOffer::conclude() {
  is_greeting_ = false;
  if (is_usable_) return;
  problem_ = mechanisms_.empty()
                 ? "the mail server offers no login, and smtp.username asks for one; leave it out if none is needed"
                 : fmt::format("the mail server offers no login by PLAIN or LOGIN, only by {}", mechanisms_);
}

}  // namespace guildhall::mail
