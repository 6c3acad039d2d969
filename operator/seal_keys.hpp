#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <string>

#include "operator/core/random.hpp"
#include "operator/crypto/key_ring.hpp"
#include "operator/kube/client.hpp"

namespace guildhall {

/// Type of the Secret that holds the seal keys: one entry a key, 32 bytes each.
inline constexpr const char* kSealKeysType = "guildhall.dev/seal-keys";
inline constexpr const char* kSealKeysName = "guildhall-seal-keys";

/// Keeps the key ring as the Secret in the operator's namespace says. The Secret is made once, and never anew while
/// sealed objects exist: then it must come back from a backup. Thread-safe.
class SealKeys {
 public:
  /// Whether something in the cluster is sealed, by a key that the ring does not know.
  using FindUnknown = std::function<bool(const crypto::KeyRing& ring)>;

  SealKeys(kube::Client& client, std::string ns, crypto::KeyRing& ring, core::RandomSource& random,
           FindUnknown find_unknown);

  /// Reads the Secret, or makes it where nothing is sealed yet. Tries until it has succeeded or `stop` is requested
  /// (false).
  bool wait_until_ready(const std::stop_token& stop);
  /// Nothing, or why there are no usable keys: SealKeyMissing and what to do.
  [[nodiscard]] core::Result<void> state() const;

 private:
  core::Result<void> load(const std::stop_token& stop);
  core::Result<void> make(const std::stop_token& stop);
  core::Result<void> take(const nlohmann::json& secret);
  void remember(const core::Result<void>& result);

  kube::Client& client_;
  core::ObjectKey key_;
  crypto::KeyRing& ring_;
  core::RandomSource& random_;
  FindUnknown find_unknown_;
  mutable std::mutex mutex_;
  core::Result<void> state_;
};

}  // namespace guildhall
