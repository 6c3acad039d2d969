#pragma once

#include "operator/core/random.hpp"

namespace guildhall::crypto {

/// OpenSSL's private generator. Without randomness nothing here may go on: a failure ends the process.
class SystemRandom final : public core::RandomSource {
 public:
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace guildhall::crypto
