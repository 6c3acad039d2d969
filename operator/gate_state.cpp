#include "operator/gate_state.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "controllers/apikey/caches.hpp"
#include "controllers/apikey/deployments.hpp"
#include "controllers/apikey/refusal.hpp"

namespace guildhall {

namespace {

namespace apikey = controllers::apikey;
using Permissions = decltype(api::ApiKeySpec::permissions);

std::string id_of(const api::OrganizationDeployment& one) {
  return std::string(api::to_string(one.kind)) + "/" + one.ns + "/" + one.name;
}

std::uint32_t tenant_number(std::int64_t number) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, 0, UINT32_MAX));
}

/// Those that the status lists, but in namespaces that the spec does not name any more.
std::vector<api::OrganizationDeployment> in_its_namespaces(const api::Organization& one) {
  std::vector<api::OrganizationDeployment> deployments = one.status.deployments;
  const std::vector<std::string>& spanned = one.spec.namespaces;
  std::erase_if(deployments, [&](const api::OrganizationDeployment& deployment) {
    return deployment.ns != one.status.home_namespace && std::ranges::find(spanned, deployment.ns) == spanned.end();
  });
  return deployments;
}

gate::OrganizationEntry entry_of(const api::Organization& one) {
  gate::OrganizationEntry entry{
      .home = one.status.home_namespace.value_or(""),
      .accepted = one.spec.state == api::OrganizationState::Active && !one.metadata.is_deleting(),
      .tenant = {.account = tenant_number(one.spec.tenant.account_id),
                 .project = tenant_number(one.spec.tenant.project_id)},
      .deployments = {}};
  for (const auto& deployment : in_its_namespaces(one)) {
    entry.deployments.push_back({.id = id_of(deployment),
                                 .names = apikey::names_of(deployment),
                                 .product = std::string(api::to_string(deployment.product))});
  }
  return entry;
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
  for (const auto& one : key.status.keys) {
    const auto hash = digest_of(one.hash);
    if (hash) tokens.push_back({.id = one.id, .hash = *hash, .expires_at = one.expires_at});
  }
  return tokens;
}

/// After an outage of the API server, however long: a revocation must not wait for the next try.
constexpr std::chrono::milliseconds kLongestBackoff{500};

}  // namespace

GateState::GateState(const GateCaches& caches, gate::KeyTable& table) : caches_(caches), table_(table) {
  caches_.organizations.retry_within(kLongestBackoff);
  caches_.members.retry_within(kLongestBackoff);
  caches_.api_keys.retry_within(kLongestBackoff);
  caches_.organizations.add_handler([this](const core::ObjectKey& key, const auto& before, const auto& after) {
    take_organization(key, before.get(), after.get());
  });
  caches_.members.add_handler(
      [this](const core::ObjectKey& key, const auto& /*before*/, const auto& /*after*/) { take_member(key); });
  caches_.api_keys.add_handler(
      [this](const core::ObjectKey& key, const auto& /*before*/, const auto& /*after*/) { take_key(key); });
}

void GateState::take_organization(const core::ObjectKey& key, const api::Organization* before,
                                  const api::Organization* after) {
  if (after == nullptr) return table_.remove_organization(key.name);
  table_.put_organization(key.name, entry_of(*after));
  const bool opens_the_same = before != nullptr && before->status.deployments == after->status.deployments &&
                              before->spec.namespaces == after->spec.namespaces;
  if (!opens_the_same) take_keys_of(after->status.home_namespace.value_or(""));
}

void GateState::take_member(const core::ObjectKey& key) {
  for (const auto& owned : caches_.api_keys.by_index(apikey::kKeysByOwner, key.to_string()))
    take_key(owned->metadata.key());
}

void GateState::take_keys_of(const std::string& home) {
  for (const auto& key : caches_.api_keys.by_index(apikey::kKeysByNamespace, home))
    take_key(key->metadata.key());
}

/// By what the Organization's status lists. What a selector comes to is the leader's to say, and what it said counts
/// for as long as the key asks for the same.
std::vector<std::string> GateState::opened_by(const api::ApiKey& key, const api::Organization* organization) {
  std::vector<std::string> opened;
  if (organization == nullptr) return opened;
  if (key.status.observed_generation == key.metadata.generation)
    settled_.insert_or_assign(key.metadata.key(), key.spec.deployments);
  const auto settled = settled_.find(key.metadata.key());
  const bool is_settled = settled != settled_.end() && settled->second == key.spec.deployments;
  std::vector<apikey::SeenDeployment> seen;
  for (auto& deployment : in_its_namespaces(*organization))
    seen.push_back({.told = std::move(deployment), .labels = std::nullopt});
  const auto& told = key.status.deployments;
  const auto match =
      apikey::match_deployments(key.spec, seen, told && is_settled ? told->matched : std::vector<std::string>{});
  for (const auto& deployment : match.opened)
    opened.push_back(id_of(deployment));
  std::ranges::sort(opened);
  return opened;
}

/// By the caches as they are now, whichever change it was.
void GateState::take_key(const core::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  const auto standing = caches_.api_keys.get(key);
  if (!standing) {
    settled_.erase(key);
    return table_.remove_key(key);
  }
  const std::string organization = standing->status.organization.value_or("");
  const auto home = caches_.organizations.get({"", organization});
  const auto owner = standing->spec.owner ? caches_.members.get({key.ns, standing->spec.owner->name}) : nullptr;
  table_.put_key(key, {.organization = organization,
                       .home = key.ns,
                       .name = key.name,
                       .uid = standing->metadata.uid,
                       .last_used_at = standing->status.last_used_at,
                       .reads = standing->spec.permissions != Permissions::Write,
                       .writes = standing->spec.permissions != Permissions::Read,
                       .refused = std::string(apikey::why_refused(*standing, owner.get())),
                       .opens_all = standing->spec.deployments.all.value_or(false),
                       .opens = opened_by(*standing, home.get()),
                       .tokens = tokens_of(*standing)});
}

}  // namespace guildhall
