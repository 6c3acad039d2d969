#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controllers/organization/binding_view.hpp"
#include "controllers/organization/deployment_view.hpp"
#include "controllers/organization/namespace_view.hpp"
#include "controllers/organization/role_view.hpp"
#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/kube/informer.hpp"

namespace guildhall::controllers::organization {

/// A kind of the VictoriaMetrics operator. Not synced: which of them there are is not known.
struct DeploymentCache {
  DeploymentKind kind;
  kube::Informer<DeploymentView> objects;

  explicit DeploymentCache(DeploymentKind of);
};

/// The informers from which Organizations are observed. References; filled and run by main. Roles and bindings are
/// those with the label app.kubernetes.io/managed-by=guildhall, Services those with guildhall.dev/deployment.
struct Caches {
  kube::Informer<api::Organization>& organizations;
  kube::Informer<NamespaceView>& namespaces;
  kube::Informer<api::Member>& members;
  kube::Informer<api::ApiKey>& api_keys;
  kube::Informer<RoleView>& roles;
  kube::Informer<RoleView>& cluster_roles;
  kube::Informer<BindingView>& role_bindings;
  kube::Informer<BindingView>& cluster_role_bindings;
  kube::Informer<DeploymentView>& services;
  std::deque<DeploymentCache>& deployments;
};

// Names of the indexes that add_indexes() declares.
inline constexpr const char* kOrganizationsByUid = "organization.uid";
inline constexpr const char* kOrganizationsByNamespace =
    "organization.namespace";  ///< Organizations by a namespace that is their home or listed
inline constexpr const char* kNamespacesByLabel = "organization.label";  ///< Namespaces by the name in their claim
inline constexpr const char* kNamespacesByUid = "organization.claim";    ///< Namespaces by the UID in their claim
inline constexpr const char* kMembersByNamespace = "organization.members";
inline constexpr const char* kMembersByEmail = "organization.emails";  ///< Members by email_key()
inline constexpr const char* kApiKeysByNamespace = "organization.keys";
/// Roles, ClusterRoles and bindings by the UID of the Organization that owns them.
inline constexpr const char* kGrantsByOwner = "organization.grants";
inline constexpr const char* kBindingsByNamespace = "organization.bindings";
inline constexpr const char* kDeploymentsByNamespace = "organization.deployments";  ///< Services too

/// Declares the indexes. Before the informers run.
void add_indexes(const Caches& caches);
/// Those of them that Members and ApiKeys look at too.
void add_shared_indexes(kube::Informer<api::Organization>& organizations, kube::Informer<api::Member>& members);

void add_deployment_indexes(kube::Informer<DeploymentView>& services, std::deque<DeploymentCache>& deployments);

/// The labels of the object that declares a deployment, which deployments_of() chose; none when it is gone. Unset: its
/// kind has not been read.
std::optional<std::map<std::string, std::string>> deployment_labels(const kube::Informer<DeploymentView>& services,
                                                                    const std::deque<DeploymentCache>& deployments,
                                                                    const api::OrganizationDeployment& told);

/// What Members share that claim the same email in one namespace.
std::string email_key(const api::Member& member);

/// The namespaces that the spec names: the home and the listed ones, each once.
std::vector<std::string> named_namespaces(const api::Organization& organization);

}  // namespace guildhall::controllers::organization
