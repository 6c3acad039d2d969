#pragma once

#include "operator/core/timestamp.hpp"

namespace guildhall::core {

/// The wall clock, as an argument: what is promised to users (expiry, rotation) is told by it. Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;
};

}  // namespace guildhall::core
