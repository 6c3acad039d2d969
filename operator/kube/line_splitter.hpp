#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// Cuts a stream of bytes into lines. Holds at most one line that is not complete.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t longest) : longest_(longest) {}

  /// Hands out every line that `bytes` completes, without its line feed. False: `on_line` wants no more. Errors:
  /// Unavailable when a line is longer than `longest`.
  core::Result<bool> feed(std::string_view bytes, const LineHandler& on_line);

  /// Whether a line has begun and not ended.
  [[nodiscard]] bool in_line() const { return !begun_.empty(); }

 private:
  std::size_t longest_;
  std::string begun_;
};

}  // namespace guildhall::kube
