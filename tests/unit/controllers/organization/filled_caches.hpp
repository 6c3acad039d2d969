#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "controllers/organization/caches.hpp"

namespace guildhall::controllers::organization {

/// Informers that took in the objects that a test writes down, through their reflectors and without threads.
class FilledCaches {
 public:
  FilledCaches() { add_indexes(caches); }

  FilledCaches& organization(const std::string& name, const std::string& uid, const nlohmann::json& spec = {});
  FilledCaches& ns(const std::string& name, const Claim& claim = {});
  /// An Admin that has not accepted, unless `change` says otherwise.
  FilledCaches& member(const std::string& ns, const std::string& name,
                       const nlohmann::json& change = nlohmann::json::object());
  /// One that has accepted in the Organization of the namespace's name, as LegibleSeals seal it.
  FilledCaches& accepted_member(const std::string& ns, const std::string& name,
                                const nlohmann::json& change = nlohmann::json::object());
  FilledCaches& api_key(const std::string& ns, const std::string& name);
  FilledCaches& role(const std::string& ns, const std::string& owner);
  /// A RoleBinding, or a ClusterRoleBinding without a namespace, that gives a ClusterRole.
  FilledCaches& binding(const core::ObjectKey& key, const std::string& owner, const std::string& cluster_role,
                        const Subjects& subjects);
  /// After fill(): it has these subjects now.
  void change_binding(const core::ObjectKey& key, const Subjects& subjects);
  /// All that was said until now goes into the caches. Once.
  void fill();

  kube::Informer<api::Organization> organizations{api::organization_type(), {}, api::parse_organization};
  kube::Informer<NamespaceView> namespaces{core::types::namespaces(), {}, parse_namespace_view};
  kube::Informer<api::Member> members{api::member_type(), {}, api::parse_member};
  kube::Informer<api::ApiKey> api_keys{api::api_key_type(), {}, api::parse_api_key};
  kube::Informer<RoleView> roles{core::types::roles(), {}, parse_role_view};
  kube::Informer<RoleView> cluster_roles{core::types::cluster_roles(), {}, parse_role_view};
  kube::Informer<BindingView> role_bindings{core::types::role_bindings(), {}, parse_binding_view};
  kube::Informer<BindingView> cluster_role_bindings{core::types::cluster_role_bindings(), {}, parse_binding_view};
  kube::Informer<DeploymentView> services{core::types::services(), {}, parse_service_deployment};
  std::deque<DeploymentCache> deployments;
  Caches caches{organizations,         namespaces, members,    api_keys, roles, cluster_roles, role_bindings,
                cluster_role_bindings, services,   deployments};

 private:
  nlohmann::json owned_metadata(const core::ObjectKey& key, const std::string& uid, const std::string& owner);
  nlohmann::json metadata(const std::string& ns, const std::string& name, const std::string& uid);

  int version_ = 0;
  std::vector<nlohmann::json> organization_objects_;
  std::vector<nlohmann::json> namespace_objects_;
  std::vector<nlohmann::json> member_objects_;
  std::vector<nlohmann::json> api_key_objects_;
  std::vector<nlohmann::json> role_objects_;
  std::vector<nlohmann::json> role_binding_objects_;
  std::vector<nlohmann::json> cluster_role_binding_objects_;
};

}  // namespace guildhall::controllers::organization
