#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controllers/enforcement/caches.hpp"
#include "controllers/enforcement/observed.hpp"

namespace guildhall::controllers::enforcement {

/// What the caches have of an Organization; `foreign` and `failures` are the caller's to add. Unset: there is none of
/// that name.
std::optional<Observed> gather(const Caches& caches, const std::string& name);

/// The configurations of vmauth that bear the name of that Organization; those that it has let go do not.
std::vector<apikey::VmauthView> configurations_of(const kube::Informer<apikey::VmauthView>& vmauth,
                                                  const std::string& organization);

/// The configurations of vmauth that the Organization is to let go of before it ends, and the Secrets beside VMUsers
/// that are to be emptied or gone by then, as "acme-edge/vmauth". A namespace is released after those in it.
std::vector<std::string> held_secrets(const kube::Informer<apikey::VmauthView>& vmauth,
                                      const api::Organization& organization);

/// The Secrets for vmauth or VMUsers in which tokens stand, wanted or not, in the namespaces that its spec lists,
/// whoever has them; as "acme-edge/vmauth".
std::vector<std::string> secrets_with_tokens(const kube::Informer<apikey::VmauthView>& vmauth,
                                             const api::Organization& organization);

}  // namespace guildhall::controllers::enforcement
