#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/core/random.hpp"
#include "operator/crypto/key_ring.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/informer.hpp"

namespace guildhall {

/// Type of the Secret that holds the seal keys: one entry a key, 32 bytes each.
inline constexpr const char* kSealKeysType = "guildhall.dev/seal-keys";
inline constexpr const char* kSealKeysName = "guildhall-seal-keys";

/// The Secret of the seal keys as the cache has it.
struct SealKeysView {
  crypto::KeyRing::Keys keys;
  std::optional<core::Error> broken;  ///< why the keys cannot be used
};

/// Never fails: what cannot be read is told in `broken`, as an absent Secret would mean another thing.
core::Result<SealKeysView> parse_seal_keys(const nlohmann::json& secret);

/// Keeps the key ring as the Secret in the operator's namespace says, at every moment: a key that is added signs at
/// once, in every replica.
///
/// Guarantees:
///  - the Secret is made once, and never anew while sealed objects exist: then it must come back from a backup;
///  - one that is deleted while a leader has its keys is written again with these same keys;
///  - keys that cannot be read do not replace those that could.
/// Thread-safe.
class SealKeys {
 public:
  using Cache = kube::Informer<SealKeysView>;
  /// Names one object that is sealed, by whatever key; nothing when there is none.
  using FindSealed = std::function<std::optional<std::string>()>;

  /// Adds its handler to `cache`: before that runs. References outlive this.
  SealKeys(kube::Client& client, std::string ns, Cache& cache, crypto::KeyRing& ring, core::RandomSource& random);

  /// The leader's part, once all caches are filled: has the Secret made where nothing is sealed yet. Tries until there
  /// are keys or `stop` is requested (false).
  bool wait_until_ready(const FindSealed& find_sealed, const std::stop_token& stop);
  /// The leader's part from then on: has a Secret that goes written again, until `stop` is requested.
  void keep(const std::stop_token& stop);
  /// Nothing, or why there are no usable keys: SealKeyMissing and what to do.
  [[nodiscard]] core::Result<void> state() const;

 private:
  void take(const Cache::Value& seen);
  core::Result<void> make(const FindSealed& find_sealed, const std::stop_token& stop);
  core::Result<void> write_back(const std::stop_token& stop);
  core::Result<void> create(const nlohmann::json& data, const std::stop_token& stop);
  void remember(const core::Result<void>& result);
  [[nodiscard]] std::uint64_t changes() const;
  void pause(std::uint64_t seen, const std::stop_token& stop);

  kube::Client& client_;
  core::ObjectKey key_;
  Cache& cache_;
  crypto::KeyRing& ring_;
  core::RandomSource& random_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t changes_ = 0;
  std::shared_ptr<const crypto::KeyRing::Keys> keys_;  ///< the last that could be used
  core::Result<void> state_;
};

}  // namespace guildhall
