#include "controllers/organization/small_forms.hpp"

#include <algorithm>

#include "controllers/organization/names.hpp"

namespace guildhall::controllers::organization {

SeenApiKey small_form(const api::ApiKey& key) {
  SeenApiKey seen;
  seen.name = key.metadata.name;
  seen.phase = key.status.phase;
  if (key.status.secret) {
    seen.secret_name = key.status.secret->name.value_or("");
    seen.secret_namespaces = key.status.secret->namespaces;
  }
  seen.has_tokens = !key.status.keys.empty();
  seen.has_finalizer = std::ranges::any_of(
      key.metadata.finalizers, [](const std::string& finalizer) { return finalizer.starts_with(kFinalizerPrefix); });
  return seen;
}

std::string link_secret(const api::Member& member) {
  const auto& invitation = member.status.invitation;
  return invitation && invitation->secret ? invitation->secret->name.value_or("") : std::string{};
}

}  // namespace guildhall::controllers::organization
