#pragma once

#include <string.h>  // NOLINT(modernize-deprecated-headers): explicit_bzero is not in <cstring>

#include <string>
#include <string_view>
#include <utility>

namespace guildhall::core {

/// Text that must not leak: it cannot be copied or printed, and is wiped when it goes.
/// Not thread-safe; move it to hand it over.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string text) : text_(std::move(text)) { wipe(text); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  // NOLINTNEXTLINE(performance-move-constructor-init): a move could leave a short text behind, see wipe()
  SecretText(SecretText&& other) noexcept : text_(other.text_) { wipe(other.text_); }
  SecretText& operator=(SecretText&& other) noexcept {
    if (this != &other) {
      wipe(text_);
      text_ = other.text_;
      wipe(other.text_);
    }
    return *this;
  }
  ~SecretText() { wipe(text_); }

  /// The clear text, for as long as this object lives. Every call of it is a place to look at in a review.
  [[nodiscard]] std::string_view reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  // A moved std::string may leave a short text behind in its small buffer, and an assigned one the end of a longer text
  // behind its own: copy, then wipe the whole of the source's memory. Within its capacity resize() allocates nothing.
  static void wipe(std::string& text) noexcept {
    text.resize(text.capacity());
    explicit_bzero(text.data(), text.size());
    text.clear();
  }

  std::string text_;
};

}  // namespace guildhall::core
