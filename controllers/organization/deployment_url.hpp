#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "controllers/organization/deployment_view.hpp"

namespace guildhall::controllers::organization {

/// Where a deployment answers inside the cluster, without a slash at the end.
struct DeploymentUrls {
  std::string read;   ///< empty: the cluster has no component for it
  std::string write;  ///< empty: as `read`
  bool operator==(const DeploymentUrls&) const = default;
};

/// Of an object of the VictoriaMetrics operator, of whose kinds none says its own address: as that operator names
/// Services and ports by default (AsURL of its API types), and the path that -http.pathPrefix puts before all others.
/// Pure; takes any JSON: what is not as expected counts as absent.
DeploymentUrls deployment_urls(DeploymentKind kind, const core::ObjectKey& key, const nlohmann::json& object);

/// Of a v1 Service: its port called http, else one that speaks https, else the first. Empty: it has no port.
std::string service_url(const core::ObjectKey& key, const nlohmann::json& service);

}  // namespace guildhall::controllers::organization
