#pragma once

#include <memory>
#include <string>

#include "controllers/organization/home_state.hpp"
#include "controllers/organization/namespace_view.hpp"
#include "operator/api/organization.hpp"
#include "operator/kube/informer.hpp"

namespace guildhall::controllers::organization {

inline constexpr const char* kOrganizationsByHome =
    "organization.home";  ///< Organizations by the namespace that is or would be their home

/// A namespace as one of its Members or ApiKeys sees it.
struct FoundHome {
  HomeState state = HomeState::NotAHome;
  std::shared_ptr<const api::Organization> claimant;  ///< has the namespace as its home, be it on its way out; or null
};

/// `belonged`: whether the object was in an Organization before. Thread-safe.
FoundHome find_home(const kube::Informer<api::Organization>& organizations,
                    const kube::Informer<NamespaceView>& namespaces, const std::string& ns, bool belonged);

}  // namespace guildhall::controllers::organization
