#include "controllers/organization/gather.hpp"

#include <map>

#include "controllers/organization/key_secrets_role.hpp"
#include "controllers/organization/small_forms.hpp"

namespace guildhall::controllers::organization {

namespace {

using NamespaceValue = kube::Informer<NamespaceView>::Value;

/// Whether another Organization that exists is the one that the claim speaks of: by its UID, else by its name.
bool holder_exists(const Caches& caches, const Claim& claim, const Claim& ours) {
  if (claim.empty()) return false;
  if (claim.uid != ours.uid && !caches.organizations.by_index(kOrganizationsByUid, claim.uid).empty()) return true;
  return claim.organization != ours.organization && caches.organizations.get({"", claim.organization}) != nullptr;
}

void find_namespaces(const Caches& caches, Observed& seen) {
  const Claim ours = claim_of(seen.organization);
  std::map<std::string, NamespaceValue> found;
  for (const auto& name : named_namespaces(seen.organization)) {
    if (auto ns = caches.namespaces.get({"", name})) found[name] = std::move(ns);
  }
  for (auto& ns : caches.namespaces.by_index(kNamespacesByUid, ours.uid))
    found[ns->name] = ns;
  for (auto& ns : caches.namespaces.by_index(kNamespacesByLabel, ours.organization))
    found[ns->name] = ns;
  for (const auto& [name, ns] : found)
    seen.namespaces.push_back({*ns, holder_exists(caches, ns->claim, ours)});
}

void find_children(const Caches& caches, Observed& seen) {
  const std::string home = home_namespace(seen.organization);
  for (const auto& key : caches.api_keys.by_index(kApiKeysByNamespace, home))
    seen.api_keys.push_back(small_form(*key));
  for (const auto& member : caches.members.by_index(kMembersByNamespace, home))
    seen.members.push_back(small_form(*member));
  if (const auto role = caches.roles.get({home, kKeySecretsRoleName})) seen.key_secrets_role = *role;
}

}  // namespace

std::optional<Observed> gather(const Caches& caches, const std::string& name,
                               const ProtectedNamespaces& protected_namespaces,
                               const std::vector<core::WriteFailure>& failures) {
  const auto organization = caches.organizations.get({"", name});
  if (!organization) return std::nullopt;
  Observed seen;
  seen.organization = *organization;
  seen.protected_namespaces = protected_namespaces;
  seen.failures = failures;
  find_namespaces(caches, seen);
  find_children(caches, seen);
  return seen;
}

}  // namespace guildhall::controllers::organization
