#include "controllers/enforcement/reconciler.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "controllers/apikey/secret_object.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/enforcement/vmauth_config.hpp"
#include "controllers/enforcement/wakeups.hpp"

namespace guildhall::controllers::enforcement {

namespace {

using core::ErrorKind;

/// It may be written by now, or never again: the key's own reconcile finds out.
bool is_missing(const core::Error& error) {
  return error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Conflict;
}

void add_once(const std::string& text, std::vector<std::string>& texts) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
}

}  // namespace

/// No watch shows Secrets of other types.
core::Result<void> Reconciler::find_foreign(Observed& seen) const {
  for (const core::ObjectKey& place : wanted_places(seen.organization)) {
    if (!has_namespace(seen.organization, place.ns) || find(seen.secrets, place) != nullptr) continue;
    const auto secret = dependencies_.read(core::types::secrets(), place);
    if (!secret && secret.error().kind == ErrorKind::NotFound) continue;
    if (!secret) return std::unexpected(secret.error());
    if (secret->value("type", "") != apikey::kVmauthSecretType) seen.foreign.push_back(place);
  }
  return {};
}

core::Result<ClearTokens> Reconciler::find_tokens(const core::ObjectKey& standing, const std::string& home,
                                                  const std::vector<AdmittedToken>& admitted) const {
  ClearTokens tokens;
  const auto secret = dependencies_.read(core::types::secrets(), standing);
  if (!secret && secret.error().kind != ErrorKind::NotFound) return std::unexpected(secret.error());
  if (secret) add_tokens_in(secret->value("data", nlohmann::json::object()), dependencies_.codec, tokens);
  for (const AdmittedToken& one : admitted) {
    if (tokens.contains(one.hash) || one.secret.empty()) continue;
    auto token = apikey::read_token(dependencies_.read, dependencies_.codec, {home, one.secret}, one.hash);
    if (token) {
      tokens.insert_or_assign(one.hash, std::move(*token));
    } else if (!is_missing(token.error())) {
      return std::unexpected(token.error());
    }
  }
  return tokens;
}

/// The configuration is made anew of those that were found: a route may stand with a user that is left out.
nlohmann::json Reconciler::fill_configuration(const api::Organization& organization,
                                              const std::vector<AdmittedToken>& admitted,
                                              const ClearTokens& tokens) const {
  std::vector<AdmittedToken> found = admitted;
  std::erase_if(found, [&](const AdmittedToken& one) { return !tokens.contains(one.hash); });
  std::string text = filled_in(vmauth_configuration(organization, found, dependencies_.paths).text, tokens);
  nlohmann::json data = {{apikey::kVmauthEntry, dependencies_.codec.to_base64(text)}};
  explicit_bzero(text.data(), text.size());
  return data;
}

nlohmann::json Reconciler::fill_entries(const nlohmann::json& entries, const ClearTokens& tokens) const {
  nlohmann::json data = nlohmann::json::object();
  for (const auto& [hash, token] : tokens) {
    const std::string placeholder = apikey::placeholder(hash);
    for (const auto& [name, text] : entries.items()) {
      if (text == placeholder) data[name] = dependencies_.codec.to_base64(token.reveal());
    }
  }
  return data;
}

bool Reconciler::stands(const api::Organization& seen) const {
  const auto standing = caches_.organizations.get(seen.metadata.key());
  return standing && standing->metadata.uid == seen.metadata.uid &&
         standing->metadata.generation == seen.metadata.generation && !standing->metadata.is_deleting();
}

