#include "controllers/apikey/gather.hpp"

#include <algorithm>
#include <map>

#include "controllers/apikey/draft.hpp"
#include "controllers/apikey/names.hpp"
#include "controllers/apikey/quota.hpp"
#include "controllers/apikey/reasons.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/organization/caches.hpp"
#include "controllers/organization/home.hpp"
#include "controllers/organization/membership.hpp"

namespace guildhall::controllers::apikey {
namespace {

using organization::Standing;

bool lists(const api::OrganizationSpec& organization, const std::string& ns) {
  return std::find(organization.namespaces.begin(), organization.namespaces.end(), ns) != organization.namespaces.end();
}

bool says_foreign(const Observed& seen) {
  const core::Condition* ready = core::find_condition(seen.key.status.conditions, "Ready");
  return ready != nullptr && ready->reason == reasons::kForeignSecret;
}

/// Whether a Secret that is not in the cache stood, which makes a new token of its loss, or was to be written: then
/// another may have come first.
bool misses_secret(const Observed& seen) {
  const api::ApiKeyStatus& status = seen.key.status;
  if (seen.key.metadata.is_deleting() || seen.key.spec.revoked || status.phase == api::ApiKeyPhase::Expired)
    return false;
  return find_key(status.keys, KeyState::Issuing) != nullptr || (status.secret && !status.keys.empty());
}

/// The name under which the key's Secret stands while it is moved to another; else the one that it is to have.
std::string former_name(const api::ApiKey& key) {
  return key.status.secret && key.status.secret->name ? *key.status.secret->name : secret_name(key);
}

}  // namespace

core::Result<std::optional<Observed>> Gatherer::gather(const core::ObjectKey& key,
                                                       const std::vector<core::WriteFailure>& failures) const {
  const auto api_key = caches_.api_keys.get(key);
  if (!api_key) return std::optional<Observed>{};
  Observed seen;
  seen.key = *api_key;
  seen.failures = failures;
  find_organization(seen);
  if (auto confirmed = confirm_that_organization_is_gone(seen); !confirmed) return std::unexpected(confirmed.error());
  find_owner(seen);
  find_secrets(seen);
  if (auto found = find_foreign_secrets(seen); !found) return std::unexpected(found.error());
  return std::optional(std::move(seen));
}

void Gatherer::find_organization(Observed& seen) const {
  const auto home = organization::find_home(caches_.organizations, caches_.namespaces, seen.key.metadata.ns,
                                            seen.key.status.organization.has_value());
  seen.home = home.state;
  if (!home.claimant) return;
  seen.organization = home.claimant->spec;
  seen.organization_name = home.claimant->metadata.name;
  for (const auto& told : home.claimant->status.deployments)
    seen.deployments.push_back(
        {.told = told, .labels = organization::deployment_labels(caches_.services, caches_.deployments, told)});
  find_copies(seen, home.claimant->metadata.uid);
  find_enforcement(seen, home.claimant->metadata.uid);
}

void Gatherer::find_enforcement(Observed& seen, const std::string& organization_uid) const {
  const auto wanted = seen.organization->enforcement.value_or(api::OrganizationEnforcement{});
  SeenEnforcement enforcement;
  const std::string& name = seen.key.metadata.name;
  if (wanted.vmauth) {
    enforcement.secret = core::ObjectKey{wanted.vmauth->secret.ns, wanted.vmauth->secret.name};
    // Whoever owns it: what it lets in, it lets in.
    if (const auto standing = caches_.vmauth.get(*enforcement.secret)) {
      const auto [first, end] = standing->hashes_by_key.equal_range(name);
      for (auto one = first; one != end; ++one)
        enforcement.let_in.push_back(one->second);
    }
  }
  for (const auto& view : caches_.vmauth.by_index(kVmauthByOrganization, seen.organization_name)) {
    if (view->key != enforcement.secret && view->hashes_by_key.contains(name)) enforcement.former.push_back(view->key);
  }
  if (!wanted.vmauth && !wanted.vm_users && enforcement.former.empty()) return;
  if (wanted.vm_users) find_beside_vmusers(seen.key, wanted.vm_users->ns, enforcement);
  find_vmusers(std::string(organization_uid).append("/").append(name), std::nullopt, enforcement);
  // Also those that nobody owns, as a restore leaves them: they let in all the same.
  if (wanted.vm_users) find_vmusers("/" + name, wanted.vm_users->ns, enforcement);
  enforcement.trouble = looks_.enforcement(seen.organization_name, name);
  seen.enforcement = std::move(enforcement);
}

void Gatherer::find_beside_vmusers(const api::ApiKey& key, const std::string& ns, SeenEnforcement& enforcement) const {
  enforcement.vmusers_secret = core::ObjectKey{ns, kVmUsersSecret};
  const auto standing = caches_.vmauth.get(*enforcement.vmusers_secret);
  if (!standing) return;
  for (const auto& token : key.status.keys) {
    if (standing->lets_in(token.hash)) enforcement.beside_vmusers.push_back(token.hash);
  }
}

void Gatherer::find_vmusers(const std::string& index, const std::optional<std::string>& ns,
                            SeenEnforcement& enforcement) const {
  for (const auto& one : caches_.vmusers.by_index(kVmUsersByKey, index)) {
    if (!one->deleting && (!ns || one->key.ns == *ns))
      enforcement.vmusers.push_back(
          {.key = one->key, .hash = one->token_hash, .operational = one->is_operational(), .reason = one->reason});
  }
}

bool Gatherer::is_over_quota(const Observed& seen, const GrantedRoom& granted) const {
  if (!seen.organization || !seen.organization->api_keys.max_keys) return false;
  return apikey::is_over_quota(seen.key, caches_.api_keys.by_index(kKeysByNamespace, seen.key.metadata.ns),
                               *seen.organization->api_keys.max_keys, granted);
}

core::Result<void> Gatherer::confirm_that_organization_is_gone(Observed& seen) const {
  if (seen.home != HomeState::NoOrganization || seen.key.status.keys.empty() || !seen.key.status.organization)
    return {};
  const auto stands = looks_.organization(*seen.key.status.organization);
  if (!stands) return std::unexpected(stands.error());
  if (*stands) seen.home = HomeState::Awaiting;
  return {};
}

bool Gatherer::has_older_namesake(const api::Member& member) const {
  const auto namesakes = caches_.members.by_index(organization::kMembersByEmail, organization::email_key(member));
  return std::ranges::any_of(namesakes,
                             [&](const auto& other) { return organization::is_older_namesake(*other, member); });
}

void Gatherer::find_owner(Observed& seen) const {
  if (!seen.key.spec.owner) return;
  const auto member = caches_.members.get({seen.key.metadata.ns, seen.key.spec.owner->name});
  if (!member || member->metadata.is_deleting()) return;
  const auto judged = organization::judge_acceptance(sealer_, seen.organization_name, *member);
  const Standing standing = organization::standing_of(*member, has_older_namesake(*member), judged);
  seen.owner = SeenOwner{.email = member->spec.email,
                         .active = standing == Standing::InForce || organization::only_keeps(standing),
                         .accepted = standing != Standing::NotAccepted};
}

void Gatherer::find_copies(Observed& seen, const std::string& organization_uid) const {
  if (!seen.key.spec.secret) return;
  for (const auto& name : seen.key.spec.secret->namespaces) {
    const auto ns = caches_.namespaces.get({"", name});
    seen.copy_namespaces.push_back(
        {.name = name,
         .spanned = lists(*seen.organization, name),
         .usable = ns && !ns->deleting && ns->is_claimed_by(seen.organization_name, organization_uid),
         .taken = ns && !ns->deleting && !ns->claim.empty() && ns->claim.organization != seen.organization_name});
  }
}

SeenSecret Gatherer::verify(const SecretView& view) const {
  SeenSecret seen{.view = view, .payload = {}};
  seen.unknown_seal_key = sealer_.is_by_unknown_key(view.seal);
  if (!sealer_.verify(kSealPurpose, canonical_form(view.payload_text, view.content_digest), view.seal)) return seen;
  if (auto payload = parse_sealed_payload(view.payload_text)) seen.payload = std::move(*payload);
  return seen;
}

void Gatherer::find_secrets(Observed& seen) const {
  std::map<core::ObjectKey, kube::Informer<SecretView>::Value> found;
  for (const auto& secret : caches_.secrets.by_index(kSecretsByApiKey, seen.key.metadata.key().to_string()))
    found[secret->key] = secret;
  for (const auto& secret : caches_.secrets.by_index(kSecretsByOwnerUid, seen.key.metadata.uid))
    found[secret->key] = secret;
  for (const auto& place : wanted_secret_places(seen.key)) {
    if (const auto secret = caches_.secrets.get(place)) found[place] = secret;
  }
  for (const auto& [place, secret] : found)
    seen.secrets.push_back(verify(*secret));
}

/// The name of an older ApiKey of the home that is to have the same Secret, or "".
std::string Gatherer::find_rival(const api::ApiKey& key) const {
  for (const auto& rival : caches_.api_keys.by_index(kKeysByPlace, home_secret_key(key).to_string())) {
    const bool is_itself = rival->metadata.uid == key.metadata.uid;
    const bool has_ended = rival->spec.revoked || rival->status.phase == api::ApiKeyPhase::Expired;
    if (is_itself || has_ended || rival->metadata.ns != key.metadata.ns) continue;
    if (std::tie(rival->metadata.creation_timestamp, rival->metadata.name) <
        std::tie(key.metadata.creation_timestamp, key.metadata.name))
      return rival->metadata.name;
  }
  return {};
}

core::Result<bool> Gatherer::is_foreign(const Observed& seen, const core::ObjectKey& at, bool look_anyway) const {
  if (find_secret(seen, at) != nullptr || (!look_anyway && !says_foreign(seen))) return false;
  const auto found = looks_.secret(at);
  if (!found) return std::unexpected(found.error());
  if (*found == AtPlace::OurType)
    return core::fail(core::ErrorKind::Unavailable, "stands, but the cache does not have it yet",
                      core::describe(core::types::secrets(), at));
  return *found == AtPlace::Foreign;
}

core::Result<void> Gatherer::find_foreign_secrets(Observed& seen) const {
  if (seen.home != HomeState::Claimed) return {};
  const core::ObjectKey home = home_secret_key(seen.key);
  // Whoever has the name keeps it: an older key that wishes for it only now does not hold this one up.
  if (find_secret(seen, home) == nullptr) seen.rival = find_rival(seen.key);
  if (seen.rival.empty()) {
    const auto at_home = is_foreign(seen, home, misses_secret(seen));
    if (!at_home) return std::unexpected(at_home.error());
    seen.foreign_secret = *at_home;
  }
  if (const core::ObjectKey former{home.ns, former_name(seen.key)}; former != home && !caches_.secrets.get(former)) {
    if (const auto at_former = is_foreign(seen, former, misses_secret(seen)); !at_former)
      return std::unexpected(at_former.error());
  }
  for (CopyNamespace& ns : seen.copy_namespaces) {
    if (!ns.spanned || !ns.usable) continue;
    const auto foreign = is_foreign(seen, {ns.name, home.name}, misses_secret(seen));
    if (!foreign) return std::unexpected(foreign.error());
    ns.foreign = *foreign;
  }
  return {};
}

}  // namespace guildhall::controllers::apikey
