#pragma once

#include <string>
#include <vector>

#include "operator/api/apikey.hpp"
#include "operator/api/organization.hpp"

namespace guildhall::controllers::apikey {

/// Which deployments of the Organization a key opens, by its spec. All sorted.
struct DeploymentMatch {
  std::vector<std::string> matched;  ///< by name; by namespace.name where the spec or a second of that name asks for it
  std::vector<std::string> missing;  ///< names in the spec that nothing has, or that two namespaces have
  std::vector<std::string> urls;
};

DeploymentMatch match_deployments(const api::ApiKeySpec& spec,
                                  const std::vector<api::OrganizationDeployment>& deployments);

}  // namespace guildhall::controllers::apikey
