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
  FilledCaches& member(const std::string& ns, const std::string& name);
  FilledCaches& api_key(const std::string& ns, const std::string& name);
  FilledCaches& role(const std::string& ns, const std::string& owner);
  /// All that was said until now goes into the caches. Once.
  void fill();

  kube::Informer<api::Organization> organizations{api::organization_type(), {}, api::parse_organization};
  kube::Informer<NamespaceView> namespaces{core::types::namespaces(), {}, parse_namespace_view};
  kube::Informer<api::Member> members{api::member_type(), {}, api::parse_member};
  kube::Informer<api::ApiKey> api_keys{api::api_key_type(), {}, api::parse_api_key};
  kube::Informer<RoleView> roles{core::types::roles(), {}, parse_role_view};
  Caches caches{organizations, namespaces, members, api_keys, roles};

 private:
  nlohmann::json metadata(const std::string& ns, const std::string& name, const std::string& uid);

  int version_ = 0;
  std::vector<nlohmann::json> organization_objects_;
  std::vector<nlohmann::json> namespace_objects_;
  std::vector<nlohmann::json> member_objects_;
  std::vector<nlohmann::json> api_key_objects_;
  std::vector<nlohmann::json> role_objects_;
};

}  // namespace guildhall::controllers::organization
