#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "operator/core/secret_text.hpp"

namespace guildhall::mail {

/// The text with each of its line breaks as CRLF, as mail wants them (RFC 2046, section 4.1.1).
core::SecretText with_mail_line_breaks(std::string_view text);

/// Hands out a text in pieces, and its last byte apart: before that one, `is_at_end` is true. Not thread-safe.
class ContentReader {
 public:
  explicit ContentReader(core::SecretText content) : content_(std::move(content)) {}

  /// Whether all but the last byte was handed out.
  [[nodiscard]] bool is_at_end() const { return at_ + 1 >= content_.reveal().size(); }
  /// The next bytes: up to the last one, or that one alone. 0: there are no more.
  std::size_t read(std::span<char> buffer);

 private:
  core::SecretText content_;
  std::size_t at_ = 0;
};

}  // namespace guildhall::mail
