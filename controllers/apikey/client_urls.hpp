#pragma once

#include <string>
#include <vector>

#include "operator/api/organization.hpp"

namespace guildhall::controllers::apikey {

/// Where clients of Prometheus' API go, for the entries of a Secret that name it. Sorted, each once.
struct ClientUrls {
  std::vector<std::string> read;   ///< before "/api/v1/query"
  std::vector<std::string> write;  ///< before "/api/v1/write"
  bool operator==(const ClientUrls&) const = default;
};

/// Of those of the deployments that hold metrics; of a cluster, with the path of the tenant.
/// Source: VictoriaMetrics, "Cluster version", URL format.
ClientUrls client_urls(const std::vector<api::OrganizationDeployment>& deployments,
                       const api::OrganizationTenant& tenant);

}  // namespace guildhall::controllers::apikey
