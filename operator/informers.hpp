#pragma once

#include <deque>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

#include "controllers/apikey/caches.hpp"
#include "controllers/enforcement/caches.hpp"
#include "controllers/member/caches.hpp"
#include "controllers/organization/caches.hpp"
#include "operator/audit/audit_event.hpp"
#include "operator/core/metrics.hpp"
#include "operator/kube/informer.hpp"
#include "operator/kube/optional_cache.hpp"
#include "operator/records/front_proxy.hpp"
#include "operator/runtime/cache_registry.hpp"
#include "operator/seal_keys.hpp"
#include "operator/serving_certificates.hpp"

namespace guildhall {

/// Where the API server says whom extension API servers are to believe.
inline constexpr const char* kFrontProxyConfigMap = "extension-apiserver-authentication";

/// One informer for each type that any controller reads, shared by all.
struct Informers {
  /// `ns`: the operator's own namespace; `codec`: of the Secrets' view.
  Informers(const std::string& ns, const core::Codec& codec, const controllers::organization::IdentityRules& identity);

  kube::Informer<api::Organization> organizations;
  kube::Informer<api::Member> members;
  kube::Informer<api::ApiKey> api_keys;
  kube::Informer<controllers::organization::NamespaceView> namespaces;
  kube::Informer<controllers::organization::RoleView> roles;
  kube::Informer<controllers::organization::RoleView> cluster_roles;
  kube::Informer<controllers::organization::BindingView> role_bindings;
  kube::Informer<controllers::organization::BindingView> cluster_role_bindings;
  kube::Informer<controllers::organization::DeploymentView> services;
  std::deque<controllers::organization::DeploymentCache> deployments;
  kube::Informer<kube::Definition> custom_resources;
  kube::Informer<controllers::apikey::SecretView> secrets;
  kube::Informer<controllers::member::InvitationSecretView> invitation_secrets;
  kube::Informer<controllers::apikey::VmauthView> vmauth;
  kube::Informer<controllers::apikey::VmUserView> vmusers;
  kube::Informer<SealKeysView> seal_keys;
  kube::Informer<ServingCertificatesView> serving_certificates;
  kube::Informer<audit::EventView> events;
  kube::Informer<records::FrontProxy> front_proxy;

  controllers::apikey::Caches api_key_caches{api_keys, organizations, members, namespaces, secrets,
                                             services, deployments,   vmauth,  vmusers};
  controllers::organization::Caches organization_caches{
      organizations,         namespaces, members,    api_keys, roles, cluster_roles, role_bindings,
      cluster_role_bindings, services,   deployments};
  controllers::member::Caches member_caches{members,       organizations,         namespaces,        roles,
                                            role_bindings, cluster_role_bindings, invitation_secrets};
  controllers::enforcement::Caches enforcement_caches{organizations, members, api_keys,
                                                      vmauth,        vmusers, custom_resources};

  /// Those that are always served: all but `deployments` and `vmusers`.
  [[nodiscard]] std::vector<kube::ObjectCache*> all();
  enum class Reader { Members, Enforcement, Others };
  /// Those that these reconcilers read, and wait for until they show what was written. Two watches of Secrets never
  /// show each other's, so each reconciler waits for its own. Not the seal keys, the serving certificates and the
  /// Events: no reconciler reads them.
  void register_for(Reader reader, runtime::CacheRegistry& registry);
  /// Which are not filled yet, and why.
  [[nodiscard]] core::Result<void> check_filled();
  /// Each on a thread of its own, until `stop`.
  std::vector<std::jthread> run(kube::Client& client, core::Metrics& metrics, const std::stop_token& stop);

 private:
  /// Of `deployments` and `vmusers`.
  std::deque<kube::OptionalCache> optional_;
};

}  // namespace guildhall
