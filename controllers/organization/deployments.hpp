#pragma once

#include <string>
#include <vector>

#include "controllers/organization/deployment_view.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/api/organization.hpp"

namespace guildhall::controllers::organization {

/// What of an Organization keys can open.
struct Deployments {
  std::vector<api::OrganizationDeployment> listed;  ///< by namespace, name and kind; at most 2048
  std::vector<std::string> left_out;                ///< what cannot be listed, each with why
};

/// Of what was seen in the namespaces that the spec names and the Organization holds: Services also in the home, the
/// rest only where deployments run. Of Services of one namespace with the same name that counts whose own name is the
/// first.
Deployments deployments_of(const Observed& seen);

}  // namespace guildhall::controllers::organization
