#include "controllers/enforcement/observed.hpp"

#include <algorithm>

#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/organization/reasons.hpp"

namespace guildhall::controllers::enforcement {

std::optional<core::ObjectKey> vmauth_place(const api::Organization& organization) {
  const auto& enforcement = organization.spec.enforcement;
  if (!enforcement || !enforcement->vmauth) return std::nullopt;
  return core::ObjectKey{enforcement->vmauth->secret.ns, enforcement->vmauth->secret.name};
}

std::optional<core::ObjectKey> vmusers_place(const api::Organization& organization) {
  const auto& enforcement = organization.spec.enforcement;
  if (!enforcement || !enforcement->vm_users) return std::nullopt;
  return core::ObjectKey{enforcement->vm_users->ns, apikey::kVmUsersSecret};
}

std::vector<core::ObjectKey> wanted_places(const api::Organization& organization) {
  std::vector<core::ObjectKey> places;
  for (const auto& place : {vmauth_place(organization), vmusers_place(organization)}) {
    if (place) places.push_back(*place);
  }
  return places;
}

bool owns(const Observed& seen, const apikey::OwnedView& view) {
  return view.owner_uid == seen.organization.metadata.uid;
}

bool is_ours(const Observed& seen, const apikey::VmUserView& view) {
  const bool was_left = view.owner_uid.empty() && view.is_marked && has_namespace(seen.organization, view.key.ns);
  return was_left || owns(seen, view);
}

bool is_configuration(const apikey::VmauthView& view) {
  return view.key.name != apikey::kVmUsersSecret;
}

bool is_our_configuration(const api::Organization& organization, const apikey::VmauthView& view) {
  return is_configuration(view) &&
         (has_namespace(organization, view.key.ns) || view.organization == organization.metadata.name);
}

bool is_let_go(const apikey::VmauthView& view) {
  return view.organization.empty() && view.owner_uid.empty() && view.lets_nobody_in;
}

bool holds_tokens(const apikey::VmauthView& view) {
  return !view.hashes.empty() || (is_configuration(view) && !view.lets_nobody_in);
}

bool are_our_tokens(const api::Organization& organization, const apikey::VmauthView& view) {
  return !is_configuration(view) &&
         (view.owner_uid == organization.metadata.uid || has_namespace(organization, view.key.ns));
}

bool is_taken(const Observed& seen, const core::ObjectKey& place) {
  return std::ranges::find(seen.foreign, place) != seen.foreign.end();
}

bool editors_are_out(const api::Organization& organization) {
  const core::Condition* const bound = core::find_condition(organization.status.conditions, "RolesBound");
  return bound != nullptr && bound->observed_generation == organization.metadata.generation &&
         (bound->status || bound->reason == organization::reasons::kSecretsHoldTokens);
}

bool lists(const api::Organization& organization, const std::string& ns) {
  return std::ranges::find(organization.spec.namespaces, ns) != organization.spec.namespaces.end();
}

bool has_namespace(const api::Organization& organization, const std::string& ns) {
  return std::ranges::find(organization.status.namespaces, ns) != organization.status.namespaces.end();
}

}  // namespace guildhall::controllers::enforcement
