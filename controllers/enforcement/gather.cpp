#include "controllers/enforcement/gather.hpp"

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
std::vector<View> find_views(const kube::Informer<View>& cache, const Observed& seen) {
  const std::string& name = seen.organization.metadata.name;
  std::vector<View> views;
  for (const auto& view : cache.by_index(kByOwner, name))
    views.push_back(*view);
  std::set<std::string> namespaces(seen.organization.status.namespaces.begin(),
                                   seen.organization.status.namespaces.end());
  for (const core::ObjectKey& place : wanted_places(seen.organization))
    namespaces.insert(place.ns);
  for (const std::string& ns : namespaces) {
    for (const auto& view : cache.by_index(kByNamespace, ns)) {
      if (view->organization != name) views.push_back(*view);
    }
  }
  return views;
}

}  // namespace

std::optional<Observed> gather(const Caches& caches, const std::string& name) {
  const auto organization = caches.organizations.get({"", name});
  if (!organization) return std::nullopt;
  Observed seen;
  seen.organization = *organization;
  seen.secrets = find_views(caches.vmauth, seen);
  seen.vmusers = find_views(caches.vmusers, seen);
  seen.serves_vmusers = serves_vmusers(caches);
  if (!wanted_places(*organization).empty()) find_keys(caches, seen);
  return seen;
}

}  // namespace guildhall::controllers::enforcement
