#include "controllers/organization/gather.hpp"

#include <algorithm>
#include <map>

#include "controllers/organization/key_secrets_role.hpp"
#include "controllers/organization/small_forms.hpp"
#include "controllers/organization/wanted_bindings.hpp"

namespace guildhall::controllers::organization {

namespace {

using NamespaceValue = kube::Informer<NamespaceView>::Value;
using MemberValue = kube::Informer<api::Member>::Value;

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

/// The Members of the home that hold their email by right of age, by email.
std::map<std::string, const api::Member*> eldest_by_email(const std::vector<MemberValue>& members) {
  std::map<std::string, const api::Member*> eldest;
  for (const auto& member : members) {
    if (member->metadata.is_deleting()) continue;
    const api::Member*& first = eldest[member->spec.email];
    if (first == nullptr || is_older_namesake(*member, *first)) first = member.get();
  }
  return eldest;
}

void find_members(const Caches& caches, const core::Sealer& sealer, const IdentityRules& identity, Observed& seen) {
  const auto members = caches.members.by_index(kMembersByNamespace, home_namespace(seen.organization));
  seen.members = small_forms(members, seen.organization.metadata.name, sealer, identity);
}

/// Adds what is not there yet.
template <class Grant>
void add_once(const std::shared_ptr<const Grant>& grant, std::vector<Grant>& grants) {
  if (grant && std::ranges::find(grants, grant->key, &Grant::key) == grants.end()) grants.push_back(*grant);
}

void find_roles(const Caches& caches, Observed& seen) {
  for (const auto* informer : {&caches.roles, &caches.cluster_roles}) {
    for (const auto& role : informer->by_index(kGrantsByOwner, seen.organization.metadata.uid))
      seen.roles.push_back(*role);
  }
  add_once(caches.roles.get({home_namespace(seen.organization), kKeySecretsRoleName}), seen.roles);
  add_once(caches.cluster_roles.get({"", member_role_name(seen.organization)}), seen.roles);
  add_once(caches.cluster_roles.get({"", admin_role_name(seen.organization)}), seen.roles);
}

void find_bindings(const Caches& caches, Observed& seen) {
  std::map<core::ObjectKey, kube::Informer<BindingView>::Value> found;
  for (const auto* informer : {&caches.role_bindings, &caches.cluster_role_bindings}) {
    for (const auto& binding : informer->by_index(kGrantsByOwner, seen.organization.metadata.uid))
      found[binding->key] = binding;
  }
  for (const auto& ns : seen.namespaces) {
    for (const auto& binding : caches.role_bindings.by_index(kBindingsByNamespace, ns.view.name))
      found[binding->key] = binding;
  }
  for (const auto& name : {member_role_name(seen.organization), admin_role_name(seen.organization)}) {
    if (const auto binding = caches.cluster_role_bindings.get({"", name})) found[binding->key] = binding;
  }
  for (const auto& [key, binding] : found)
    seen.bindings.push_back(*binding);
}

void find_deployments(const Caches& caches, Observed& seen) {
  const auto take = [&seen](const kube::Informer<DeploymentView>& objects, const std::string& ns) {
    for (const auto& one : objects.by_index(kDeploymentsByNamespace, ns))
      seen.deployments.push_back(*one);
  };
  for (const SeenNamespace& ns : seen.namespaces) {
    take(caches.services, ns.view.name);
    for (const DeploymentCache& cache : caches.deployments)
      take(cache.objects, ns.view.name);
  }
  for (const DeploymentCache& cache : caches.deployments) {
    if (!cache.objects.synced()) seen.unread_kinds.push_back(cache.kind);
  }
}

void find_api_keys(const Caches& caches, Observed& seen) {
  for (const auto& key : caches.api_keys.by_index(kApiKeysByNamespace, home_namespace(seen.organization)))
    seen.api_keys.push_back(small_form(*key));
}

}  // namespace

SeenMember small_form(const api::Member& member, const std::string& organization, bool has_older_namesake,
                      const core::Sealer& sealer, const IdentityRules& identity) {
  return {.name = member.metadata.name,
          .uid = member.metadata.uid,
          .version = member.metadata.resource_version,
          .role = member.spec.role,
          .standing = standing_of(member, has_older_namesake, judge_acceptance(sealer, organization, member)),
          .subjects = subjects_of(member, identity),
          .created_at = member.metadata.creation_timestamp,
          .phase = member.status.phase,
          .link_secret = link_secret(member)};
}

std::vector<SeenMember> small_forms(const std::vector<MemberValue>& members, const std::string& organization,
                                    const core::Sealer& sealer, const IdentityRules& identity) {
  const auto eldest = eldest_by_email(members);
  std::vector<SeenMember> forms;
  for (const auto& member : members) {
    const auto first = eldest.find(member->spec.email);
    const bool has_older_namesake = first != eldest.end() && is_older_namesake(*first->second, *member);
    forms.push_back(small_form(*member, organization, has_older_namesake, sealer, identity));
  }
  return forms;
}

std::optional<Observed> gather(const Caches& caches, const core::Sealer& sealer, const Settings& settings,
                               const std::string& name) {
  const auto organization = caches.organizations.get({"", name});
  if (!organization) return std::nullopt;
  Observed seen;
  seen.organization = *organization;
  seen.protected_namespaces = settings.protected_namespaces;
  if (awaits_founder(*organization)) seen.signup = judge_signup(sealer, *organization);
  find_namespaces(caches, seen);
  find_api_keys(caches, seen);
  find_members(caches, sealer, settings.identity, seen);
  find_roles(caches, seen);
  find_bindings(caches, seen);
  find_deployments(caches, seen);
  return seen;
}

}  // namespace guildhall::controllers::organization
