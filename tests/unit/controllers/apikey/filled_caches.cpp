#include "tests/unit/controllers/apikey/filled_caches.hpp"

#include "controllers/apikey/names.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/organization/acceptance.hpp"
#include "tests/unit/controllers/legible_seals.hpp"
#include "tests/unit/operator/kube/cache/fill_cache.hpp"

namespace guildhall::controllers::apikey {

using nlohmann::json;

json FilledCaches::head(const char* api_version, const char* kind, const std::string& ns, const std::string& name,
                        const std::string& uid) {
  json metadata = {{"name", name}, {"uid", uid}, {"resourceVersion", std::to_string(++version_)}};
  if (!ns.empty()) metadata["namespace"] = ns;
  return {{"apiVersion", api_version}, {"kind", kind}, {"metadata", std::move(metadata)}};
}

FilledCaches& FilledCaches::api_key(const std::string& name, int age, const json& change) {
  json object = head("guildhall.dev/v1alpha1", "ApiKey", "acme", name, "k-" + name);
  object["metadata"]["creationTimestamp"] = core::format_timestamp(noon() - std::chrono::minutes{age});
  object["spec"] = json::parse(R"({"displayName": "x", "permissions": "Read", "neverExpires": true,
                                   "deployments": {"all": true}})");
  object.merge_patch(change);
  api_key_objects_.push_back(std::move(object));
  return *this;
}

FilledCaches& FilledCaches::organization(const std::string& name, const json& spec) {
  json object = head("guildhall.dev/v1alpha1", "Organization", "", name, "u-" + name);
  object["spec"] = {{"displayName", name}};
  object["spec"].update(spec);
  organization_objects_.push_back(std::move(object));
  return *this;
}

FilledCaches& FilledCaches::ns(const std::string& name, const std::string& organization, const std::string& uid) {
  json object = head("v1", "Namespace", "", name, "n-" + name);
  if (!organization.empty()) {
    object["metadata"]["labels"] = {{organization::kOrganizationLabel, organization}};
    object["metadata"]["annotations"] = {
        {organization::kOrganizationUidAnnotation, uid.empty() ? "u-" + organization : uid}};
  }
  namespace_objects_.push_back(std::move(object));
  return *this;
}

FilledCaches& FilledCaches::member(const std::string& name, const std::string& state) {
  json object = head("guildhall.dev/v1alpha1", "Member", "acme", name, "m-" + name);
  object["spec"] = {{"email", name + "@acme.example"}, {"role", "Admin"}, {"state", state}};
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

FilledCaches& FilledCaches::leaving_member(const std::string& name) {
  member(name);
  member_objects_.back()["metadata"]["deletionTimestamp"] = core::format_timestamp(noon());
  return *this;
}

FilledCaches& FilledCaches::secret(const std::string& name, const std::string& owner, const json& annotations) {
  json object = head("v1", "Secret", "acme", name, "s-" + name);
  object["type"] = kSecretType;
  object["metadata"]["annotations"] = annotations;
  if (!owner.empty()) {
    object["metadata"]["ownerReferences"] = json::array({{{"apiVersion", "guildhall.dev/v1alpha1"},
                                                          {"kind", "ApiKey"},
                                                          {"name", owner},
                                                          {"uid", "k-" + owner},
                                                          {"controller", true}}});
  }
  secret_objects_.push_back(std::move(object));
  return *this;
}

namespace {

json owned_by(const std::string& uid) {
  return json::array({{{"apiVersion", "guildhall.dev/v1alpha1"},
                       {"kind", "Organization"},
                       {"name", "acme"},
                       {"uid", uid},
                       {"controller", true}}});
}

}  // namespace

FilledCaches& FilledCaches::vmauth(const std::string& owner_uid, const std::string& configuration) {
  json object = head("v1", "Secret", "acme-edge", "acme-vmauth", "s-vmauth");
  object["metadata"]["ownerReferences"] = owned_by(owner_uid);
  object["data"][kVmauthEntry] = fake_codec().to_base64(configuration);
  vmauth_objects_.push_back(std::move(object));
  return *this;
}

FilledCaches& FilledCaches::beside_vmusers(const std::string& token) {
  json object = head("v1", "Secret", "acme-edge", kVmUsersSecret, "s-vmusers");
  object["data"]["1"] = fake_codec().to_base64(token);
  vmauth_objects_.push_back(std::move(object));
  return *this;
}

FilledCaches& FilledCaches::vmuser(const std::string& owner_uid, const std::string& token_hash) {
  const std::string name = "vmuser-" + std::to_string(vmuser_objects_.size());
  json object = head("operator.victoriametrics.com/v1beta1", "VMUser", "acme-edge", name, name);
  if (!owner_uid.empty()) object["metadata"]["ownerReferences"] = owned_by(owner_uid);
  object["metadata"]["annotations"] = {{kTokenHashAnnotation, token_hash}, {kApiKeyAnnotation, "grafana"}};
  vmuser_objects_.push_back(std::move(object));
  return *this;
}

void FilledCaches::fill() {
  tests::fill_cache(api_keys, api_key_objects_);
  tests::fill_cache(organizations, organization_objects_);
  tests::fill_cache(members, member_objects_);
  tests::fill_cache(namespaces, namespace_objects_);
  tests::fill_cache(secrets, secret_objects_);
  tests::fill_cache(vmauth_secrets, vmauth_objects_);
  tests::fill_cache(vmusers, vmuser_objects_);
}

}  // namespace guildhall::controllers::apikey
