#include "controllers/enforcement/gather.hpp"

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

void find_secrets(const Caches& caches, Observed& seen) {
  for (const auto& view : caches.vmauth.by_index(kByOwner, seen.organization.metadata.uid))
    seen.secrets.push_back(*view);
  for (const core::ObjectKey& place : wanted_places(seen.organization)) {
    const auto standing = caches.vmauth.get(place);
    if (standing && standing->owner_uid != seen.organization.metadata.uid) seen.secrets.push_back(*standing);
  }
}

void find_vmusers(const Caches& caches, Observed& seen) {
  seen.serves_vmusers = serves_vmusers(caches);
  for (const auto& view : caches.vmusers.by_index(kByOwner, seen.organization.metadata.uid))
    seen.vmusers.push_back(*view);
  const auto place = vmusers_place(seen.organization);
  if (!place) return;
  for (const auto& view : caches.vmusers.by_index(kVmUsersByNamespace, place->ns)) {
    if (view->owner_uid != seen.organization.metadata.uid) seen.vmusers.push_back(*view);
  }
}

}  // namespace

std::optional<Observed> gather(const Caches& caches, const std::string& name) {
  const auto organization = caches.organizations.get({"", name});
  if (!organization) return std::nullopt;
  Observed seen;
  seen.organization = *organization;
  find_secrets(caches, seen);
  find_vmusers(caches, seen);
  if (!wanted_places(*organization).empty()) find_keys(caches, seen);
  return seen;
}

}  // namespace guildhall::controllers::enforcement
