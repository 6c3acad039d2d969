#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controllers/organization/caches.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/core/seal.hpp"

namespace guildhall::controllers::organization {

/// What the platform lays down for all Organizations.
struct Settings {
  ProtectedNamespaces protected_namespaces;
  IdentityRules identity;
};

/// Reads what a plan for the Organization of that name needs from the caches; `failures`, `stood` and `let_go_at`
/// are the caller's to add. Unset: there is no such Organization. Thread-safe.
std::optional<Observed> gather(const Caches& caches, const core::Sealer& sealer, const Settings& settings,
                               const std::string& name);

/// A Member in the form in which it counts for the Organization of that name. `has_older_namesake` as for
/// standing_of().
SeenMember small_form(const api::Member& member, const std::string& organization, bool has_older_namesake,
                      const core::Sealer& sealer, const IdentityRules& identity);

/// Likewise for all Members of its home.
std::vector<SeenMember> small_forms(const std::vector<std::shared_ptr<const api::Member>>& members,
                                    const std::string& organization, const core::Sealer& sealer,
                                    const IdentityRules& identity);

}  // namespace guildhall::controllers::organization
