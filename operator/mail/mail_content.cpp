#include "operator/mail/mail_content.hpp"

#include <algorithm>
#include <string>

namespace guildhall::mail {

core::SecretText with_mail_line_breaks(std::string_view text) {
  std::string result;
  // Enough for all, so that no part of it is left behind when it grows.
  result.reserve(2 * text.size() + 1);
  for (const char letter : text) {
    if (letter == '\n' && !result.ends_with('\r')) result += '\r';
    result += letter;
  }
  return core::SecretText(std::move(result));
}

std::size_t ContentReader::read(std::span<char> buffer) {
  const std::string_view rest = content_.reveal().substr(at_);
  const std::size_t length = std::min(buffer.size(), is_at_end() ? rest.size() : rest.size() - 1);
  std::ranges::copy(rest.substr(0, length), buffer.begin());
  at_ += length;
  return length;
}

}  // namespace guildhall::mail
