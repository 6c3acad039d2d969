#include "controllers/apikey/deployments.hpp"

#include <algorithm>

namespace guildhall::controllers::apikey {
namespace {

using Deployments = std::vector<const api::OrganizationDeployment*>;

std::string full_name(const api::OrganizationDeployment& deployment) {
  return deployment.ns + "." + deployment.name;
}

Deployments of_name(const std::vector<api::OrganizationDeployment>& deployments, const std::string& name) {
  Deployments found;
  for (const auto& deployment : deployments) {
    if (deployment.name == name || full_name(deployment) == name) found.push_back(&deployment);
  }
  return found;
}

void take(const api::OrganizationDeployment& deployment, std::string name, DeploymentMatch& match) {
  match.matched.push_back(std::move(name));
  if (deployment.url) match.urls.push_back(*deployment.url);
}

template <class T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

DeploymentMatch match_deployments(const api::ApiKeySpec& spec,
                                  const std::vector<api::OrganizationDeployment>& deployments) {
  DeploymentMatch match;
  if (spec.deployments.all.value_or(false)) {
    for (const auto& deployment : deployments) {
      const bool unique = of_name(deployments, deployment.name).size() == 1;
      take(deployment, unique ? deployment.name : full_name(deployment), match);
    }
  }
  for (const auto& name : spec.deployments.names) {
    const Deployments found = of_name(deployments, name);
    if (found.size() == 1) {
      take(*found.front(), name, match);
    } else {
      match.missing.push_back(name);
    }
  }
  sort_unique(match.matched);
  sort_unique(match.missing);
  sort_unique(match.urls);
  return match;
}

}  // namespace guildhall::controllers::apikey
