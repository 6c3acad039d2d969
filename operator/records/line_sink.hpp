#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::records {

/// Where an answer is written that has no end yet.
class LineSink {
 public:
  LineSink() = default;
  LineSink(const LineSink&) = delete;
  LineSink& operator=(const LineSink&) = delete;
  virtual ~LineSink() = default;

  /// Hands over some bytes and waits until there is room for more. False: nobody reads any more, or the server stops.
  virtual bool write(std::string_view bytes) = 0;
  /// Waits. False, at once: as above.
  virtual bool wait(std::chrono::milliseconds duration) = 0;
};

/// Writes the rest of an answer. An error: it cannot be completed, and must be broken off, so that no reader takes it
/// for whole. To have been left by the reader is none.
using Producer = std::function<core::Result<void>(LineSink& sink)>;

}  // namespace guildhall::records
