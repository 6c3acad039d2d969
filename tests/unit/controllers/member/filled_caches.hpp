#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "controllers/member/caches.hpp"
#include "controllers/organization/caches.hpp"
#include "operator/api/apikey.hpp"
#include "tests/unit/controllers/legible_codec.hpp"

namespace guildhall::controllers::member {

/// Informers that took in the objects that a test writes down, through their reflectors and without threads.
class FilledCaches {
 public:
  FilledCaches() {
    organization::add_indexes(organization_caches);
    add_indexes(caches, {});
  }

  /// UID "u-<name>".
  FilledCaches& organization(const std::string& name, const nlohmann::json& spec = nlohmann::json::object());
  /// The last Organization, as somebody signed up for it, and the last Member as its founder.
  FilledCaches& signed_up(const std::string& user);
  /// Claimed by that Organization, unless it is empty.
  FilledCaches& ns(const std::string& name, const std::string& organization = "");
  /// The namespace that was added last is being deleted.
  FilledCaches& closing();
  /// Accepted in the Organization acme, as LegibleSeals seal it; `age` in minutes. UID "m-<name>".
  FilledCaches& member(const std::string& name, const nlohmann::json& spec = nlohmann::json::object(), int age = 0);
  FilledCaches& invited_member(const std::string& name);
  /// Owned by the Organization acme.
  FilledCaches& binding(const core::ObjectKey& key, const std::vector<std::string>& users);
  /// The own Role and binding of a Member.
  FilledCaches& self_role(const std::string& member);
  /// All that was said until now goes into the caches. Once.
  void fill();

  kube::Informer<api::Member> members{api::member_type(), {}, api::parse_member};
  kube::Informer<api::Organization> organizations{api::organization_type(), {}, api::parse_organization};
  kube::Informer<api::ApiKey> api_keys{api::api_key_type(), {}, api::parse_api_key};
  kube::Informer<organization::NamespaceView> namespaces{
      core::types::namespaces(), {}, organization::parse_namespace_view};
  kube::Informer<organization::RoleView> roles{core::types::roles(), {}, organization::parse_role_view};
  kube::Informer<organization::RoleView> cluster_roles{core::types::cluster_roles(), {}, organization::parse_role_view};
  kube::Informer<organization::BindingView> role_bindings{
      core::types::role_bindings(), {}, organization::parse_binding_view};
  kube::Informer<organization::BindingView> cluster_role_bindings{
      core::types::cluster_role_bindings(), {}, organization::parse_binding_view};
  kube::Informer<InvitationSecretView> invitation_secrets{core::types::secrets(), {}, [](const nlohmann::json& object) {
                                                            return parse_invitation_secret(object, legible_codec());
                                                          }};
  kube::Informer<organization::DeploymentView> services{
      core::types::services(), {}, organization::parse_service_deployment};
  std::deque<organization::DeploymentCache> deployments;
  organization::Caches organization_caches{organizations, namespaces,    members,       api_keys,
                                           roles,         cluster_roles, role_bindings, cluster_role_bindings,
                                           services,      deployments};
  Caches caches{members, organizations, namespaces, roles, role_bindings, cluster_role_bindings, invitation_secrets};

 private:
  nlohmann::json head(const core::ResourceType& type, const core::ObjectKey& key, const std::string& uid);

  int version_ = 0;
  std::vector<nlohmann::json> organization_objects_;
  std::vector<nlohmann::json> namespace_objects_;
  std::vector<nlohmann::json> member_objects_;
  std::vector<nlohmann::json> role_objects_;
  std::vector<nlohmann::json> role_binding_objects_;
  std::vector<nlohmann::json> cluster_role_binding_objects_;
};

}  // namespace guildhall::controllers::member
