#include "controllers/enforcement/routes.hpp"

#include <fmt/format.h>

#include "controllers/apikey/deployments.hpp"
#include "controllers/enforcement/path_expressions.hpp"

namespace guildhall::controllers::enforcement {

Routes::Routes(const api::Organization& organization, const gate::PathTable& paths)
    : organization_(organization),
      paths_(paths),
      tenant_{.account = static_cast<std::uint32_t>(organization.spec.tenant.account_id),
              .project = static_cast<std::uint32_t>(organization.spec.tenant.project_id)} {
  for (const auto& one : organization.status.deployments) {
    for (const std::string& name : apikey::names_of(one))
      ++called_[name];
  }
}

/// Never the short one, which another namespace of the Organization can take; none that two have.
std::vector<std::string> Routes::names_of(const api::OrganizationDeployment& deployment) const {
  std::vector<std::string> names = apikey::names_of(deployment);
  names.erase(names.begin());
  std::erase_if(names, [this](const std::string& name) { return called_.at(name) > 1; });
  return names;
}

std::vector<std::string> Routes::headers_for(const api::OrganizationDeployment& deployment) const {
  const bool has_tenants = api::to_string(deployment.product) != "VMSingle";
  return {"Authorization:",
          "X-VM-Cloud-Access:",
          "X-Guildhall-Key:",
          "X-Guildhall-Permissions:",
          "X-Guildhall-Organization: " + organization_.metadata.name,
          has_tenants ? fmt::format("AccountID: {}", tenant_.account) : "AccountID:",
          has_tenants ? fmt::format("ProjectID: {}", tenant_.project) : "ProjectID:"};
}

std::optional<Route> Routes::to(const api::OrganizationDeployment& deployment, gate::PathUse use) const {
  const bool has_other = use == gate::PathUse::Write && deployment.write_url;
  Route route{.path = expression_of({.names = names_of(deployment),
                                     .product = std::string(api::to_string(deployment.product)),
                                     .tenant = tenant_,
                                     .use = use},
                                    paths_),
              .url = has_other ? *deployment.write_url : deployment.url.value_or(""),
              .headers = headers_for(deployment)};
  return route.path.empty() || route.url.empty() ? std::nullopt : std::optional(std::move(route));
}

}  // namespace guildhall::controllers::enforcement
