#pragma once

#include <string>
#include <vector>

#include "controllers/apikey/observed.hpp"
#include "operator/api/apikey.hpp"
#include "operator/api/organization.hpp"

namespace guildhall::controllers::apikey {

/// Which deployments of the Organization a key opens, by its spec.
struct DeploymentMatch {
  std::vector<api::OrganizationDeployment> opened;  ///< in the order in which they were given
  /// Names that mean just these: as the spec writes them; of a selector namespace.name.kind, else the shortest. Sorted.
  std::vector<std::string> matched;
  std::vector<std::string> missing;  ///< names in the spec that nothing has, or that two namespaces have; sorted
  bool operator==(const DeploymentMatch&) const = default;
};

/// Where labels are not known, a selector matches what it matched `before` (status.deployments.matched), by whole
/// names.
DeploymentMatch match_deployments(const api::ApiKeySpec& spec, const std::vector<SeenDeployment>& deployments,
                                  const std::vector<std::string>& before);
/// Of the key that was seen.
DeploymentMatch match_deployments(const Observed& seen);

/// The names by which people may call it, the shortest first: its name, namespace.name, namespace.name.kind.
std::vector<std::string> names_of(const api::OrganizationDeployment& deployment);
/// Whether `name`, as people write it, can mean the deployment: its name, namespace.name or namespace.name.kind.
bool is_called(const api::OrganizationDeployment& deployment, const std::string& name);

}  // namespace guildhall::controllers::apikey
