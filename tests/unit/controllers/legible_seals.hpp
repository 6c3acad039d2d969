#pragma once

#include <string>
#include <string_view>

#include "operator/core/seal.hpp"

namespace guildhall::controllers {

/// A seal is legible: it names its key, its purpose and what it seals.
class LegibleSeals final : public core::Sealer {
 public:
  [[nodiscard]] core::Result<std::string> sign(std::string_view purpose, std::string_view canonical) const override {
    return "k1:" + std::string(purpose) + ":" + std::string(canonical);
  }
  [[nodiscard]] bool verify(std::string_view purpose, std::string_view canonical,
                            std::string_view seal) const override {
    return seal == *sign(purpose, canonical);
  }
  [[nodiscard]] bool is_by_unknown_key(std::string_view seal) const override { return seal.starts_with("k2:"); }
};

}  // namespace guildhall::controllers
