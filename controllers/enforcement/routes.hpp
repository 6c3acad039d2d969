#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "operator/api/organization.hpp"
#include "operator/gate/path_table.hpp"

namespace guildhall::controllers::enforcement {

/// What vmauth is to let through to a deployment, and as what.
struct Route {
  std::string path;                  ///< a regular expression for the whole path; its first segment is to be dropped
  std::string url;                   ///< whither
  std::vector<std::string> headers;  ///< to set; those without a value are taken away
  bool operator==(const Route&) const = default;
};

/// The ways to an Organization's deployments, each behind its name. Deterministic; what it is made of outlives it.
class Routes {
 public:
  Routes(const api::Organization& organization, const gate::PathTable& paths);

  /// Unset: nothing is open there for that use (Read, Write).
  [[nodiscard]] std::optional<Route> to(const api::OrganizationDeployment& deployment, gate::PathUse use) const;

 private:
  [[nodiscard]] std::vector<std::string> names_of(const api::OrganizationDeployment& deployment) const;
  [[nodiscard]] std::vector<std::string> headers_for(const api::OrganizationDeployment& deployment) const;

  const api::Organization& organization_;
  const gate::PathTable& paths_;
  gate::Tenant tenant_;
  std::map<std::string, int> called_;  ///< how many deployments a name means
};

}  // namespace guildhall::controllers::enforcement
