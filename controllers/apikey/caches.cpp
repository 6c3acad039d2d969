#include "controllers/apikey/caches.hpp"

#include "controllers/apikey/draft.hpp"
#include "controllers/apikey/reasons.hpp"

namespace guildhall::controllers::apikey {
namespace {

using Texts = std::vector<std::string>;

Texts owners(const api::ApiKey& key) {
  return key.spec.owner ? Texts{core::ObjectKey{key.metadata.ns, key.spec.owner->name}.to_string()} : Texts{};
}

Texts places(const api::ApiKey& key) {
  Texts texts;
  for (const auto& place : wanted_secret_places(key))
    texts.push_back(place.to_string());
  return texts;
}

Texts copy_namespaces(const api::ApiKey& key) {
  return key.spec.secret ? key.spec.secret->namespaces : Texts{};
}

Texts waiting(const api::ApiKey& key) {
  const core::Condition* ready = core::find_condition(key.status.conditions, "Ready");
  return ready != nullptr && ready->reason == reasons::kQuotaExceeded ? Texts{key.metadata.ns} : Texts{};
}

Texts api_keys(const SecretView& secret) {
  std::string name = claimed_api_key(secret);
  return name.empty() ? Texts{} : Texts{std::move(name)};
}

}  // namespace

std::vector<std::string> claimed_owner_uids(const SecretView& secret) {
  Texts uids = secret.owner_uids;
  if (!secret.owner_uid_annotation().empty()) uids.emplace_back(secret.owner_uid_annotation());
  return uids;
}

std::string claimed_api_key(const SecretView& secret) {
  const auto payload = parse_sealed_payload(secret.payload_text);
  return payload ? payload->api_key : std::string{};
}

void add_use_indexes(kube::Informer<api::ApiKey>& api_keys) {
  api_keys.add_index(kKeysByNamespace, [](const api::ApiKey& key) { return Texts{key.metadata.ns}; });
  api_keys.add_index(kKeysByOwner, owners);
}

void add_indexes(const Caches& caches) {
  add_use_indexes(caches.api_keys);
  caches.api_keys.add_index(kKeysByUid, [](const api::ApiKey& key) { return Texts{key.metadata.uid}; });
  caches.api_keys.add_index(kKeysByPlace, places);
  caches.api_keys.add_index(kKeysByCopyNamespace, copy_namespaces);
  caches.api_keys.add_index(kKeysWaiting, waiting);
  caches.secrets.add_index(kSecretsByApiKey, api_keys);
  caches.secrets.add_index(kSecretsByOwnerUid, claimed_owner_uids);
  caches.vmusers.add_index(kVmUsersByKey,
                           [](const VmUserView& view) { return Texts{view.owner_uid + "/" + view.api_key}; });
  caches.vmauth.add_index(kVmauthByOrganization, [](const VmauthView& view) { return Texts{view.organization}; });
}

}  // namespace guildhall::controllers::apikey
