#include "tests/faults/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/crypto/digest.hpp"
#include "operator/kube/base64.hpp"

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

/// The ApiKey that a Secret says it is of: its owner, or for a copy the one with that UID.
const json* key_of(const Snapshot& snapshot, const json& secret) {
  const auto& metadata = secret["metadata"];
  std::string uid =
      metadata.contains("annotations") ? metadata["annotations"].value("guildhall.dev/owner-uid", "") : "";
  if (metadata.contains("ownerReferences")) uid = metadata["ownerReferences"][0]["uid"];
  const auto found = std::ranges::find_if(
      snapshot.keys, [&](const auto& candidate) { return candidate.second["metadata"]["uid"] == uid; });
  return found == snapshot.keys.end() ? nullptr : &found->second;
}

void check_secret(const Snapshot& snapshot, const json& secret, std::vector<std::string>& broken) {
  const json* key = key_of(snapshot, secret);
  if (key == nullptr || is_withdrawn(*key)) return;
  for (const char* name : {"token", "previous-token"}) {
    const std::string token = entry_of(secret, name);
    if (token.empty() || accepts(*key, token)) continue;
    broken.push_back(fmt::format("Secret {} shows a {} that its ApiKey does not accept: status {}", path_of(secret),
                                 name, status_of(*key).dump()));
  }
}

}  // namespace

json status_of(const json& object) {
  return object.is_object() ? object.value("status", json::object()) : json::object();
}

Snapshot take_snapshot(const cluster::Kubectl& kubectl, const std::vector<std::string>& namespaces) {
  Snapshot snapshot;
  for (const auto& ns : namespaces) {
    const json list = kubectl.get({"secrets,apikeys", "-n", ns});
    if (list.is_null()) continue;
    for (const auto& object : list["items"]) {
      if (object["kind"] == "ApiKey") snapshot.keys[path_of(object)] = object;
      if (object["kind"] == "Secret" && object["type"] == "guildhall.dev/api-key")
        snapshot.secrets[path_of(object)] = object;
    }
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
  for (const auto& [path, key] : snapshot.keys) {
    const json entries = token_entries(key);
    if (std::ranges::count_if(entries, [](const json& entry) { return entry["state"] == "Current"; }) > 1)
      broken.push_back(fmt::format("ApiKey {} has two Current tokens: {}", path, entries.dump()));
  }
  for (const auto& [path, secret] : snapshot.secrets)
    check_secret(snapshot, secret, broken);
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
