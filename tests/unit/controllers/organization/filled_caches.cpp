#include "tests/unit/controllers/organization/filled_caches.hpp"

#include "controllers/organization/acceptance.hpp"
#include "tests/unit/controllers/legible_seals.hpp"
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

FilledCaches& FilledCaches::member(const std::string& ns, const std::string& name, const json& change) {
  member_objects_.push_back({{"apiVersion", "guildhall.dev/v1alpha1"},
                             {"kind", "Member"},
                             {"metadata", metadata(ns, name, "m-" + name)},
                             {"spec", {{"email", name + "@acme.example"}, {"role", "Admin"}}}});
  member_objects_.back().merge_patch(change);
  return *this;
}

FilledCaches& FilledCaches::accepted_member(const std::string& ns, const std::string& name, const json& change) {
  member(ns, name, change);
  json& object = member_objects_.back();
  const core::Timestamp noon = *core::parse_timestamp("2026-11-24T10:00:00Z");
  object["metadata"]["annotations"][kAcceptedAnnotation] =
      *seal_acceptance(LegibleSeals(), ns, *api::parse_member(object), {noon, noon});
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

json FilledCaches::owned_metadata(const core::ObjectKey& key, const std::string& uid, const std::string& owner) {
  json meta = metadata(key.ns, key.name, uid);
  meta["ownerReferences"] = json::array({{{"apiVersion", "guildhall.dev/v1alpha1"},
                                          {"kind", "Organization"},
                                          {"name", owner},
                                          {"uid", "u-" + owner},
                                          {"controller", true}}});
  return meta;
}

FilledCaches& FilledCaches::role(const std::string& ns, const std::string& owner) {
  role_objects_.push_back({{"apiVersion", "rbac.authorization.k8s.io/v1"},
                           {"kind", "Role"},
                           {"metadata", owned_metadata({ns, "guildhall:api-key-secrets"}, "r-" + ns, owner)}});
  return *this;
}

FilledCaches& FilledCaches::binding(const core::ObjectKey& key, const std::string& owner,
                                    const std::string& cluster_role, const Subjects& subjects) {
  json object = {{"apiVersion", "rbac.authorization.k8s.io/v1"},
                 {"kind", binding_type(key).kind},
                 {"metadata", owned_metadata(key, "b-" + key.to_string(), owner)},
                 {"roleRef", {{"kind", "ClusterRole"}, {"name", cluster_role}}},
                 {"subjects", json::array()}};
  for (const auto& subject : subjects)
    object["subjects"].push_back(to_json(subject));
  (key.ns.empty() ? cluster_role_binding_objects_ : role_binding_objects_).push_back(std::move(object));
  return *this;
}

void FilledCaches::change_binding(const core::ObjectKey& key, const Subjects& subjects) {
  for (json& object : role_binding_objects_) {
    if (object["metadata"]["name"] != key.name || object["metadata"].value("namespace", "") != key.ns) continue;
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    object["subjects"] = json::array();
    for (const auto& subject : subjects)
      object["subjects"].push_back(to_json(subject));
  }
  tests::fill_cache(role_bindings, role_binding_objects_);
}

void FilledCaches::fill() {
  tests::fill_cache(organizations, organization_objects_);
  tests::fill_cache(namespaces, namespace_objects_);
  tests::fill_cache(members, member_objects_);
  tests::fill_cache(api_keys, api_key_objects_);
  tests::fill_cache(roles, role_objects_);
  tests::fill_cache(cluster_roles, {});
  tests::fill_cache(role_bindings, role_binding_objects_);
  tests::fill_cache(cluster_role_bindings, cluster_role_binding_objects_);
}

}  // namespace guildhall::controllers::organization
