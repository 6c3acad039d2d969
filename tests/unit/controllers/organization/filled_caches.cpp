#include "tests/unit/controllers/organization/filled_caches.hpp"

#include "tests/unit/operator/kube/cache/fill_cache.hpp"

namespace guildhall::controllers::organization {

using nlohmann::json;

json FilledCaches::metadata(const std::string& ns, const std::string& name, const std::string& uid) {
  json result = {{"name", name}, {"uid", uid}, {"resourceVersion", std::to_string(++version_)}};
  if (!ns.empty()) result["namespace"] = ns;
  return result;
}

FilledCaches& FilledCaches::organization(const std::string& name, const std::string& uid, const json& spec) {
  json whole = {{"displayName", name}};
  if (!spec.is_null()) whole.update(spec);
  organization_objects_.push_back({{"apiVersion", "guildhall.dev/v1alpha1"},
                                   {"kind", "Organization"},
                                   {"metadata", metadata("", name, uid)},
                                   {"spec", std::move(whole)}});
  return *this;
}

FilledCaches& FilledCaches::ns(const std::string& name, const Claim& claim) {
  json meta = metadata("", name, "n-" + name);
  if (!claim.organization.empty()) meta["labels"] = {{kOrganizationLabel, claim.organization}};
  if (!claim.uid.empty()) meta["annotations"] = {{kOrganizationUidAnnotation, claim.uid}};
  namespace_objects_.push_back({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", std::move(meta)}});
  return *this;
}

FilledCaches& FilledCaches::member(const std::string& ns, const std::string& name) {
  member_objects_.push_back({{"apiVersion", "guildhall.dev/v1alpha1"},
                             {"kind", "Member"},
                             {"metadata", metadata(ns, name, "m-" + name)},
                             {"spec", {{"email", name + "@acme.example"}, {"role", "Admin"}}}});
  return *this;
}

FilledCaches& FilledCaches::api_key(const std::string& ns, const std::string& name) {
  json meta = metadata(ns, name, "k-" + name);
  meta["finalizers"] = {"guildhall.dev/apikey"};
  api_key_objects_.push_back(json::parse(R"({"apiVersion": "guildhall.dev/v1alpha1", "kind": "ApiKey",
    "spec": {"displayName": "x", "permissions": "Read", "neverExpires": true, "deployments": {"all": true}},
    "status": {"phase": "Active", "keys": [{"id": "7kQ2mX9w", "hash": "00", "issuedAt": "2026-11-24T10:00:00Z", "state": "Current"}],
               "secret": {"name": "x-secret", "namespaces": ["acme", "prod"]}}})"));
  api_key_objects_.back()["metadata"] = std::move(meta);
  return *this;
}

FilledCaches& FilledCaches::role(const std::string& ns, const std::string& owner) {
  json meta = metadata(ns, "guildhall:api-key-secrets", "r-" + ns);
  meta["ownerReferences"] = json::array({{{"apiVersion", "guildhall.dev/v1alpha1"},
                                          {"kind", "Organization"},
                                          {"name", owner},
                                          {"uid", "u-" + owner},
                                          {"controller", true}}});
  role_objects_.push_back(
      {{"apiVersion", "rbac.authorization.k8s.io/v1"}, {"kind", "Role"}, {"metadata", std::move(meta)}});
  return *this;
}

void FilledCaches::fill() {
  tests::fill_cache(organizations, organization_objects_);
  tests::fill_cache(namespaces, namespace_objects_);
  tests::fill_cache(members, member_objects_);
  tests::fill_cache(api_keys, api_key_objects_);
  tests::fill_cache(roles, role_objects_);
}

}  // namespace guildhall::controllers::organization
