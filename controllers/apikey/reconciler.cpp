#include "controllers/apikey/reconciler.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "controllers/apikey/names.hpp"
#include "controllers/apikey/plan.hpp"
#include "controllers/apikey/token.hpp"

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

/// Reads the entry of a standing Secret whose hash is the one looked for.
core::Result<core::SecretText> read_token(const Dependencies& dependencies, const core::ObjectKey& at,
                                          const std::string& hash) {
  const auto secret = dependencies.read(core::types::secrets(), at);
  if (!secret) return std::unexpected(secret.error());
  const nlohmann::json data = secret->value("data", nlohmann::json::object());
  for (const char* entry : {kTokenEntry, kPreviousTokenEntry}) {
    const auto found = data.find(entry);
    if (found == data.end() || !found->is_string()) continue;
    auto token = dependencies.codec.from_base64(found->get_ref<const std::string&>());
    if (token && dependencies.codec.sha256_hex(*token) == hash) return core::SecretText(std::move(*token));
  }
  return core::fail(core::ErrorKind::Conflict, "no longer holds the token that was seen there",
                    core::describe(core::types::secrets(), at));
}

/// Where tokens come from while one plan is carried out: the one drawn for it, else a Secret that was seen to hold it.
struct Tokens {
  FreshToken fresh;
  std::string fresh_hash;
  std::vector<std::pair<std::string, core::ObjectKey>> places;
};

core::Result<core::SecretText> find_token(const Dependencies& dependencies, const Tokens& tokens,
                                          const std::string& hash) {
  if (hash == tokens.fresh_hash) return core::SecretText(std::string(tokens.fresh.text.reveal()));
  for (const auto& [held, place] : tokens.places) {
    if (held == hash) return read_token(dependencies, place, hash);
  }
  return core::fail(core::ErrorKind::Conflict, "no Secret holds the token any more");
}

std::vector<std::pair<std::string, core::ObjectKey>> token_places(const Observed& seen) {
  std::vector<std::pair<std::string, core::ObjectKey>> places;
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
                 [this](const std::string& name) { return stands(dependencies_.read, name); }}) {}

const core::ResourceType& Reconciler::type() const {
  return api::api_key_type();
}

std::string_view Reconciler::finalizer() const {
  return kFinalizer;
}

runtime::FillIn Reconciler::fill_in(const Observed& seen, FreshToken fresh) const {
  auto tokens = std::make_shared<const Tokens>(Tokens{std::move(fresh), seen.candidate.hash, token_places(seen)});
  return [this, tokens](const core::Apply& apply) {
    return fill_in_secret(
        apply.object, [&](const std::string& hash) { return find_token(dependencies_, *tokens, hash); },
        dependencies_.codec,
        [&](std::string_view canonical) { return dependencies_.sealer.sign(kSealPurpose, canonical); });
  };
}

core::Result<runtime::Work> Reconciler::reconcile(const core::ObjectKey& key,
                                                  const std::vector<core::WriteFailure>& failures,
                                                  core::Timestamp now) {
  auto seen = gatherer_.gather(key, failures);
  if (!seen) return std::unexpected(seen.error());
  if (!*seen) return runtime::Work{};
  FreshToken fresh = draw_token(dependencies_.random);
  (*seen)->candidate = {.id = fresh.id, .hash = dependencies_.codec.sha256_hex(fresh.text.reveal())};
  const core::ObjectMeta& meta = (*seen)->key.metadata;
  runtime::Work work;
  work.primary = runtime::Primary{meta.uid, meta.resource_version, meta.finalizers};
  work.plan = plan(**seen, now);
  work.fill_in = fill_in(**seen, std::move(fresh));
  return work;
}

}  // namespace guildhall::controllers::apikey
