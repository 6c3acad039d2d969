#include "tests/unit/controllers/apikey/world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "controllers/apikey/draft.hpp"
#include "controllers/apikey/expiry.hpp"
#include "controllers/apikey/names.hpp"
#include "controllers/apikey/secret_object.hpp"
#include "controllers/apikey/secret_rules.hpp"
#include "controllers/apikey/token_rules.hpp"

namespace guildhall::controllers::apikey {
namespace {

using nlohmann::json;

constexpr const char* kFakeEncoding = "b64:";

std::string fake_hash(std::string_view text) {
  std::uint64_t state = 14695981039346656037ULL;
  std::string digits;
  for (int round = 0; round < 4; ++round) {
    for (const char c : text)
      state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    digits += fmt::format("{:016x}", state);
  }
  return digits;
}

std::string fake_seal(std::string_view canonical) {
  return "k1:" + fake_hash(canonical);
}

json initial_key() {
  return json::parse(R"({"apiVersion": "guildhall.dev/v1alpha1", "kind": "ApiKey",
    "metadata": {"name": "grafana", "namespace": "acme", "uid": "key-1", "generation": 1, "resourceVersion": "1", "creationTimestamp": "2026-11-24T10:00:00Z"},
    "spec": {"displayName": "Grafana", "lifetime": "90d", "permissions": "Read", "deployments": {"all": true}}})");
}

api::ApiKey parsed(const json& object) {
  auto key = api::parse_api_key(object);
  EXPECT_TRUE(key.has_value()) << (key ? "" : key.error().describe());
  return *key;
}

}  // namespace

core::Timestamp noon() {
  return *core::parse_timestamp("2026-11-24T10:00:00Z");
}

Codec fake_codec() {
  return {.sha256_hex = fake_hash,
          .to_base64 = [](std::string_view bytes) { return kFakeEncoding + std::string(bytes); },
          .from_base64 = [](std::string_view text) -> core::Result<std::string> {
            if (!text.starts_with(kFakeEncoding)) return core::fail(core::ErrorKind::Invalid, "not encoded");
            return std::string(text.substr(std::string_view(kFakeEncoding).size()));
          }};
}

SealedPayload payload_of(const std::string& api_key, const core::ObjectKey& at, const std::string& hash) {
  return {.organization = "acme",
          .api_key = api_key,
          .ns = at.ns,
          .name = at.name,
          .owner = {},
          .token = {.id = "7kQ2mX9w", .hash = hash, .issued_at = noon(), .expires_at = {}},
          .previous = {},
          .formats = {},
          .urls = {},
          .write_urls = {},
          .labels = {},
          .annotations = {}};
}

World::World() : key(parsed(initial_key())) {
  organization.display_name = "Acme";
}

void World::edit(const json& merge_patch) {
  json object = api::to_json(key);
  object["spec"].merge_patch(merge_patch);
  object["metadata"]["generation"] = key.metadata.generation + 1;
  key = parsed(object);
}

/// As the reconciler does it.
Candidate World::candidate() {
  const KeyEntry* issuing = find_key(key.status.keys, KeyState::Issuing);
  if (process_goes_on && issuing != nullptr && last_candidate_ && last_candidate_->hash == issuing->hash)
    return *last_candidate_;
  const std::string text = fmt::format("gld_{:08}_token", ++serial_);
  last_candidate_ = Candidate{.id = fmt::format("{:08}", serial_), .hash = fake_hash(text)};
  tokens_by_hash_[last_candidate_->hash] = text;
  return *last_candidate_;
}

Observed World::observe() {
  Observed seen;
  seen.key = key;
  seen.home = home;
  if (home == HomeState::Claimed) seen.organization = organization;
  seen.organization_name = "acme";
  seen.deployments = deployments;
  seen.owner = owner;
  seen.copy_namespaces = copy_namespaces;
  seen.foreign_secret = foreign_secret;
  seen.rival = rival;
  seen.over_quota = over_quota;
  seen.enforcement = enforcement;
  seen.failures = failures;
  seen.candidate = candidate();
  for (const auto& [place, object] : secrets) {
    SeenSecret secret{.view = *parse_secret_view(object, fake_codec()), .payload = {}};
    secret.unknown_seal_key = !secret.view.seal.empty() && !(seal_key_known && secret.view.seal.starts_with("k1:"));
    const bool sealed =
        !secret.unknown_seal_key &&
        secret.view.seal == fake_seal(canonical_form(secret.view.payload_text, secret.view.content_digest));
    if (auto payload = parse_sealed_payload(secret.view.payload_text); sealed && payload)
      secret.payload = std::move(*payload);
    seen.secrets.push_back(std::move(secret));
  }
  return seen;
}

