#pragma once

#include "controllers/organization/namespace_view.hpp"
#include "controllers/organization/role_view.hpp"
#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/kube/informer.hpp"

namespace guildhall::controllers::organization {

/// The informers from which Organizations are observed. References; filled and run by main. Roles are those with the
/// label app.kubernetes.io/managed-by=guildhall.
struct Caches {
  kube::Informer<api::Organization>& organizations;
  kube::Informer<NamespaceView>& namespaces;
  kube::Informer<api::Member>& members;
  kube::Informer<api::ApiKey>& api_keys;
  kube::Informer<RoleView>& roles;
};

// Names of the indexes that add_indexes() declares.
inline constexpr const char* kOrganizationsByUid = "organization.uid";
inline constexpr const char* kOrganizationsByNamespace =
    "organization.namespace";  ///< Organizations by a namespace that is their home or listed
inline constexpr const char* kNamespacesByLabel = "organization.label";  ///< Namespaces by the name in their claim
inline constexpr const char* kNamespacesByUid = "organization.claim";    ///< Namespaces by the UID in their claim
inline constexpr const char* kMembersByNamespace = "organization.members";
inline constexpr const char* kApiKeysByNamespace = "organization.keys";

/// Declares the indexes. Before the informers run.
void add_indexes(const Caches& caches);

/// The namespaces that the spec names: the home and the listed ones, each once.
std::vector<std::string> named_namespaces(const api::Organization& organization);

}  // namespace guildhall::controllers::organization