runtime::FillIn Reconciler::fill_in(const Observed& seen, const std::vector<AdmittedToken>& all) const {
  std::map<core::ObjectKey, std::vector<AdmittedToken>> at_place;
  for (const core::ObjectKey& place : wanted_places(seen.organization))
    at_place[place] = tokens_at(seen, place, all);
  return [this, organization = seen.organization,
          at_place = std::move(at_place)](const core::Apply& apply) -> core::Result<nlohmann::json> {
    const std::vector<AdmittedToken>& admitted = at_place.at(apply.key);
    if (!admitted.empty()) {
      writes_.begin(organization.metadata.name, apply.key);
      if (!stands(organization)) return core::fail(ErrorKind::Conflict, "the Organization was changed meanwhile");
    }
    const auto tokens = find_tokens(apply.key, organization.status.home_namespace.value_or(""), admitted);
    if (!tokens) return std::unexpected(tokens.error());
    nlohmann::json secret = apply.object;
    const nlohmann::json entries = std::move(secret["stringData"]);
    secret.erase("stringData");
    secret["data"] = entries.contains(apikey::kVmauthEntry) ? fill_configuration(organization, admitted, *tokens)
                                                            : fill_entries(entries, *tokens);
    secret["metadata"]["annotations"][apikey::kShapeAnnotation] =
        apikey::vmauth_shape(secret["data"], dependencies_.codec);
    return secret;
  };
}

/// Somebody took its finalizer away. One that was just made may be in no cache yet, so the server is asked.
core::Result<runtime::Work> Reconciler::reconcile_gone(const core::ObjectKey& key) const {
  runtime::Work work;
  const auto left = configurations_of(caches_.vmauth, key.name);
  if (left.empty()) return work;
  const auto organization = dependencies_.read(api::organization_type(), key);
  if (organization) return work;
  if (organization.error().kind != ErrorKind::NotFound) return std::unexpected(organization.error());
  work.plan = plan_for_gone(left, dependencies_.codec);
  return work;
}

core::Result<runtime::Work> Reconciler::reconcile(const core::ObjectKey& key,
                                                  const std::vector<core::WriteFailure>& failures,
                                                  core::Timestamp now) {
  end_writes(key.name);
  auto seen = gather(caches_, key.name);
  if (!seen) {
    remember(key.name, "", std::nullopt);
    return reconcile_gone(key);
  }
  seen->failures = failures;
  if (const auto found = find_foreign(*seen); !found) return std::unexpected(found.error());
  const core::ObjectMeta& meta = seen->organization.metadata;
  remember(key.name, seen->organization.status.home_namespace.value_or(""),
           enforcement::trouble_of(*seen, dependencies_.paths, dependencies_.codec, now));
  runtime::Work work;
  work.primary = runtime::Primary{meta.uid, meta.resource_version, meta.finalizers};
  work.plan = plan(*seen, dependencies_.paths, dependencies_.codec, now);
  if (!work.plan.apply.empty()) work.fill_in = fill_in(*seen, admittance_of(*seen, now).tokens);
  return work;
}

std::optional<Trouble> Reconciler::trouble_of(const std::string& organization) const {
  const std::scoped_lock lock(mutex_);
  const auto found = troubles_.find(organization);
  return found == troubles_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Reconciler::held_secrets(const api::Organization& organization) const {
  const auto being_written = writes_.of(organization.metadata.name);
  std::vector<std::string> held = enforcement::held_secrets(caches_.vmauth, organization);
  for (const core::ObjectKey& place : being_written)
    add_once(place.to_string(), held);
  return held;
}

std::vector<std::string> Reconciler::secrets_with_tokens(const api::Organization& organization) const {
  const auto being_written = writes_.all();
  std::vector<std::string> secrets = enforcement::secrets_with_tokens(caches_.vmauth, organization);
  for (const core::ObjectKey& place : being_written) {
    if (lists(organization, place.ns)) add_once(place.to_string(), secrets);
  }
  return secrets;
}

/// At the beginning of a look, as one is taken only when the caches show what was written before.
void Reconciler::end_writes(const std::string& organization) const {
  const auto places = writes_.end(organization);
  if (!places.empty() && dependencies_.written) dependencies_.written(wakened_by_writes(caches_, organization, places));
}

void Reconciler::remember(const std::string& organization, const std::string& home, std::optional<Trouble> trouble) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = troubles_.find(organization);
    const std::optional<Trouble> before = found == troubles_.end() ? std::nullopt : std::optional(found->second);
    if (before == trouble) return;
    if (trouble) {
      troubles_[organization] = std::move(*trouble);
    } else {
      troubles_.erase(organization);
    }
  }
  if (!home.empty()) dependencies_.changed(home);
}

}  // namespace guildhall::controllers::enforcement
