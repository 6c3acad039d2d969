#pragma once

#include <cstddef>
#include <span>

namespace guildhall::core {

/// Random bytes, as an argument: unpredictable in the product, chosen in tests. Thread-safe.
class RandomSource {
 public:
  RandomSource() = default;
  RandomSource(const RandomSource&) = delete;
  RandomSource& operator=(const RandomSource&) = delete;
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;
};

}  // namespace guildhall::core