core::Plan World::plan_now() {
  return plan(observe(), now);
}

void World::write_status(const json& status) {
  const KeyEntry* issuing = find_key(key.status.keys, KeyState::Issuing);
  const bool settled_late = issuing != nullptr && end_of_settling(*issuing) <= now;
  for (const auto& entry : key.status.keys) {
    const bool is_former = (settled_late || home_stands_changed()) && entry.state != KeyState::Issuing;
    if (!status.contains("keys") || has_expired(entry.expires_at, now) || is_former) withdrawn_.insert(entry.hash);
  }
  for (const auto& [place, object] : secrets) {
    if (is_stray(place, object)) withdrawn_.insert(fake_hash(token(place.ns, place.name)));
  }
  json object = api::to_json(key);
  object["status"] = status;
  key = parsed(object);
}

/// Whether the home's Secret was changed so soon after it was made that it is left for a while.
bool World::home_stands_changed() const {
  const auto home = secrets.find(home_secret_key(key));
  // What a test put there was not made by Guildhall.
  if (home == secrets.end() || !home->second["metadata"].contains("creationTimestamp")) return false;
  const json& metadata = home->second["metadata"];
  Observed seen;
  seen.key = key;
  SeenSecret secret;
  secret.view.key = home->first;
  secret.view.created = core::parse_timestamp(metadata["creationTimestamp"].get<std::string>()).value();
  const bool is_edited = !metadata["annotations"].contains(kSealAnnotation) ||
                         !tokens_by_hash_.contains(fake_hash(token(home->first.ns, home->first.name)));
  return is_edited && now < replaceable_from(seen, secret);
}

void World::write_secret(const core::Apply& apply) {
  const auto filled = fill_in_secret(
      apply.object,
      [&](const std::string& hash) -> core::Result<core::SecretText> {
        return core::SecretText(tokens_by_hash_.at(hash));
      },
      fake_codec(), [](std::string_view canonical) -> core::Result<std::string> { return fake_seal(canonical); });
  ASSERT_TRUE(filled.has_value());
  json object = *filled;
  const auto standing = secrets.find(apply.key);
  if (standing != secrets.end() && standing->second["metadata"]["resourceVersion"] != apply.resource_version) return;
  object["metadata"]["uid"] =
      standing != secrets.end() ? standing->second["metadata"]["uid"] : json(fmt::format("secret-{}", ++serial_));
  object["metadata"]["creationTimestamp"] =
      standing != secrets.end() ? standing->second["metadata"]["creationTimestamp"] : json(core::format_timestamp(now));
  object["metadata"]["resourceVersion"] = std::to_string(++serial_);
  secrets[apply.key] = object;
}

void World::remove_secret(const core::Remove& remove) {
  const auto standing = secrets.find(remove.key);
  ASSERT_NE(standing, secrets.end()) << "removed what is not there";
  ASSERT_EQ(standing->second["metadata"]["uid"], remove.uid);
  secrets.erase(standing);
}

/// Without our seal, where none is asked for any more, or under a former name: it could be anybody's.
bool World::is_stray(const core::ObjectKey& place, const json& object) const {
  const bool is_asked_for =
      place.name == secret_name(key) &&
      (place.ns == key.metadata.ns || std::any_of(copy_namespaces.begin(), copy_namespaces.end(),
                                                  [&](const CopyNamespace& ns) { return ns.name == place.ns; }));
  return !is_asked_for && !object["metadata"]["annotations"].contains(kSealAnnotation);
}

/// "A token that anyone can read is always accepted", after every single write; but for those that were withdrawn.
void World::check_readable_tokens() const {
  if (home != HomeState::Claimed || key.spec.revoked || key.metadata.is_deleting()) return;
  for (const auto& [place, object] : secrets) {
    const std::string hash = fake_hash(token(place.ns, place.name));
    if (!tokens_by_hash_.contains(hash) || withdrawn_.contains(hash)) continue;
    const bool known = std::any_of(key.status.keys.begin(), key.status.keys.end(),
                                   [&](const KeyEntry& entry) { return entry.hash == hash; });
    EXPECT_TRUE(known) << place.to_string() << " holds " << tokens_by_hash_.at(hash)
                       << ", which the status does not know";
  }
}

