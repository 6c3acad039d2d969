#include "controllers/apikey/reconciler.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/apikey/draft.hpp"
#include "controllers/apikey/names.hpp"
#include "controllers/apikey/plan.hpp"
#include "controllers/apikey/token.hpp"
#include "controllers/apikey/token_reading.hpp"

namespace guildhall::controllers::apikey {
namespace {

using nlohmann::literals::operator""_json_pointer;

core::Result<AtPlace> look_at(const ObjectReader& read, const core::ObjectKey& at) {
  const auto secret = read(core::types::secrets(), at);
  if (!secret && secret.error().kind == core::ErrorKind::NotFound) return AtPlace::Nothing;
  if (!secret) return std::unexpected(secret.error());
  return secret->value("type", std::string{}) == kSecretType ? AtPlace::OurType : AtPlace::Foreign;
}

/// It stands and is not on its way out: that is what OrganizationLook asks for.
core::Result<bool> stands(const ObjectReader& read, const std::string& name) {
  const auto organization = read(api::organization_type(), {"", name});
  if (!organization && organization.error().kind == core::ErrorKind::NotFound) return false;
  if (!organization) return std::unexpected(organization.error());
  return !organization->contains("/metadata/deletionTimestamp"_json_pointer);
}

/// By hash, where a Secret was seen to hold the token.
using TokenPlaces = std::vector<std::pair<std::string, core::ObjectKey>>;

core::Result<core::SecretText> find_token(const Dependencies& dependencies, const TokenPlaces& places,
                                          const std::string& hash) {
  for (const auto& [held, place] : places) {
    if (held == hash) return read_token(dependencies.read, dependencies.codec, place, hash);
  }
  return core::fail(core::ErrorKind::Conflict, "no Secret holds the token any more");
}

bool is_issuing(const std::vector<KeyEntry>& keys, const std::string& hash) {
  const KeyEntry* issuing = find_key(keys, KeyState::Issuing);
  return issuing != nullptr && issuing->hash == hash;
}

/// Whether the plan leaves the status with this token as the one that is on its way.
bool leaves_issuing(const core::Plan& plan, const api::ApiKey& key, const std::string& hash) {
  if (!plan.status) return is_issuing(key.status.keys, hash);
  const nlohmann::json none = nlohmann::json::array();
  const auto keys = plan.status->value("keys", none);
  return std::any_of(keys.begin(), keys.end(), [&](const nlohmann::json& entry) {
    return entry.at("hash") == hash && entry.at("state") == api::to_string(KeyState::Issuing);
  });
}

/// Whether the plan gives a token to a key that had none.
bool is_given_room(const core::Plan& plan) {
  if (!plan.status) return false;
  const bool has_expired = plan.status->value("phase", std::string{}) == api::to_string(Phase::Expired);
  return !has_expired && !plan.status->value("keys", nlohmann::json::array()).empty();
}

TokenPlaces token_places(const Observed& seen) {
  TokenPlaces places;
  for (const SeenSecret& secret : seen.secrets) {
    if (!is_intact(seen, secret)) continue;
    places.emplace_back(secret.payload->token.hash, secret.view.key);
    if (secret.payload->previous) places.emplace_back(secret.payload->previous->hash, secret.view.key);
  }
  return places;
}

}  // namespace

Reconciler::Reconciler(const Caches& caches, Dependencies dependencies)
    : dependencies_(std::move(dependencies)),
      gatherer_(caches, dependencies_.sealer,
                {[this](const core::ObjectKey& at) { return look_at(dependencies_.read, at); },
                 [this](const std::string& name) { return stands(dependencies_.read, name); },
                 dependencies_.enforcement_trouble}) {}

const core::ResourceType& Reconciler::type() const {
  return api::api_key_type();
}

std::string_view Reconciler::finalizer() const {
  return kFinalizer;
}

std::shared_ptr<const Reconciler::Drawn> Reconciler::draw(const api::ApiKey& key) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = on_their_way_.find(key.metadata.key());
    if (found != on_their_way_.end() && is_issuing(key.status.keys, found->second->hash)) return found->second;
  }
  FreshToken token = draw_token(dependencies_.random);
  std::string hash = dependencies_.codec.sha256_hex(token.text.reveal());
  return std::make_shared<const Drawn>(Drawn{std::move(token), std::move(hash)});
}

void Reconciler::keep_or_forget(const core::ObjectKey& key, std::shared_ptr<const Drawn> drawn, bool on_its_way) {
  const std::scoped_lock lock(mutex_);
  if (on_its_way) {
    on_their_way_[key] = std::move(drawn);
  } else {
    on_their_way_.erase(key);
  }
}

runtime::FillIn Reconciler::fill_in(const Observed& seen, std::shared_ptr<const Drawn> drawn) const {
  auto places = std::make_shared<const TokenPlaces>(token_places(seen));
  return [this, drawn, places](const core::Apply& apply) {
    return fill_in_secret(
        apply.object,
        [&](const std::string& hash) -> core::Result<core::SecretText> {
          if (hash == drawn->hash) return core::SecretText(std::string(drawn->token.text.reveal()));
          return find_token(dependencies_, *places, hash);
        },
        dependencies_.codec,
        [&](std::string_view canonical) { return dependencies_.sealer.sign(kSealPurpose, canonical); });
  };
}

core::Plan Reconciler::plan_within_quota(Observed& seen, core::Timestamp now) {
  const std::scoped_lock lock(quota_mutex_);
  seen.over_quota = gatherer_.is_over_quota(seen, granted_);
  core::Plan made = plan(seen, now);
  if (waits_for_room(seen.key) && is_given_room(made)) {
    granted_[seen.key.metadata.key()] = seen.key.metadata.uid;
  } else {
    granted_.erase(seen.key.metadata.key());
  }
  return made;
}

core::Result<runtime::Work> Reconciler::reconcile(const core::ObjectKey& key,
                                                  const std::vector<core::WriteFailure>& failures,
                                                  core::Timestamp now) {
  auto seen = gatherer_.gather(key, failures);
  if (!seen) return std::unexpected(seen.error());
  if (!*seen) {
    keep_or_forget(key, nullptr, false);
    const std::scoped_lock lock(quota_mutex_);
    granted_.erase(key);
    return runtime::Work{};
  }
  const auto drawn = draw((*seen)->key);
  (*seen)->candidate = {.id = drawn->token.id, .hash = drawn->hash};
  const core::ObjectMeta& meta = (*seen)->key.metadata;
  runtime::Work work;
  work.primary = runtime::Primary{meta.uid, meta.resource_version, meta.finalizers};
  work.plan = plan_within_quota(**seen, now);
  keep_or_forget(key, drawn, leaves_issuing(work.plan, (*seen)->key, drawn->hash));
  work.fill_in = fill_in(**seen, drawn);
  return work;
}

}  // namespace guildhall::controllers::apikey
