#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controllers/organization/caches.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// Reads what a plan for the Organization of that name needs from the caches. Unset: there is no such Organization.
/// Thread-safe.
std::optional<Observed> gather(const Caches& caches, const std::string& name,
                               const ProtectedNamespaces& protected_namespaces,
                               const std::vector<core::WriteFailure>& failures);

}  // namespace guildhall::controllers::organization
