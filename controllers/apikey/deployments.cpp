#include "controllers/apikey/deployments.hpp"

#include <algorithm>
#include <ranges>
#include <set>
#include <utility>

#include "controllers/apikey/label_selector.hpp"
#include "operator/core/text.hpp"

namespace guildhall::controllers::apikey {
namespace {

/// The deployments that one entry of names means.
struct Meant {
  std::vector<std::size_t> places;
  bool one_namespace = true;
};

Meant meant_by(const std::string& name, const std::vector<SeenDeployment>& deployments) {
  Meant meant;
  std::set<std::string> namespaces;
  for (std::size_t place = 0; place < deployments.size(); ++place) {
    if (!is_called(deployments[place].told, name)) continue;
    meant.places.push_back(place);
    namespaces.insert(deployments[place].told.ns);
  }
  meant.one_namespace = namespaces.size() == 1;
  return meant;
}

/// The shortest name that nothing else has.
std::string shortest_name(std::size_t place, const std::vector<SeenDeployment>& deployments) {
  const auto names = names_of(deployments[place].told);
  for (const std::string& name : names) {
    const auto has_it = [&name](const SeenDeployment& one) { return is_called(one.told, name); };
    if (std::ranges::count_if(deployments, has_it) == 1) return name;
  }
  return names.back();
}

bool is_selected(const api::ApiKeyDeployments& wanted, const SeenDeployment& deployment,
                 const std::vector<std::string>& before) {
  if (wanted.all.value_or(false)) return true;
  if (!wanted.selector) return false;
  if (deployment.labels) return selects(*wanted.selector, *deployment.labels);
  return std::ranges::find(before, names_of(deployment.told).back()) != before.end();
}

}  // namespace

std::vector<std::string> names_of(const api::OrganizationDeployment& deployment) {
  const std::string full = deployment.ns + "." + deployment.name;
  return {deployment.name, full, full + "." + core::lower_case(api::to_string(deployment.kind))};
}

bool is_called(const api::OrganizationDeployment& deployment, const std::string& name) {
  const auto names = names_of(deployment);
  return std::ranges::find(names, name) != names.end();
}

DeploymentMatch match_deployments(const api::ApiKeySpec& spec, const std::vector<SeenDeployment>& deployments,
                                  const std::vector<std::string>& before) {
  DeploymentMatch match;
  std::set<std::size_t> opened;
  std::set<std::string> matched;
  for (std::size_t place = 0; place < deployments.size(); ++place) {
    if (!is_selected(spec.deployments, deployments[place], before)) continue;
    opened.insert(place);
    // The gate goes by the name of what a selector matched: it must never come to mean another one.
    const bool by_selector = spec.deployments.selector.has_value();
    matched.insert(by_selector ? names_of(deployments[place].told).back() : shortest_name(place, deployments));
  }
  std::set<std::string> missing;
  for (const std::string& name : spec.deployments.names) {
    const Meant meant = meant_by(name, deployments);
    (meant.one_namespace ? matched : missing).insert(name);
    if (meant.one_namespace) opened.insert(meant.places.begin(), meant.places.end());
  }
  for (const std::size_t place : opened)
    match.opened.push_back(deployments[place].told);
  match.matched.assign(matched.begin(), matched.end());
  match.missing.assign(missing.begin(), missing.end());
  return match;
}

DeploymentMatch match_deployments(const Observed& seen) {
  const auto& told = seen.key.status.deployments;
  return match_deployments(seen.key.spec, seen.deployments, told ? told->matched : std::vector<std::string>{});
}

}  // namespace guildhall::controllers::apikey
