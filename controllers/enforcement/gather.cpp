#include "controllers/enforcement/gather.hpp"

#include <algorithm>
#include <set>

#include "controllers/apikey/caches.hpp"

namespace guildhall::controllers::enforcement {

namespace {

void find_keys(const Caches& caches, Observed& seen) {
  const std::string home = seen.organization.status.home_namespace.value_or("");
  for (const auto& key : caches.api_keys.by_index(apikey::kKeysByNamespace, home)) {
    // Of a former Organization that had the home.
    if (key->status.organization != seen.organization.metadata.name) continue;
    seen.keys.push_back(
        {.key = key, .owner = key->spec.owner ? caches.members.get({home, key->spec.owner->name}) : nullptr});
  }
}

/// Those of the Organization, and those of others, or nobody's, where it is or wants to be.
template <class View>
std::vector<View> find_views(const kube::Informer<View>& cache, const api::Organization& organization) {
  const std::string& name = organization.metadata.name;
  std::vector<View> views;
  for (const auto& view : cache.by_index(kByOwner, name))
    views.push_back(*view);
  std::set<std::string> namespaces(organization.status.namespaces.begin(), organization.status.namespaces.end());
  for (const core::ObjectKey& place : wanted_places(organization))
    namespaces.insert(place.ns);
  for (const std::string& ns : namespaces) {
    for (const auto& view : cache.by_index(kByNamespace, ns)) {
      if (view->organization != name) views.push_back(*view);
    }
  }
  return views;
}

}  // namespace

std::vector<apikey::VmauthView> configurations_of(const kube::Informer<apikey::VmauthView>& vmauth,
                                                  const std::string& organization) {
  std::vector<apikey::VmauthView> configurations;
  for (const auto& view : vmauth.by_index(kByOwner, organization)) {
    if (is_configuration(*view)) configurations.push_back(*view);
  }
  return configurations;
}

std::vector<std::string> held_secrets(const kube::Informer<apikey::VmauthView>& vmauth,
                                      const api::Organization& organization) {
  std::vector<std::string> places;
  for (const apikey::VmauthView& view : find_views(vmauth, organization)) {
    const bool is_held = is_our_configuration(organization, view)
                             ? !is_let_go(view)
                             : are_our_tokens(organization, view) && holds_tokens(view);
    if (is_held) places.push_back(view.key.to_string());
  }
  return places;
}

std::vector<std::string> secrets_with_tokens(const kube::Informer<apikey::VmauthView>& vmauth,
                                             const api::Organization& organization) {
  std::vector<std::string> secrets;
  // The status lists a new namespace only after its bindings were thought of.
  for (const std::string& ns : organization.spec.namespaces) {
    for (const auto& view : vmauth.by_index(kByNamespace, ns)) {
      if (holds_tokens(*view)) secrets.push_back(view->key.to_string());
    }
  }
  return secrets;
}

std::optional<Observed> gather(const Caches& caches, const std::string& name) {
  const auto organization = caches.organizations.get({"", name});
  if (!organization) return std::nullopt;
  Observed seen;
  seen.organization = *organization;
  seen.secrets = find_views(caches.vmauth, *organization);
  seen.vmusers = find_views(caches.vmusers, *organization);
  seen.serves_vmusers = serves_vmusers(caches);
  if (!wanted_places(*organization).empty()) find_keys(caches, seen);
  return seen;
}

}  // namespace guildhall::controllers::enforcement
