#include "tests/unit/controllers/member/filled_caches.hpp"

#include "controllers/member/names.hpp"
#include "controllers/organization/acceptance.hpp"
#include "controllers/organization/signup.hpp"
#include "operator/core/object_meta.hpp"
#include "tests/unit/controllers/legible_seals.hpp"
#include "tests/unit/operator/kube/cache/fill_cache.hpp"

namespace guildhall::controllers::member {

using nlohmann::json;

namespace {

core::Timestamp noon() {
  return *core::parse_timestamp("2026-11-24T10:00:00Z");
}

}  // namespace

json FilledCaches::head(const core::ResourceType& type, const core::ObjectKey& key, const std::string& uid) {
  json object = core::object_head(type, key);
  object["metadata"]["uid"] = uid;
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  return object;
}

FilledCaches& FilledCaches::organization(const std::string& name, const json& spec) {
  json object = head(api::organization_type(), {"", name}, "u-" + name);
  object["spec"] = {{"displayName", name}};
  object["spec"].update(spec);
  organization_objects_.push_back(std::move(object));
  return *this;
}

FilledCaches& FilledCaches::signed_up(const std::string& user) {
  json& organization = organization_objects_.back();
  json& member = member_objects_.back();
  const organization::SignupRecord record{
      .user = user, .email = member["spec"]["email"], .member = member["metadata"]["name"]};
  organization["metadata"]["annotations"][organization::kSignupAnnotation] =
      *organization::seal_signup(LegibleSeals(), organization["metadata"]["name"], record);
  member["metadata"]["annotations"][organization::kFounderOfAnnotation] = organization["metadata"]["uid"];
  return *this;
}

FilledCaches& FilledCaches::ns(const std::string& name, const std::string& organization) {
  json object = head(core::types::namespaces(), {"", name}, "n-" + name);
  if (!organization.empty()) {
    object["metadata"]["labels"] = {{organization::kOrganizationLabel, organization}};
    object["metadata"]["annotations"] = {{organization::kOrganizationUidAnnotation, "u-" + organization}};
  }
  namespace_objects_.push_back(std::move(object));
  return *this;
}

FilledCaches& FilledCaches::closing() {
  namespace_objects_.back()["metadata"]["deletionTimestamp"] = core::format_timestamp(noon());
  return *this;
}

FilledCaches& FilledCaches::member(const std::string& name, const json& spec, int age) {
  json object = head(api::member_type(), {"acme", name}, "m-" + name);
  object["metadata"]["creationTimestamp"] = core::format_timestamp(noon() - std::chrono::minutes{age});
  object["spec"] = {{"email", name + "@acme.example"}, {"role", "Editor"}};
  object["spec"].update(spec);
  object["metadata"]["annotations"] = {
      {organization::kAcceptedAnnotation,
       *organization::seal_acceptance(LegibleSeals(), "acme", *api::parse_member(object), {noon(), noon()})}};
  member_objects_.push_back(std::move(object));
  return *this;
}

FilledCaches& FilledCaches::invited_member(const std::string& name) {
  member(name);
  member_objects_.back()["metadata"].erase("annotations");
  return *this;
}

FilledCaches& FilledCaches::binding(const core::ObjectKey& key, const std::vector<std::string>& users) {
  const auto& type = organization::binding_type(key);
  json object = head(type, key, "b-" + key.to_string());
  core::ObjectMeta owner;
  owner.name = "acme";
  owner.uid = "u-acme";
  object["metadata"]["ownerReferences"] = json::array({core::owner_reference(api::organization_type(), owner)});
  object["roleRef"] = {{"kind", "ClusterRole"}, {"name", "x"}};
  object["subjects"] = json::array();
  for (const auto& user : users)
    object["subjects"].push_back(organization::to_json({"User", user, ""}));
  (key.ns.empty() ? cluster_role_binding_objects_ : role_binding_objects_).push_back(std::move(object));
  return *this;
}

FilledCaches& FilledCaches::self_role(const std::string& member) {
  const core::ObjectKey key{"acme", self_role_name(member)};
  role_objects_.push_back(head(core::types::roles(), key, "r-" + member));
  role_binding_objects_.push_back(head(core::types::role_bindings(), key, "b-" + member));
  return *this;
}

void FilledCaches::fill() {
  tests::fill_cache(organizations, organization_objects_);
  tests::fill_cache(namespaces, namespace_objects_);
  tests::fill_cache(members, member_objects_);
  tests::fill_cache(api_keys, {});
  tests::fill_cache(roles, role_objects_);
  tests::fill_cache(cluster_roles, {});
  tests::fill_cache(role_bindings, role_binding_objects_);
  tests::fill_cache(cluster_role_bindings, cluster_role_binding_objects_);
  tests::fill_cache(invitation_secrets, {});
}

}  // namespace guildhall::controllers::member
