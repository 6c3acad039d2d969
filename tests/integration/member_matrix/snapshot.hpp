// What stands in a cluster at one moment.
#pragma once

#include <map>
#include <string>

#include "tests/cluster/kubectl.hpp"

namespace guildhall::tests::member_matrix {

/// "Role acme/guildhall:self:jane" and the object as JSON, in all namespaces.
using Snapshot = std::map<std::string, std::string>;

/// Of Guildhall's kinds, RBAC, Secrets, ServiceAccounts, Namespaces, Pods, deployments and policies. What has a status
/// is shown without it and without the version that moves with it; the rest with its version, so that a change which
/// was put back shows, too. Throws std::runtime_error with kubectl's words.
[[nodiscard]] Snapshot take_snapshot(const cluster::Kubectl& superuser);

/// One line for each object that came, went or changed; "" when none did.
[[nodiscard]] std::string difference(const Snapshot& before, const Snapshot& after);

}  // namespace guildhall::tests::member_matrix
