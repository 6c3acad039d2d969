#pragma once

#include <string>
#include <vector>

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// The Role in the home that lets its Admins `get` the Secrets of the home's ApiKeys and those with the links of open
/// invitations, and no others. It is bound
/// to them by a RoleBinding of the same name.
inline constexpr const char* kKeySecretsRoleName = "guildhall:api-key-secrets";

/// The Secrets in the home that ApiKeys have and those with links of open invitations, sorted. Empty while the home is
/// not ours.
std::vector<std::string> key_secret_names(const Observed& seen);

/// Rule: the Role names exactly these Secrets. It stands while our claim on the home does. What somebody else changed
/// or deleted is put back and told.
void plan_key_secrets_role(const Observed& seen, core::Timestamp now, Draft& draft);

}  // namespace guildhall::controllers::organization
