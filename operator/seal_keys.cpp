#include "operator/seal_keys.hpp"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <nlohmann/json.hpp>

#include "operator/core/object_meta.hpp"
#include "operator/kube/base64.hpp"

namespace guildhall {
namespace {

constexpr std::chrono::seconds kRetryInterval{2};
constexpr const char* kMissing =
    "SealKeyMissing: objects in this cluster are sealed by a key that is not in this Secret; restore it from the "
    "backup. It is never made anew "
    "while sealed objects exist";

core::Result<crypto::KeyRing::Keys> read_keys(const nlohmann::json& secret) {
  crypto::KeyRing::Keys keys;
  const nlohmann::json data = secret.value("data", nlohmann::json::object());
  for (const auto& [name, text] : data.items()) {
    auto bytes = text.is_string() ? kube::decode_base64(text.get_ref<const std::string&>()) : std::nullopt;
    if (!bytes || bytes->size() != 32)
      return core::fail(core::ErrorKind::Invalid, "entry " + name + " is not a seal key of 32 bytes");
    keys.emplace(name, core::SecretText(std::move(*bytes)));
  }
  return keys;
}

}  // namespace

SealKeys::SealKeys(kube::Client& client, std::string ns, crypto::KeyRing& ring, core::RandomSource& random,
                   FindUnknown find_unknown)
    : client_(client),
      key_{std::move(ns), kSealKeysName},
      ring_(ring),
      random_(random),
      find_unknown_(std::move(find_unknown)),
      state_(core::fail(core::ErrorKind::Unavailable, "the seal keys are not read yet")) {}

core::Result<void> SealKeys::take(const nlohmann::json& secret) {
  auto keys = read_keys(secret);
  if (!keys) return std::unexpected(keys.error());
  ring_.replace(std::move(*keys));
  if (find_unknown_(ring_)) return core::fail(core::ErrorKind::NotFound, kMissing);
  return {};
}

core::Result<void> SealKeys::make(const std::stop_token& stop) {
  if (find_unknown_(ring_)) return core::fail(core::ErrorKind::NotFound, kMissing);
  nlohmann::json secret = core::object_head(core::types::secrets(), key_);
  secret["metadata"]["labels"] = {{"app.kubernetes.io/managed-by", "guildhall"}};
  secret["type"] = kSealKeysType;
  secret["data"] = {{"k1", kube::encode_base64(crypto::make_seal_key(random_).reveal())}};
  const auto made = client_.create(core::types::secrets(), key_.ns, secret, stop);
  if (!made) return std::unexpected(made.error());
  spdlog::info("{} was made; keep it in the backup, as nothing that it sealed can be believed without it",
               core::describe(core::types::secrets(), key_));
  return take(*made);
}

core::Result<void> SealKeys::load(const std::stop_token& stop) {
  const auto secret = client_.get(core::types::secrets(), key_, stop);
  if (secret) return take(*secret);
  return secret.error().kind == core::ErrorKind::NotFound ? make(stop)
                                                          : core::Result<void>(std::unexpected(secret.error()));
}

void SealKeys::remember(const core::Result<void>& result) {
  const std::scoped_lock lock(mutex_);
  if (!result && (state_ || state_.error().message != result.error().message)) {
    spdlog::error("{}: {}", core::describe(core::types::secrets(), key_), result.error().describe());
  }
  state_ = result;
}

bool SealKeys::wait_until_ready(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    const auto loaded = load(stop);
    if (stop.stop_requested()) return false;
    remember(loaded);
    if (loaded) return true;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, kRetryInterval, [] { return false; });
  }
  return false;
}

core::Result<void> SealKeys::state() const {
  const std::scoped_lock lock(mutex_);
  if (state_) return {};
  core::Error error = state_.error();
  error.object = core::describe(core::types::secrets(), key_);
  return std::unexpected(std::move(error));
}

}  // namespace guildhall
