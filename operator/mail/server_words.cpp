#include "operator/mail/server_words.hpp"

#include <algorithm>
#include <array>

#include "operator/core/text.hpp"
#include "operator/mail/headers.hpp"

namespace guildhall::mail {
namespace {

constexpr std::size_t kLongestWords = 512;
constexpr std::size_t kLongestRead = 4096;  ///< of what is looked at
constexpr std::size_t kPieceOfLink = 8;
constexpr std::size_t kLongRun = 32;
constexpr std::string_view kStruck = "[withheld]";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What may follow a host in a URL (RFC 3986), without the quote that ends an HTML attribute.
constexpr std::string_view kInUrl = "-._~:/?#[]@!$&()*+,;=%";

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool is_alphanumeric(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
}

bool is_in_url(char letter) {
  return is_alphanumeric(letter) || kInUrl.contains(letter);
}

std::string to_lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

void add_links(std::string_view text, std::vector<core::SecretText>& links) {
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 1)) {
    const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at) + 3, text.end(), is_in_url);
    const std::string_view rest(text.begin() + static_cast<std::ptrdiff_t>(at) + 3, end);
    const auto path = std::min(rest.find_first_of("/?#"), rest.size());
    if (rest.size() - path >= kPieceOfLink) links.emplace_back(std::string(rest.substr(path)));
  }
}

/// RFC 4648, section 4.
std::string base64(std::string_view bytes) {
  std::string result;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t offset) {
      return at + offset < bytes.size() ? static_cast<unsigned char>(bytes[at + offset]) : 0U;
    };
    const unsigned group = byte(0) << 16U | byte(1) << 8U | byte(2);
    for (std::size_t digit = 0; digit < 4; ++digit)
      result += at + digit > bytes.size() ? '=' : kBase64[group >> (18U - 6U * digit) & 0x3FU];
  }
  return result;
}

/// For each byte of the words whether it is struck.
using Marks = std::vector<bool>;

void mark(Marks& marks, std::size_t at, std::size_t length) {
  std::fill_n(marks.begin() + static_cast<std::ptrdiff_t>(at), length, true);
}

void mark_all(Marks& marks, std::string_view words, std::string_view secret) {
  if (secret.empty()) return;
  for (auto at = words.find(secret); at != std::string_view::npos; at = words.find(secret, at + 1))
    mark(marks, at, secret.size());
}

void mark_pieces(Marks& marks, std::string_view words, std::string_view link) {
  const std::string in = to_lower(words);
  const core::SecretText of(to_lower(link));
  for (std::size_t at = 0; at + kPieceOfLink <= in.size(); ++at) {
    if (of.reveal().contains(std::string_view(in).substr(at, kPieceOfLink))) mark(marks, at, kPieceOfLink);
  }
}

void mark_runs(Marks& marks, std::string_view words) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= words.size(); ++at) {
    if (at < words.size() && (is_alphanumeric(words[at]) || std::string_view("+/=").contains(words[at]))) continue;
    if (at - begin >= kLongRun) mark(marks, begin, at - begin);
    begin = at + 1;
  }
}

std::string strike(std::string_view words, const Marks& marks) {
  std::string result;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (!marks[at]) {
      result += words[at];
    } else if (at == 0 || !marks[at - 1]) {
      result += kStruck;
    }
  }
  return result;
}

}  // namespace

std::vector<core::SecretText> links_of(const Message& message) {
  std::vector<core::SecretText> links;
  add_links(message.text.reveal(), links);
  add_links(message.html.reveal(), links);
  return links;
}

std::string showable(std::string_view words, const MailSecrets& secrets) {
  const std::string line = one_line(core::cut_text(words, kLongestRead));
  Marks marks(line.size(), false);
  for (const core::SecretText& link : secrets.links)
    mark_pieces(marks, line, link.reveal());
  const std::string_view password = secrets.password.reveal();
  if (!password.empty()) {
    mark_all(marks, line, password);
    mark_all(marks, line, base64(password));
    std::string plain(1, '\0');
    plain.append(secrets.username.reveal()).append(1, '\0').append(password);
    mark_all(marks, line, base64(plain));
  }
  mark_runs(marks, line);
  return std::string(core::cut_text(strike(line, marks), kLongestWords));
}

}  // namespace guildhall::mail
