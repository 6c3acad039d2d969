#include "controllers/apikey/draft.hpp"

#include <algorithm>

#include "controllers/apikey/names.hpp"

namespace guildhall::controllers::apikey {

namespace {

/// Whether it carries a valid seal that says it is the Secret of an ApiKey of that name, and stands where it was
/// written.
bool is_sealed_for(const Observed& seen, const SeenSecret& secret) {
  return secret.payload && !secret.view.deleting && !secret.view.immutable &&
         secret.payload->api_key == seen.key.metadata.key().to_string() &&
         secret.payload->organization == seen.organization_name && secret.payload->ns == secret.view.key.ns &&
         secret.payload->name == secret.view.key.name && secret.payload->token.hash == secret.view.token_hash;
}

bool shows_known_token(const Observed& seen, const SeenSecret& secret) {
  const auto& known = seen.key.status.keys;
  return std::any_of(known.begin(), known.end(),
                     [&](const KeyEntry& key) { return key.hash == secret.view.token_hash; });
}

}  // namespace

const KeyEntry* find_key(const std::vector<KeyEntry>& keys, KeyState state) {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const KeyEntry& key) { return key.state == state; });
  return found == keys.end() ? nullptr : &*found;
}

KeyEntry* find_key(std::vector<KeyEntry>& keys, KeyState state) {
  return const_cast<KeyEntry*>(
      find_key(std::as_const(keys), state));  // NOLINT(cppcoreguidelines-pro-type-const-cast): our own vector
}

TokenFacts facts_of(const KeyEntry& key) {
  return {.id = key.id, .hash = key.hash, .issued_at = key.issued_at, .expires_at = key.expires_at};
}

KeyEntry entry_of(const TokenFacts& facts, KeyState state) {
  KeyEntry entry;
  entry.id = facts.id;
  entry.hash = facts.hash;
  entry.issued_at = facts.issued_at;
  entry.expires_at = facts.expires_at;
  entry.state = state;
  return entry;
}

std::string secret_name(const api::ApiKey& key) {
  return key.spec.secret && key.spec.secret->name ? *key.spec.secret->name : key.metadata.name;
}

core::ObjectKey home_secret_key(const api::ApiKey& key) {
  return {key.metadata.ns, secret_name(key)};
}

std::vector<core::ObjectKey> wanted_secret_places(const api::ApiKey& key) {
  std::vector<core::ObjectKey> places{home_secret_key(key)};
  if (key.spec.secret) {
    for (const auto& ns : key.spec.secret->namespaces)
      places.push_back({ns, secret_name(key)});
  }
  return places;
}

const SeenSecret* find_secret(const Observed& seen, const core::ObjectKey& at) {
  const auto found = std::find_if(seen.secrets.begin(), seen.secrets.end(),
                                  [&](const SeenSecret& secret) { return secret.view.key == at; });
  return found == seen.secrets.end() ? nullptr : &*found;
}

bool is_left_behind(const Observed& seen, const SeenSecret& secret) {
  if (secret.view.owner_uids.empty() || secret.view.is_owned_by(seen.key.metadata.uid)) return false;
  return !shows_known_token(seen, secret);
}

bool is_intact(const Observed& seen, const SeenSecret& secret) {
  return is_sealed_for(seen, secret) && !is_left_behind(seen, secret);
}

bool is_ours(const Observed& seen, const SeenSecret& secret) {
  return secret.view.belongs_to(seen.key.metadata.uid) ||
         (seen.home == HomeState::Claimed && is_sealed_for(seen, secret));
}

bool is_paused(const Observed& seen) {
  return seen.key.metadata.annotation(kPausedAnnotation) == "true";
}

const SeenSecret* find_unverifiable(const Observed& seen) {
  const SeenSecret* home = find_secret(seen, home_secret_key(seen.key));
  if (home == nullptr || !home->unknown_seal_key || is_left_behind(seen, *home)) return nullptr;
  return seen.key.status.keys.empty() || shows_known_token(seen, *home) ? home : nullptr;
}

const SeenSecret* find_holder(const Observed& seen, const std::string& hash) {
  const auto found = std::find_if(seen.secrets.begin(), seen.secrets.end(), [&](const SeenSecret& secret) {
    if (!is_intact(seen, secret)) return false;
    return secret.payload->token.hash == hash || (secret.payload->previous && secret.payload->previous->hash == hash);
  });
  return found == seen.secrets.end() ? nullptr : &*found;
}

}  // namespace guildhall::controllers::apikey
