#pragma once

#include <mutex>
#include <stop_token>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall {

/// A file descriptor that several write lines to, none into the middle of another's. Thread-safe.
class LineOutput {
 public:
  /// `descriptor` is written to, and not closed.
  explicit LineOutput(int descriptor) : descriptor_(descriptor) {}

  /// Waits for a reader that does not read, until `stop`. Errors: Unavailable, Canceled; some of the lines may have
  /// been written then.
  core::Result<void> write(std::string_view lines, const std::stop_token& stop);

 private:
  int descriptor_;
  std::mutex mutex_;
};

}  // namespace guildhall
