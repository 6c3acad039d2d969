#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "controllers/organization/deployment_view.hpp"

namespace guildhall::controllers::organization {

/// Where a deployment answers inside the cluster, without a slash at the end.
struct DeploymentUrls {
  std::string read;   ///< empty: the cluster has no component for it
  std::string write;  ///< empty: as `read`
  /// Why there is none: what the spec says cannot stand in one. Empty: nothing.
  std::string flaw = {};  // NOLINT(readability-redundant-member-init): not for GCC
  bool operator==(const DeploymentUrls&) const = default;
};

/// Of an object of the VictoriaMetrics operator, of whose kinds none says its own address: as that operator names
/// Services and ports by default (AsURL of its API types), and the path that -http.pathPrefix puts before all others.
/// Pure; takes any JSON: what is not as expected counts as absent. A port that is no number, or a path with anything
/// but letters, digits and -._~/, is a flaw: these addresses are copied into the Secrets of keys.
DeploymentUrls deployment_urls(DeploymentKind kind, const core::ObjectKey& key, const nlohmann::json& object);

/// Of a v1 Service: its port called http, else one that speaks https, else the first. Empty: it has no port.
std::string service_url(const core::ObjectKey& key, const nlohmann::json& service);

}  // namespace guildhall::controllers::organization
