#include "controllers/enforcement/admittance.hpp"

#include <algorithm>
#include <tuple>

#include "controllers/apikey/deployments.hpp"
#include "controllers/apikey/refusal.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::enforcement {

namespace {

using Permissions = decltype(api::ApiKeySpec::permissions);

/// What a selector comes to was said of another spec, so it opens nothing until that is looked at.
bool is_settled(const api::ApiKey& key) {
  return !key.spec.deployments.selector || key.status.observed_generation == key.metadata.generation;
}

std::vector<api::OrganizationDeployment> opened_by(const api::ApiKey& key, const api::Organization& organization) {
  if (!is_settled(key)) return {};
  std::vector<apikey::SeenDeployment> deployments;
  deployments.reserve(organization.status.deployments.size());
  for (const auto& told : organization.status.deployments)
    deployments.push_back({.told = told, .labels = std::nullopt});
  const auto& told = key.status.deployments;
  return apikey::match_deployments(key.spec, deployments, told ? told->matched : std::vector<std::string>{}).opened;
}

void admit(const SeenKey& seen, const api::Organization& organization, core::Timestamp now, Admittance& admittance) {
  const api::ApiKey& key = *seen.key;
  if (!apikey::why_refused(key, seen.owner.get()).empty()) return;
  const auto opens = opened_by(key, organization);
  for (const auto& token : key.status.keys) {
    const bool has_expired = token.expires_at && *token.expires_at <= now;
    if (token.state == api::ApiKeyStatusKeyState::Issuing || has_expired) continue;
    if (token.expires_at) admittance.until = std::min(admittance.until.value_or(*token.expires_at), *token.expires_at);
    admittance.tokens.push_back({.key = key.metadata.name,
                                 .id = token.id,
                                 .hash = token.hash,
                                 .secret = key.status.secret ? key.status.secret->name.value_or("") : "",
                                 .reads = key.spec.permissions != Permissions::Write,
                                 .writes = key.spec.permissions != Permissions::Read,
                                 .opens = opens});
  }
}

}  // namespace

Admittance admittance_of(const Observed& seen, core::Timestamp now) {
  Admittance admittance;
  const api::Organization& one = seen.organization;
  if (one.spec.state != api::OrganizationState::Active || one.metadata.is_deleting()) return admittance;
  std::vector<SeenKey> keys = seen.keys;
  std::ranges::sort(keys, {}, [](const SeenKey& one) {
    return std::tie(one.key->metadata.creation_timestamp, one.key->metadata.name);
  });
  for (const SeenKey& key : keys)
    admit(key, one, now, admittance);
  return admittance;
}

std::vector<AdmittedToken> tokens_at(const Observed& seen, const core::ObjectKey& place,
                                     std::vector<AdmittedToken> admitted) {
  const bool waits_for_kind = place == vmusers_place(seen.organization) && !seen.serves_vmusers;
  if (!waits_for_kind && !organization::is_paused(seen.organization) && editors_are_out(seen.organization))
    return admitted;
  const apikey::VmauthView* const standing = find(seen.secrets, place);
  std::erase_if(admitted,
                [&](const AdmittedToken& one) { return standing == nullptr || !standing->lets_in(one.hash); });
  return admitted;
}

}  // namespace guildhall::controllers::enforcement
