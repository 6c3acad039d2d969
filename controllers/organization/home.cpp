#include "controllers/organization/home.hpp"

#include <algorithm>

#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

namespace {

/// Whether some Organization that lives has, or is about to have, this namespace as its home.
bool is_awaited(const kube::Informer<api::Organization>& organizations, const std::string& ns) {
  const auto all = organizations.by_index(kOrganizationsByHome, ns);
  return std::ranges::any_of(all, [](const auto& organization) { return !organization->metadata.is_deleting(); });
}

}  // namespace

FoundHome find_home(const kube::Informer<api::Organization>& organizations,
                    const kube::Informer<NamespaceView>& namespaces, const std::string& ns, bool belonged) {
  const auto view = namespaces.get({"", ns});
  auto claimant = view ? organizations.get({"", view->claim.organization}) : nullptr;
  if (claimant && claimant->metadata.uid == view->claim.uid && home_namespace(*claimant) == ns) {
    const HomeState state = claimant->metadata.is_deleting() ? HomeState::NoOrganization : HomeState::Claimed;
    return {.state = state, .claimant = std::move(claimant)};
  }
  if (is_awaited(organizations, ns)) return {.state = HomeState::Awaiting, .claimant = nullptr};
  return {.state = belonged ? HomeState::NoOrganization : HomeState::NotAHome, .claimant = nullptr};
}

}  // namespace guildhall::controllers::organization
