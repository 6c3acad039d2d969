#include "tests/unit/controllers/enforcement/world.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "controllers/enforcement/clear_tokens.hpp"
#include "controllers/enforcement/trouble.hpp"
#include "controllers/enforcement/vmauth_config.hpp"
#include "operator/crypto/digest.hpp"

namespace guildhall::controllers::enforcement {

using nlohmann::json;

core::Timestamp noon() {
  return *core::parse_timestamp("2026-11-24T10:00:00Z");
}

core::Codec codec() {
  return {.sha256_hex = crypto::sha256_hex,
          .to_base64 = [](std::string_view bytes) { return "encoded:" + std::string(bytes); },
          .from_base64 = [](std::string_view text) -> core::Result<std::string> {
            if (!text.starts_with("encoded:")) return core::fail(core::ErrorKind::Invalid, "not encoded");
            return std::string(text.substr(8));
          }};
}

std::string hash_of(const std::string& token) {
  return crypto::sha256_hex(token);
}

api::OrganizationDeployment deployment(const std::string& name, const std::string& product) {
  api::OrganizationDeployment one;
  one.name = name;
  one.ns = "acme-prod";
  one.kind = decltype(one.kind)::Service;
  one.product = *api::parse_word<decltype(one.product)>(product);
  one.url = "http://" + name + ".acme-prod.svc:8428";
  return one;
}

api::Organization acme() {
  auto organization = *api::parse_organization(json::parse(R"({
    "apiVersion": "guildhall.dev/v1alpha1", "kind": "Organization",
    "metadata": {"name": "acme", "uid": "u-acme", "resourceVersion": "7", "creationTimestamp": "2026-01-01T00:00:00Z"},
    "spec": {"displayName": "Acme", "state": "Active", "namespaces": ["acme-prod", "acme-edge"],
             "adminOnlyNamespaces": ["acme-edge"], "tenant": {"accountID": 7, "projectID": 3},
             "enforcement": {"vmauth": {"secret": {"name": "acme-vmauth", "namespace": "acme-edge"}}}},
    "status": {"homeNamespace": "acme", "namespaces": ["acme-edge", "acme-prod"]}})"));
  organization.status.conditions = {core::wanted_condition("RolesBound", true, "AllBound", "")};
  organization.status.deployments = {deployment("cluster", "VMCluster"), deployment("metrics", "VMSingle")};
  organization.status.deployments.front().write_url = "http://insert.acme-prod.svc:8480";
  return organization;
}

SeenKey key(const std::string& name, int age) {
  json object = json::parse(R"({
    "apiVersion": "guildhall.dev/v1alpha1", "kind": "ApiKey",
    "metadata": {"namespace": "acme", "resourceVersion": "1", "generation": 1},
    "spec": {"displayName": "K", "permissions": "Read", "neverExpires": true, "deployments": {"all": true}},
    "status": {"observedGeneration": 1, "phase": "Active", "organization": "acme",
               "keys": [{"issuedAt": "2026-11-24T09:00:00Z", "state": "Current"}]}})");
  object["metadata"]["name"] = name;
  object["metadata"]["uid"] = "k-" + name;
  object["metadata"]["creationTimestamp"] = core::format_timestamp(noon() - std::chrono::minutes(age));
  object["status"]["keys"][0]["id"] = "id-" + name;
  object["status"]["keys"][0]["hash"] = hash_of("gld_" + name);
  object["status"]["secret"] = {{"name", name}, {"namespaces", {"acme"}}};
  return {.key = std::make_shared<api::ApiKey>(*api::parse_api_key(object)), .owner = nullptr};
}

api::ApiKey& edit(SeenKey& key) {
  auto copy = std::make_shared<api::ApiKey>(*key.key);
  key.key = copy;
  return *copy;
}

json standing_secret(const std::string& configuration, const std::string& owner_uid, const core::ObjectKey& at) {
  json secret = {{"apiVersion", "v1"},
                 {"kind", "Secret"},
                 {"type", "guildhall.dev/vmauth"},
                 {"metadata",
                  {{"name", at.name},
                   {"namespace", at.ns},
                   {"uid", "s-" + at.name},
                   {"resourceVersion", "5"},
                   {"labels", {{"app.kubernetes.io/managed-by", "guildhall"}}}}},
                 {"data", {{"auth.yml", codec().to_base64(configuration)}}}};
  if (owner_uid.empty()) return secret;
  secret["metadata"]["labels"]["guildhall.dev/organization"] = owner_uid.substr(2);
  secret["metadata"]["annotations"]["guildhall.dev/organization-uid"] = owner_uid;
  return secret;
}

Observed observed(std::vector<SeenKey> keys) {
  Observed seen;
  seen.organization = acme();
  seen.keys = std::move(keys);
  return seen;
}

std::string reason(const Observed& seen) {
  const auto trouble = trouble_of(seen, gate::path_table(), codec(), noon());
  return trouble ? trouble->reason : "";
}

apikey::VmauthView standing(const Observed& seen, const std::string& owner) {
  ClearTokens tokens;
  for (const SeenKey& one : seen.keys) {
    const std::string token = "gld_" + one.key->metadata.name;
    tokens.insert_or_assign(hash_of(token), core::SecretText(token));
  }
  const auto wanted = vmauth_configuration(seen.organization, admittance_of(seen, noon()).tokens, gate::path_table());
  return *apikey::parse_vmauth_view(standing_secret(filled_in(wanted.text, tokens), owner), codec());
}

std::vector<SeenKey> many_keys(std::size_t count) {
  std::vector<SeenKey> keys;
  keys.reserve(count);
  for (std::size_t number = 0; number < count; ++number)
    keys.push_back(key("key-" + std::to_string(number)));
  return keys;
}

}  // namespace guildhall::controllers::enforcement
