#include "controllers/organization/caches.hpp"

#include <algorithm>
#include <set>

#include "controllers/organization/home.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

namespace {

using Texts = std::vector<std::string>;

Texts unless_empty(const std::string& text) {
  return text.empty() ? Texts{} : Texts{text};
}

}  // namespace

DeploymentCache::DeploymentCache(DeploymentKind of)
    : kind(of),
      objects(deployment_type(of), {}, [of](const nlohmann::json& object) { return parse_deployment(of, object); }) {}

std::vector<std::string> named_namespaces(const api::Organization& organization) {
  std::set<std::string> names(organization.spec.namespaces.begin(), organization.spec.namespaces.end());
  names.insert(home_namespace(organization));
  return {names.begin(), names.end()};
}

std::string email_key(const api::Member& member) {
  return member.metadata.ns + "/" + member.spec.email;
}

void add_shared_indexes(kube::Informer<api::Organization>& organizations, kube::Informer<api::Member>& members) {
  organizations.add_index(kOrganizationsByHome,
                          [](const api::Organization& organization) { return Texts{home_namespace(organization)}; });
  members.add_index(kMembersByEmail, [](const api::Member& member) { return Texts{email_key(member)}; });
}

void add_deployment_indexes(kube::Informer<DeploymentView>& services, std::deque<DeploymentCache>& deployments) {
  const auto place_of = [](const DeploymentView& deployment) { return Texts{deployment.key.ns}; };
  services.add_index(kDeploymentsByNamespace, place_of);
  for (DeploymentCache& cache : deployments)
    cache.objects.add_index(kDeploymentsByNamespace, place_of);
}

std::optional<std::map<std::string, std::string>> deployment_labels(const kube::Informer<DeploymentView>& services,
                                                                    const std::deque<DeploymentCache>& deployments,
                                                                    const api::OrganizationDeployment& told) {
  const auto cache = std::ranges::find(deployments, told.kind, &DeploymentCache::kind);
  if (cache != deployments.end() && !cache->objects.synced()) return std::nullopt;
  const auto& objects = cache != deployments.end() ? cache->objects : services;
  kube::Informer<DeploymentView>::Value first;
  for (const auto& one : objects.by_index(kDeploymentsByNamespace, told.ns)) {
    const bool can_be_it = one->name == told.name && one->flaw.empty();
    if (can_be_it && (!first || one->key.name < first->key.name)) first = one;
  }
  return first ? first->labels : std::map<std::string, std::string>{};
}

void add_indexes(const Caches& caches) {
  add_shared_indexes(caches.organizations, caches.members);
  caches.organizations.add_index(
      kOrganizationsByUid, [](const api::Organization& organization) { return Texts{organization.metadata.uid}; });
  caches.organizations.add_index(kOrganizationsByNamespace, named_namespaces);
  caches.namespaces.add_index(kNamespacesByLabel,
                              [](const NamespaceView& ns) { return unless_empty(ns.claim.organization); });
  caches.namespaces.add_index(kNamespacesByUid, [](const NamespaceView& ns) { return unless_empty(ns.claim.uid); });
  caches.members.add_index(kMembersByNamespace, [](const api::Member& member) { return Texts{member.metadata.ns}; });
  const auto owner_of = [](const auto& grant) { return unless_empty(grant.owner_uid); };
  caches.roles.add_index(kGrantsByOwner, owner_of);
  caches.cluster_roles.add_index(kGrantsByOwner, owner_of);
  caches.role_bindings.add_index(kGrantsByOwner, owner_of);
  caches.cluster_role_bindings.add_index(kGrantsByOwner, owner_of);
  caches.role_bindings.add_index(kBindingsByNamespace,
                                 [](const BindingView& binding) { return Texts{binding.key.ns}; });
  add_deployment_indexes(caches.services, caches.deployments);
  caches.api_keys.add_index(kApiKeysByNamespace, [](const api::ApiKey& key) { return Texts{key.metadata.ns}; });
}

}  // namespace guildhall::controllers::organization
