#pragma once

#include <string>
#include <vector>

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// The Role in the home that lets its Admins `get` the Secrets of the home's ApiKeys, and no others. The binding to
/// Admins is RoleBinding `guildhall:api-key-secrets`.
inline constexpr const char* kKeySecretsRoleName = "guildhall:api-key-secrets";

/// The Secrets in the home that ApiKeys have, sorted. Empty while the home is not ours.
std::vector<std::string> key_secret_names(const Observed& seen);

/// Rule: the Role names exactly these Secrets. It stands while our claim on the home does.
void plan_key_secrets_role(const Observed& seen, Draft& draft);

/// Whether the Role stands in the home as ours.
bool owns_key_secrets_role(const Observed& seen);
core::Remove remove_key_secrets_role(const Observed& seen);

}  // namespace guildhall::controllers::organization
