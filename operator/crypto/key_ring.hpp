#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "operator/core/random.hpp"
#include "operator/core/seal.hpp"
#include "operator/core/secret_text.hpp"

namespace guildhall::crypto {

/// 32 random bytes: a new seal key.
core::SecretText make_seal_key(core::RandomSource& random);

/// The order in which keys were made: "k2" before "k10". Names without a number, or with another stem, follow their
/// text.
struct KeyNameOrder {
  [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const;
  using is_transparent = void;
};

/// The seal keys by name. The newest, the last in order, signs; all verify. A seal is
/// "<name>.<fingerprint>:<hex HMAC-SHA256>" over the purpose and the canonical form, each with its length before it, so
/// that no two pairs have the same input. The fingerprint (8 hex characters) is of the key itself: another key of the
/// same name is an unknown key, not proof that somebody edited what was sealed. Thread-safe; replace() takes effect for
/// the next call.
class KeyRing final : public core::Sealer {
 public:
  using Keys = std::map<std::string, core::SecretText, KeyNameOrder>;

  void replace(std::shared_ptr<const Keys> keys);
  [[nodiscard]] bool empty() const;

  [[nodiscard]] core::Result<std::string> sign(std::string_view purpose, std::string_view canonical) const override;
  [[nodiscard]] bool verify(std::string_view purpose, std::string_view canonical, std::string_view seal) const override;
  [[nodiscard]] bool is_by_unknown_key(std::string_view seal) const override;

 private:
  struct Ring {
    std::shared_ptr<const Keys> keys;
    std::map<std::string, const core::SecretText*, std::less<>> by_label;
    std::string newest;  ///< label of the key that signs; empty: there is none
  };

  [[nodiscard]] std::shared_ptr<const Ring> ring() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const Ring> ring_ = std::make_shared<const Ring>();
};

}  // namespace guildhall::crypto
