#pragma once

#include <string>
#include <vector>

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// Rule: in each place stand just the bindings that the Members' roles come to (wanted_bindings.hpp), and the two
/// ClusterRoles about the Organization.
///
/// Guarantees:
///  - nobody is without access while a role changes: who is to be in another binding of the same place leaves the old
///  one when the new one was seen to have him. One that the server refuses does not hold this up;
///  - what takes access away is written whatever else fails, and while writing is stopped too;
///  - what somebody else changed or deleted is put back and told;
///  - in a place that we do not hold, and where it is not wanted, nothing of ours stays.
void plan_bindings(const Observed& seen, core::Timestamp now, Draft& draft);

/// Whether a role or binding that is planned was refused at the last try.
bool has_failed_bindings(const Observed& seen, const Draft& draft);

/// What Guildhall gave in the name of the Organization and still stands: bindings, the Role of key Secrets and the
/// ClusterRoles. "RoleBinding acme/guildhall:guildhall-organization-admin"; sorted.
std::vector<std::string> grants_left(const Observed& seen);

/// Takes all of it away.
void remove_grants(const Observed& seen, Draft& draft);

/// Whether some of it stands in that namespace.
bool holds_grants(const Observed& seen, const std::string& ns);

/// Whether the failure is that a binding's ClusterRole does not exist, or is none that the platform lets Guildhall
/// bind.
bool is_not_bindable(const core::WriteFailure& failure);

}  // namespace guildhall::controllers::organization
