#include "operator/mail/headers.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace guildhall::mail {
namespace {

constexpr std::string_view kWordBegin = "=?UTF-8?Q?";
constexpr std::string_view kWordEnd = "?=";
/// So that the longest field name and one encoded word fit into 76 characters (RFC 2047, section 2).
constexpr std::size_t kWordLength = 52;
constexpr std::size_t kPlainLength = 64;

bool is_alphanumeric(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
}

/// One character of UTF-8 (RFC 3629): its length, and which it is. Length 0: none begins here.
struct Character {
  std::size_t length = 0;
  std::uint32_t code = 0;
};

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t offset) { return static_cast<unsigned char>(text[at + offset]); };
  const unsigned lead = byte(0);
  if (lead < 0x80U) return {.length = 1, .code = lead};
  const std::size_t length = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  if (lead < 0xC2U || lead > 0xF4U || at + length > text.size()) return {};
  std::uint32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t offset = 1; offset < length; ++offset) {
    if ((byte(offset) & 0xC0U) != 0x80U) return {};
    code = code << 6U | (byte(offset) & 0x3FU);
  }
  const bool too_long = (length == 3 && code < 0x800U) || (length == 4 && code < 0x10000U);
  const bool is_surrogate = code >= 0xD800U && code <= 0xDFFFU;
  return too_long || is_surrogate || code > 0x10FFFFU ? Character{} : Character{.length = length, .code = code};
}

bool is_break(std::uint32_t code) {
  return (code >= 0x09U && code <= 0x0DU) || code == 0x85U || code == 0x2028U || code == 0x2029U;
}

bool is_invisible(std::uint32_t code) {
  const bool control = code < 0x20U || (code >= 0x7FU && code <= 0x9FU);
  const bool direction = code == 0x061CU || code == 0x200EU || code == 0x200FU ||
                         (code >= 0x202AU && code <= 0x202EU) || (code >= 0x2066U && code <= 0x2069U);
  return control || direction || code == 0xFEFFU;
}

/// Atoms of a phrase, which need no encoding (RFC 5322, section 3.2.3), but for those that encoding itself uses.
bool is_plain_phrase(std::string_view text) {
  return text.size() <= kPlainLength && std::ranges::all_of(text, [](char letter) {
           return is_alphanumeric(letter) || letter == ' ' || letter == '-' || letter == '\'' || letter == '&';
         });
}

bool is_plain_text(std::string_view text) {
  return text.size() <= kPlainLength && !text.contains("=?") &&
         std::ranges::all_of(text, [](char letter) { return letter >= 0x20 && letter < 0x7F; });
}

std::string encode_character(std::string_view character) {
  if (character == " ") return "_";
  if (character.size() == 1 && is_alphanumeric(character.front())) return std::string(character);
  std::string result;
  for (const char byte : character)
    result += fmt::format("={:02X}", static_cast<unsigned char>(byte));
  return result;
}

/// Encoded words, one a line, none of which parts a character. Of what one_line() gave.
std::string encode_words(std::string_view text) {
  std::string result(kWordBegin);
  std::size_t in_word = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_at(text, at).length;
    const std::string encoded = encode_character(text.substr(at, length));
    if (in_word + encoded.size() > kWordLength) {
      result += fmt::format("{}\r\n {}", kWordEnd, kWordBegin);
      in_word = 0;
    }
    result += encoded;
    in_word += encoded.size();
    at += length;
  }
  return result.append(kWordEnd);
}

std::string mailbox(std::string_view field, const std::string& name, const std::string& address) {
  const std::string clean = one_line(name);
  if (clean.empty()) return fmt::format("{}: <{}>", field, address);
  // On a line of its own, since both may be long.
  return fmt::format("{}: {}\r\n <{}>", field, is_plain_phrase(clean) ? clean : encode_words(clean), address);
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto [length, code] = character_at(text, at);
    if (length == 0) {
      ++at;
      continue;
    }
    if (is_break(code)) {
      result += ' ';
    } else if (!is_invisible(code)) {
      result += text.substr(at, length);
    }
    at += length;
  }
  const auto first = result.find_first_not_of(' ');
  return first == std::string::npos ? "" : result.substr(first, result.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> header_lines(const Message& message) {
  const std::string subject = one_line(message.subject);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(message.date);
  return {
      fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds))),
      mailbox("From", message.from_name, message.from),
      mailbox("To", message.to_name, message.to),
      fmt::format("Subject: {}", is_plain_text(subject) ? subject : encode_words(subject)),
      fmt::format("Message-ID: <{}>", message.message_id),
      "Auto-Submitted: auto-generated",
  };
}

}  // namespace guildhall::mail
