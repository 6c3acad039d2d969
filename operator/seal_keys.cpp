#include "operator/seal_keys.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "operator/core/object_meta.hpp"
#include "operator/core/well_known_names.hpp"
#include "operator/kube/base64.hpp"

namespace guildhall {
namespace {

constexpr std::chrono::seconds kRetryInterval{2};

core::Error broken(std::string message) {
  return core::fail(core::ErrorKind::Invalid, std::move(message)).error();
}

}  // namespace

core::Result<SealKeysView> parse_seal_keys(const nlohmann::json& secret) {
  SealKeysView view;
  const nlohmann::json data = secret.value("data", nlohmann::json::object());
  for (const auto& [name, text] : data.items()) {
    auto bytes = text.is_string() ? kube::decode_base64(text.get_ref<const std::string&>()) : std::nullopt;
    if (!bytes || bytes->size() != 32) {
      view.broken = broken("entry " + name + " is not a seal key of 32 bytes");
      return view;
    }
    view.keys.emplace(name, core::SecretText(std::move(*bytes)));
  }
  if (view.keys.empty()) view.broken = broken("it holds no seal key");
  return view;
}

SealKeys::SealKeys(kube::Client& client, std::string ns, Cache& cache, crypto::KeyRing& ring,
                   core::RandomSource& random)
    : client_(client),
      key_{std::move(ns), kSealKeysName},
      cache_(cache),
      ring_(ring),
      random_(random),
      state_(core::fail(core::ErrorKind::Unavailable, "the seal keys are not read yet")) {
  cache_.add_handler([this](const core::ObjectKey& key, const Cache::Value& /*before*/, const Cache::Value& after) {
    if (key == key_) take(after);
  });
}

void SealKeys::take(const Cache::Value& seen) {
  if (!seen) {
    remember(core::fail(core::ErrorKind::NotFound, "SealKeyMissing: it was deleted; restore it from the backup"));
  } else if (seen->broken) {
    remember(std::unexpected(*seen->broken));
  } else {
    const std::shared_ptr<const crypto::KeyRing::Keys> keys(seen, &seen->keys);
    ring_.replace(keys);
    remember({});
    const std::scoped_lock lock(mutex_);
    keys_ = keys;
  }
  const std::scoped_lock lock(mutex_);
  ++changes_;
  changed_.notify_all();
}

core::Result<void> SealKeys::create(const nlohmann::json& data, const std::stop_token& stop) {
  nlohmann::json secret = core::object_head(core::types::secrets(), key_);
  secret["metadata"]["labels"] = {{core::kManagedByLabel, core::kManagedByValue}};
  secret["type"] = kSealKeysType;
  secret["data"] = data;
  const auto made = client_.create(core::types::secrets(), key_.ns, secret, stop);
  if (!made) return std::unexpected(made.error());
  return {};
}

core::Result<void> SealKeys::make(const FindSealed& find_sealed, const std::stop_token& stop) {
  if (const auto sealed = find_sealed()) {
    return core::fail(
        core::ErrorKind::NotFound,
        fmt::format("SealKeyMissing: there are objects that were sealed by a key that stood here ({} is one);"
                    " restore it from the backup. It is never made anew while sealed objects exist",
                    *sealed));
  }
  const auto made = create({{"k1", kube::encode_base64(crypto::make_seal_key(random_).reveal())}}, stop);
  if (!made) return made;
  spdlog::info("{} was made; keep it in the backup, as nothing that it sealed can be believed without it",
               core::describe(core::types::secrets(), key_));
  return {};
}

core::Result<void> SealKeys::write_back(const std::stop_token& stop) {
  nlohmann::json data = nlohmann::json::object();
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, key] : *keys_)
      data[name] = kube::encode_base64(key.reveal());
  }
  const auto written = create(data, stop);
  if (written) {
    spdlog::warn(
        "{} was deleted; it was written again with the same keys, as nothing that they sealed can be believed"
        " without them",
        core::describe(core::types::secrets(), key_));
  }
  return written;
}

void SealKeys::remember(const core::Result<void>& result) {
  const std::scoped_lock lock(mutex_);
  if (!result && (state_ || state_.error().message != result.error().message)) {
    spdlog::error("{}: {}", core::describe(core::types::secrets(), key_), result.error().describe());
  }
  state_ = result;
}

std::uint64_t SealKeys::changes() const {
  const std::scoped_lock lock(mutex_);
  return changes_;
}

/// Until the Secret has changed since `seen` was taken, or it is time to try again.
void SealKeys::pause(std::uint64_t seen, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, kRetryInterval, [this, seen] { return changes_ != seen; });
}

bool SealKeys::wait_until_ready(const FindSealed& find_sealed, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t seen = changes();
    if (!ring_.empty()) return true;
    if (!cache_.get(key_)) {
      // AlreadyExists: it stands, and the cache will have it in a moment.
      const auto made = make(find_sealed, stop);
      if (!made && made.error().kind != core::ErrorKind::AlreadyExists && !stop.stop_requested()) remember(made);
    }
    pause(seen, stop);
  }
  return false;
}

void SealKeys::keep(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t seen = changes();
    if (!cache_.get(key_)) {
      const auto written = write_back(stop);
      if (!written && written.error().kind != core::ErrorKind::AlreadyExists && !stop.stop_requested())
        remember(written);
    }
    pause(seen, stop);
  }
}

core::Result<void> SealKeys::state() const {
  const std::scoped_lock lock(mutex_);
  if (state_) return {};
  core::Error error = state_.error();
  error.object = core::describe(core::types::secrets(), key_);
  return std::unexpected(std::move(error));
}

}  // namespace guildhall
