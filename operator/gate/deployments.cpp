#include "operator/gate/deployments.hpp"

#include <algorithm>
#include <utility>

namespace guildhall::gate {

Deployments::Deployments(std::vector<DeploymentEntry> all) : all_(std::move(all)) {
  for (std::uint32_t place = 0; place < all_.size(); ++place) {
    for (const std::string& name : all_[place].names)
      by_name_.push_back({.name = name, .place = place});
  }
  std::ranges::sort(by_name_, {},
                    [](const Named& one) { return std::pair<std::string_view, std::uint32_t>(one.name, one.place); });
}

std::span<const Deployments::Named> Deployments::called(std::string_view name) const {
  const auto found =
      std::ranges::equal_range(by_name_, name, {}, [](const Named& one) -> std::string_view { return one.name; });
  return {found.begin(), found.end()};
}

bool Deployments::in_one_namespace(std::string_view name) const {
  const auto named = called(name);
  return !named.empty() &&
         std::ranges::all_of(named, [&](const Named& one) { return at(one).ns == at(named.front()).ns; });
}

bool opens(const Opening& opening, const DeploymentEntry& deployment, const Deployments& deployments) {
  if (opening.by == Opening::By::All) return true;
  if (opening.by == Opening::By::Exactly) return std::ranges::binary_search(opening.names, deployment.names.back());
  return std::ranges::any_of(deployment.names, [&](const std::string& name) {
    return std::ranges::binary_search(opening.names, name) && deployments.in_one_namespace(name);
  });
}

}  // namespace guildhall::gate
