#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "controllers/apikey/caches.hpp"
#include "controllers/organization/caches.hpp"
#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {

/// Informers that took in the objects that a test writes down, through their reflectors and without threads.
class FilledCaches {
 public:
  FilledCaches() {
    add_indexes(caches);
    organization::add_shared_indexes(organizations, members);
    organization::add_deployment_indexes(services, deployments);
  }

  /// An ApiKey of the namespace acme with UID "k-<name>"; `age` in minutes; `change` is merged into the object.
  FilledCaches& api_key(const std::string& name, int age, const nlohmann::json& change = nlohmann::json::object());
  /// UID "u-<name>".
  FilledCaches& organization(const std::string& name, const nlohmann::json& spec = nlohmann::json::object());
  /// Claimed by that Organization, unless it is empty; its UID is "u-<organization>" unless said.
  FilledCaches& ns(const std::string& name, const std::string& organization = "", const std::string& uid = "");
  /// In the namespace acme, with the email <name>@acme.example.
  /// Accepted in the Organization acme, as LegibleSeals seal it.
  FilledCaches& member(const std::string& name, const std::string& state = "Active");
  /// One that has not accepted yet.
  FilledCaches& invited_member(const std::string& name);
  /// One that is being deleted.
  FilledCaches& leaving_member(const std::string& name);
  /// Of our type in the namespace acme, owned by the ApiKey `owner`, or by none.
  FilledCaches& secret(const std::string& name, const std::string& owner = "",
                       const nlohmann::json& annotations = nlohmann::json::object());
  /// acme-edge/acme-vmauth, owned by the Organization with that UID, with that configuration.
  FilledCaches& vmauth(const std::string& owner_uid, const std::string& configuration);
  /// In acme-edge, the Secret beside VMUsers, with that token.
  FilledCaches& beside_vmusers(const std::string& token);
  /// In acme-edge, owned by it or, if empty, by nobody, of the token with that hash, of the key grafana.
  FilledCaches& vmuser(const std::string& owner_uid, const std::string& token_hash);
  /// All that was said until now goes into the caches. Once.
  void fill();

  kube::Informer<api::ApiKey> api_keys{api::api_key_type(), {}, api::parse_api_key};
  kube::Informer<api::Organization> organizations{api::organization_type(), {}, api::parse_organization};
  kube::Informer<api::Member> members{api::member_type(), {}, api::parse_member};
  kube::Informer<organization::NamespaceView> namespaces{
      core::types::namespaces(), {}, organization::parse_namespace_view};
  kube::Informer<SecretView> secrets{
      core::types::secrets(), {}, [](const nlohmann::json& object) { return parse_secret_view(object, fake_codec()); }};
  kube::Informer<organization::DeploymentView> services{
      core::types::services(), {}, organization::parse_service_deployment};
  std::deque<organization::DeploymentCache> deployments;
  kube::Informer<VmauthView> vmauth_secrets{
      core::types::secrets(), {}, [](const nlohmann::json& object) { return parse_vmauth_view(object, fake_codec()); }};
  kube::Informer<VmUserView> vmusers{vmuser_type(), {}, parse_vmuser_view};
  Caches caches{api_keys, organizations, members, namespaces, secrets, services, deployments, vmauth_secrets, vmusers};

 private:
  nlohmann::json head(const char* api_version, const char* kind, const std::string& ns, const std::string& name,
                      const std::string& uid);

  int version_ = 0;
  std::vector<nlohmann::json> api_key_objects_;
  std::vector<nlohmann::json> organization_objects_;
  std::vector<nlohmann::json> member_objects_;
  std::vector<nlohmann::json> namespace_objects_;
  std::vector<nlohmann::json> secret_objects_;
  std::vector<nlohmann::json> vmauth_objects_;
  std::vector<nlohmann::json> vmuser_objects_;
};

}  // namespace guildhall::controllers::apikey