int World::execute(const core::Plan& plan, int most_writes) {
  int writes = 0;
  const auto next = [&] { return ++writes <= most_writes; };
  if (plan.finalizer == core::FinalizerChange::Add && next()) key.metadata.finalizers.emplace_back(kFinalizer);
  if (plan.status && next()) write_status(*plan.status);
  for (const auto& apply : plan.apply) {
    if (!next()) continue;
    write_secret(apply);
    check_readable_tokens();
  }
  for (const auto& remove : plan.remove) {
    if (next()) remove_secret(remove);
  }
  for (const auto& entry : plan.audit) {
    if (next()) told_.push_back(std::string(entry.action.text()));
  }
  if (plan.lets_go() && next()) drop_finalizer();
  return writes;
}

void World::drop_finalizer() {
  std::erase(key.metadata.finalizers, kFinalizer);
  if (key.metadata.is_deleting() && key.metadata.finalizers.empty()) key_exists = false;
}

int World::settle() {
  for (int round = 0; round <= 20; ++round) {
    const core::Plan plan = plan_now();
    if (plan.writes_nothing() || !key_exists) return round;
    execute(plan);
  }
  ADD_FAILURE() << "does not come to rest: " << ready();
  return 21;
}

bool World::pass_to_next_look() {
  settle();
  const auto after = plan_now().look_again_after;
  if (after) now += *after;
  settle();
  return after.has_value();
}

void World::pass(std::chrono::seconds time) {
  const core::Timestamp end = now + time;
  settle();
  for (auto after = plan_now().look_again_after; after && now + *after <= end; after = plan_now().look_again_after) {
    now += *after;
    settle();
  }
  now = end;
  settle();
}

const json* World::secret(const std::string& ns, const std::string& name) const {
  const auto found = secrets.find({ns, name});
  return found == secrets.end() ? nullptr : &found->second;
}

std::string World::token(const std::string& ns, const std::string& name, const std::string& entry) const {
  const json* object = secret(ns, name);
  if (object == nullptr || !(*object)["data"].contains(entry)) return "";
  return fake_codec().from_base64((*object)["data"][entry].get<std::string>()).value();
}

std::string World::phase() const {
  return key.status.phase ? std::string(api::to_string(*key.status.phase)) : "";
}

std::string World::ready() const {
  const core::Condition* ready = core::find_condition(key.status.conditions, "Ready");
  return ready == nullptr ? "none" : (ready->status ? "True/" : "False/") + ready->reason;
}

std::vector<std::string> World::key_states() const {
  std::vector<std::string> states;
  states.reserve(key.status.keys.size());
  for (const auto& entry : key.status.keys)
    states.emplace_back(api::to_string(entry.state));
  return states;
}

bool World::accepts(const std::string& token) const {
  if (key.metadata.is_deleting() || key.status.phase == Phase::Suspended) return false;
  return std::any_of(key.status.keys.begin(), key.status.keys.end(), [&](const KeyEntry& entry) {
    return entry.hash == fake_hash(token) && !has_expired(entry.expires_at, now);
  });
}

void World::ask_for_copy() {
  copy_namespaces = {{"acme-prod", true, true}};
  edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
}

void World::refuse_secret(const std::string& ns) {
  failures = {{.object = "Secret " + ns + "/grafana", .kind = core::ErrorKind::Forbidden, .message = "by a policy"}};
}

core::Plan World::look_in_vain() {
  core::Plan plan = plan_now();
  core::Plan without = plan;
  std::erase_if(without.apply, [](const core::Apply& apply) { return apply.key.ns == "acme"; });
  execute(without);
  refuse_secret("acme");
  return plan;
}

void World::restore() {
  make_anew();
  for (auto& [place, secret] : secrets)
    secret["metadata"].erase("ownerReferences");
}

void World::make_anew() {
  key.status = {};
  key.metadata.uid = "key-2";
  key.metadata.generation = 1;
  key.metadata.finalizers.clear();
  told_.clear();
}

void World::mark_deleted() {
  key.metadata.deletion_timestamp = now;
}

}  // namespace guildhall::controllers::apikey
