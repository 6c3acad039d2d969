#include "tests/faults/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/api/apikey.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/crypto/digest.hpp"
#include "operator/kube/base64.hpp"
#include "tests/integration/kube_client_fixture.hpp"

namespace guildhall::tests::faults {
namespace {

using nlohmann::json;

std::string path_of(const json& object) {
  return fmt::format("{}/{}", object["metadata"]["namespace"].get<std::string>(),
                     object["metadata"]["name"].get<std::string>());
}

std::string name_of(const std::string& path) {
  return path.substr(path.find('/') + 1);
}

json token_entries(const json& key) {
  return status_of(key).value("keys", json::array());
}

bool accepts(const json& key, const std::string& token) {
  const json entries = token_entries(key);
  return std::ranges::any_of(entries,
                             [hash = crypto::sha256_hex(token)](const json& entry) { return entry["hash"] == hash; });
}

bool is_withdrawn(const json& key) {
  return key["metadata"].contains("deletionTimestamp") || key["spec"].value("revoked", false);
}

/// The UID of the ApiKey that a Secret says it is of: its owner, or what is written on a copy.
std::string key_uid_of(const json& secret) {
  const auto& metadata = secret["metadata"];
  if (metadata.contains("ownerReferences")) return metadata["ownerReferences"][0]["uid"];
  return metadata.contains("annotations") ? metadata["annotations"].value("guildhall.dev/owner-uid", "") : "";
}

/// Whether the time of that token is over, as the Secret itself says.
bool is_over(const json& secret, const std::string& token) {
  const json payload = json::parse(secret["metadata"]["annotations"].value("guildhall.dev/sealed", "{}"));
  const auto now = std::chrono::time_point_cast<core::Timestamp::duration>(std::chrono::system_clock::now());
  for (const char* name : {"token", "previous"}) {
    const json facts = payload.value(name, json::object());
    if (facts.value("hash", "") != crypto::sha256_hex(token) || !facts.contains("expiresAt")) continue;
    return core::parse_timestamp(facts["expiresAt"].get<std::string>()).value() <= now;
  }
  return false;
}

void check_secret(const json& key, const json& secret, std::vector<std::string>& broken) {
  if (is_withdrawn(key)) return;
  for (const char* name : {"token", "previous-token"}) {
    const std::string token = entry_of(secret, name);
    if (token.empty() || accepts(key, token) || is_over(secret, token)) continue;
    broken.push_back(fmt::format("Secret {} shows a {} that its ApiKey does not accept: status {}", path_of(secret),
                                 name, status_of(key).dump()));
  }
}

}  // namespace

json status_of(const json& object) {
  return object.is_object() ? object.value("status", json::object()) : json::object();
}

Viewer::Viewer(const std::filesystem::path& kubeconfig) : client_(client_of(kubeconfig)) {}

json Viewer::get(const core::ResourceType& type, const core::ObjectKey& key) const {
  auto object = client_->get(type, key);
  if (object) return std::move(*object);
  if (object.error().kind == core::ErrorKind::NotFound) return {};
  throw std::runtime_error(object.error().describe());
}

std::vector<json> Viewer::list(const core::ResourceType& type, kube::Selection selection) const {
  std::vector<json> objects;
  kube::ListOptions options;
  options.selection = std::move(selection);
  do {
    auto page = client_->list(type, options);
    if (!page) throw std::runtime_error(page.error().describe());
    std::ranges::move(page->items, std::back_inserter(objects));
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  return objects;
}

std::vector<json> Viewer::managed(const core::ResourceType& type, const std::string& ns) const {
  return list(type, {.ns = ns, .label_selector = "app.kubernetes.io/managed-by=guildhall", .field_selector = ""});
}

Snapshot Viewer::snapshot(const std::vector<std::string>& namespaces) const {
  Snapshot snapshot;
  const auto everywhere = std::vector<std::string>{""};
  for (const auto& ns : namespaces.empty() ? everywhere : namespaces) {
    for (const auto& secret : list(core::types::secrets(), {ns, "", "type=guildhall.dev/api-key"}))
      snapshot.secrets.emplace(path_of(secret), secret);
    for (const auto& key : list(api::api_key_type(), {ns, "", ""}))
      snapshot.keys.emplace(path_of(key), key);
  }
  return snapshot;
}

std::string entry_of(const json& secret, const std::string& name) {
  if (!secret.is_object() || !secret.contains("data") || !secret["data"].contains(name)) return "";
  return kube::decode_base64(secret["data"][name].get<std::string>()).value_or("");
}

std::string ready_of(const json& object) {
  for (const auto& each : status_of(object).value("conditions", json::array())) {
    if (each["type"] == "Ready" && each["observedGeneration"] == object["metadata"]["generation"])
      return each["status"].get<std::string>() + "/" + each["reason"].get<std::string>();
  }
  return "";
}

std::vector<std::string> broken_promises(const Snapshot& snapshot) {
  std::vector<std::string> broken;
  std::map<std::string, const json*> by_uid;
  for (const auto& [path, key] : snapshot.keys) {
    by_uid[key["metadata"]["uid"]] = &key;
    const json entries = token_entries(key);
    if (std::ranges::count_if(entries, [](const json& entry) { return entry["state"] == "Current"; }) > 1)
      broken.push_back(fmt::format("ApiKey {} has two Current tokens: {}", path, entries.dump()));
  }
  for (const auto& [path, secret] : snapshot.secrets) {
    const auto key = by_uid.find(key_uid_of(secret));
    if (key != by_uid.end()) check_secret(*key->second, secret, broken);
  }
  return broken;
}

std::string unsettled(const Snapshot& snapshot, const std::string& key, const std::vector<std::string>& namespaces) {
  const auto found = snapshot.keys.find(key);
  if (found == snapshot.keys.end()) return "there is no ApiKey " + key;
  const json entries = token_entries(found->second);
  if (ready_of(found->second) != "True/Active" || entries.size() != 1 || entries[0]["state"] != "Current")
    return fmt::format("ApiKey {}: {}", key, status_of(found->second).dump());
  for (const auto& ns : namespaces) {
    const auto secret = snapshot.secrets.find(ns + "/" + name_of(key));
    if (secret == snapshot.secrets.end()) return fmt::format("ApiKey {} has no Secret in {}", key, ns);
    const std::string token = entry_of(secret->second, "token");
    if (entries[0]["hash"] != crypto::sha256_hex(token) || !entry_of(secret->second, "previous-token").empty())
      return fmt::format("ApiKey {}: the Secret in {} does not hold the current token alone", key, ns);
  }
  return "";
}

}  // namespace guildhall::tests::faults
