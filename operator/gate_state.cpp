#include "operator/gate_state.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "controllers/apikey/deployments.hpp"
#include "controllers/apikey/refusal.hpp"
#include "operator/kube/reflector.hpp"

namespace guildhall {

namespace {

namespace apikey = controllers::apikey;
using Permissions = decltype(api::ApiKeySpec::permissions);

std::uint32_t tenant_number(std::int64_t number) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, 0, UINT32_MAX));
}

/// Those that the status lists, but in namespaces that the spec does not name any more.
gate::Deployments deployments_of(const api::Organization& one) {
  const std::vector<std::string>& spanned = one.spec.namespaces;
  std::vector<gate::DeploymentEntry> deployments;
  for (const auto& told : one.status.deployments) {
    if (told.ns != one.status.home_namespace && std::ranges::find(spanned, told.ns) == spanned.end()) continue;
    deployments.push_back(
        {.ns = told.ns, .names = apikey::names_of(told), .product = std::string(api::to_string(told.product))});
  }
  return gate::Deployments(std::move(deployments));
}

/// Unset for a text that is no SHA-256 in hexadecimal digits.
std::optional<crypto::Sha256Digest> digest_of(std::string_view hex) {
  crypto::Sha256Digest digest{};
  if (hex.size() != 2 * digest.size()) return std::nullopt;
  for (std::uint8_t& byte : digest) {
    const char* const begin = hex.data();
    const auto [end, error] = std::from_chars(begin, begin + 2, byte, 16);
    if (error != std::errc() || end != begin + 2) return std::nullopt;
    hex.remove_prefix(2);
  }
  return digest;
}

std::vector<gate::KeyToken> tokens_of(const api::ApiKey& key) {
  std::vector<gate::KeyToken> tokens;
  tokens.reserve(key.status.keys.size());
  for (const auto& one : key.status.keys) {
    const auto hash = digest_of(one.hash);
    if (hash) tokens.push_back({.id = one.id, .hash = *hash, .expires_at = one.expires_at});
  }
  return tokens;
}

/// What the key asks for, where somebody has to say what that comes to; else empty.
std::string asked_of(const api::ApiKey& key) {
  return key.spec.deployments.selector ? api::to_json(key.spec).at("deployments").dump() : std::string{};
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

gate::Opening opening_of(const api::ApiKey& key, bool is_settled) {
  using By = gate::Opening::By;
  const auto& asked = key.spec.deployments;
  if (asked.all.value_or(false)) return {.by = By::All, .names = {}};
  if (!asked.selector) return {.by = By::Names, .names = sorted(asked.names)};
  const auto& told = key.status.deployments;
  return {.by = By::Exactly, .names = told && is_settled ? sorted(told->matched) : std::vector<std::string>{}};
}

std::shared_ptr<const gate::KeyOwner> owner_of(const api::ApiKey& key) {
  if (!key.spec.owner) return nullptr;
  return std::make_shared<const gate::KeyOwner>(
      gate::KeyOwner{.name = key.spec.owner->name, .email = key.status.owner_email.value_or("")});
}

}  // namespace

gate::OrganizationEntry gate_entry(const api::Organization& one) {
  return {.home = one.status.home_namespace.value_or(""),
          .accepted = one.spec.state == api::OrganizationState::Active && !one.metadata.is_deleting(),
          .tenant = {.account = tenant_number(one.spec.tenant.account_id),
                     .project = tenant_number(one.spec.tenant.project_id)},
          .deployments = deployments_of(one)};
}

std::optional<std::string> gate_entry(const api::Member& member) {
  return apikey::is_in_force(member) ? std::optional(member.spec.email) : std::nullopt;
}

gate::KeyEntry gate_entry(const api::ApiKey& key, const std::string& settled) {
  const std::string asked = asked_of(key);
  const bool is_settled = key.status.observed_generation == key.metadata.generation || settled == asked;
  return {.uid = key.metadata.uid,
          .version = kube::parse_version(key.metadata.resource_version).value_or(0),
          .organization = key.status.organization.value_or(""),
          .owner = owner_of(key),
          .last_used_at = key.status.last_used_at,
          .refused = apikey::why_refused(key),
          .deleting = key.metadata.is_deleting(),
          .reads = key.spec.permissions != Permissions::Write,
          .writes = key.spec.permissions != Permissions::Read,
          .opening = opening_of(key, is_settled),
          .settled = is_settled ? asked : settled,
          .tokens = tokens_of(key)};
}

void put_key(const core::ObjectKey& object, const api::ApiKey& key, gate::KeyTable& table) {
  std::string settled;
  table.look_at(object, [&](const gate::KeyEntry& standing) { settled = standing.settled; });
  table.put_key(object, gate_entry(key, settled));
}

void follow(kube::Informer<api::Organization>& organizations, gate::KeyTable& table) {
  organizations.add_handler([&table](const core::ObjectKey& key, const auto& /*before*/, const auto& after) {
    if (!after) return table.remove_organization(key.name);
    table.put_organization(key.name, gate_entry(*after));
  });
}

void follow(kube::Informer<api::Member>& members, gate::KeyTable& table) {
  members.add_handler([&table](const core::ObjectKey& key, const auto& /*before*/, const auto& after) {
    auto email = after ? gate_entry(*after) : std::nullopt;
    if (!email) return table.remove_member(key);
    table.put_member(key, std::move(*email));
  });
}

void follow(kube::Informer<api::ApiKey>& api_keys, gate::KeyTable& table) {
  api_keys.add_handler([&table](const core::ObjectKey& key, const auto& /*before*/, const auto& after) {
    if (!after) return table.remove_key(key);
    put_key(key, *after, table);
  });
}

void keep_up(const GateCaches& caches) {
  constexpr std::chrono::milliseconds kLongestBackoff{500};
  for (kube::ObjectCache* cache : {&caches.organizations, &caches.members, &caches.api_keys})
    cache->retry_within(kLongestBackoff);
}

}  // namespace guildhall
