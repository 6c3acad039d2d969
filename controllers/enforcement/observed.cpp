#include "controllers/enforcement/observed.hpp"

#include <algorithm>

#include "controllers/enforcement/vmusers.hpp"

namespace guildhall::controllers::enforcement {

std::optional<core::ObjectKey> vmauth_place(const api::Organization& organization) {
  const auto& enforcement = organization.spec.enforcement;
  if (!enforcement || !enforcement->vmauth) return std::nullopt;
  return core::ObjectKey{enforcement->vmauth->secret.ns, enforcement->vmauth->secret.name};
}

std::optional<core::ObjectKey> vmusers_place(const api::Organization& organization) {
  const auto& enforcement = organization.spec.enforcement;
  if (!enforcement || !enforcement->vm_users) return std::nullopt;
  return core::ObjectKey{enforcement->vm_users->ns, kVmUsersSecret};
}

std::vector<core::ObjectKey> wanted_places(const api::Organization& organization) {
  std::vector<core::ObjectKey> places;
  for (const auto& place : {vmauth_place(organization), vmusers_place(organization)}) {
    if (place) places.push_back(*place);
  }
  return places;
}

bool is_ours(const Observed& seen, const apikey::OwnedView& view) {
  return view.owner_uid == seen.organization.metadata.uid;
}

bool is_taken(const Observed& seen, const core::ObjectKey& place) {
  const apikey::VmauthView* const standing = find(seen.secrets, place);
  return std::ranges::find(seen.foreign, place) != seen.foreign.end() ||
         (standing != nullptr && !standing->owner_uid.empty() && !is_ours(seen, *standing));
}

bool has_namespace(const api::Organization& organization, const std::string& ns) {
  return std::ranges::find(organization.status.namespaces, ns) != organization.status.namespaces.end();
}

}  // namespace guildhall::controllers::enforcement
