#include "operator/mail/course.hpp"

#include <fmt/format.h>

#include <charconv>

namespace guildhall::mail {
namespace {

constexpr std::size_t kCodeLength = 3;
constexpr std::size_t kLongestTexts = 4096;  ///< of one reply; what comes after is not kept

bool is_permanent(const Reply& reply) {
  return reply.code >= 500;
}

bool is_success(const Reply& reply) {
  return reply.code < 300;
}

bool is_error(const Reply& reply) {
  return reply.code >= 400;
}

/// The login that we have or lack, not this mail, is refused (RFC 4954, section 6): the platform team mends it.
bool concerns_login(const Reply& reply) {
  return reply.code == 530 || reply.code == 534 || reply.code == 535 || reply.code == 538;
}

Outcome judge_reply_to_mail(const Reply& reply) {
  if (is_success(reply)) return {.ending = Ending::Delivered, .words = {}};
  // A server that asks for more (3xx) has not understood the end, and has not said that it took nothing.
  if (!is_error(reply)) return {.ending = Ending::Uncertain, .words = reply.words};
  return {.ending = is_permanent(reply) ? Ending::Refused : Ending::Retry, .words = reply.words};
}

}  // namespace

std::string_view to_string(Ending ending) {
  switch (ending) {
    case Ending::Delivered:
      return "Delivered";
    case Ending::Retry:
      return "Retry";
    case Ending::Refused:
      return "Refused";
    case Ending::Withheld:
      return "Withheld";
    case Ending::Uncertain:
      return "Uncertain";
  }
  return "Uncertain";
}

std::optional<Reply> ReplyReader::add(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r'))
    line.remove_suffix(1);
  int code = 0;
  const std::string_view digits = line.substr(0, kCodeLength);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code);
  const bool is_number = error == std::errc{} && digits.size() == kCodeLength && end == digits.data() + digits.size();
  if (!is_number || code < 200 || code > 599) return std::nullopt;
  const bool goes_on = line.substr(kCodeLength).starts_with('-');
  if (texts_.size() < kLongestTexts && line.size() > kCodeLength + 1)
    texts_.append(" ").append(line.substr(kCodeLength + 1));
  if (goes_on) return std::nullopt;
  Reply reply{.code = code, .words = fmt::format("{}{}", code, texts_)};
  texts_.clear();
  return reply;
}

Outcome judge(const Course& course) {
  const bool has_reply = course.last_reply.has_value();
  if (course.released) {
    if (has_reply && course.replied_to_mail) return judge_reply_to_mail(*course.last_reply);
    return {.ending = Ending::Uncertain, .words = course.words};
  }
  if (course.asked || course.stopped) return {.ending = Ending::Withheld, .words = {}};
  if (!has_reply || !is_error(*course.last_reply)) return {.ending = Ending::Retry, .words = course.words};
  const bool is_refused =
      course.failure == Failure::Command && is_permanent(*course.last_reply) && !concerns_login(*course.last_reply);
  return {.ending = is_refused ? Ending::Refused : Ending::Retry, .words = course.last_reply->words};
}

}  // namespace guildhall::mail
