#include "benchmarks/recorded_keys.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "operator/core/api_key_token.hpp"
#include "operator/crypto/digest.hpp"

namespace guildhall::benchmarks {

namespace {

using nlohmann::json;

json metadata(const std::string& ns, const std::string& name, std::size_t version) {
  json result = {{"name", name},
                 {"uid", fmt::format("uid-{}-{}", ns, name)},
                 {"resourceVersion", std::to_string(version + 1)},
                 {"generation", 1},
                 {"creationTimestamp", "2026-11-24T10:00:00Z"}};
  if (!ns.empty()) result["namespace"] = ns;
  return result;
}

std::string organization_name(std::size_t number) {
  return fmt::format("org-{:04}", number);
}

std::string id_of(std::size_t index) {
  return fmt::format("k{:07}", index);
}

}  // namespace

std::string recorded_organization(std::size_t index) {
  return organization_name(index / kRecordedKeysEach);
}

std::string recorded_token(std::size_t index) {
  const std::string secret =
      crypto::sha256_hex("recorded " + std::to_string(index)).substr(0, core::kTokenSecretLength);
  const std::string body = fmt::format("{}{}_{}", core::kTokenPrefix, id_of(index), secret);
  return body + core::token_checksum(body);
}

json recorded_key(std::size_t index) {
  const std::string organization = recorded_organization(index);
  return {{"apiVersion", "guildhall.dev/v1alpha1"},
          {"kind", "ApiKey"},
          {"metadata", metadata(organization, fmt::format("key-{:06}", index), index)},
          {"spec",
           {{"displayName", fmt::format("Key {}", index)},
            {"permissions", "Read"},
            {"neverExpires", true},
            {"revoked", false},
            {"deployments", {{"names", {"metrics"}}}}}},
          {"status",
           {{"observedGeneration", 1},
            {"phase", "Active"},
            {"organization", organization},
            {"lastUsedAt", "2099-01-01T00:00:00Z"},
            {"deployments", {{"matched", {"metrics"}}, {"missing", json::array()}}},
            {"secret", {{"name", fmt::format("key-{:06}", index)}, {"namespaces", {organization}}}},
            {"keys",
             {{{"id", id_of(index)},
               {"hash", crypto::sha256_hex(recorded_token(index))},
               {"issuedAt", "2026-11-24T10:00:00Z"},
               {"state", "Current"}}}},
            {"conditions",
             {{{"type", "Ready"},
               {"status", "True"},
               {"reason", "Active"},
               {"message", "token is valid with no end"},
               {"observedGeneration", 1},
               {"lastTransitionTime", "2026-11-24T10:00:00Z"}}}}}}};
}

json recorded_organization_object(std::size_t number) {
  const std::string name = organization_name(number);
  return {{"apiVersion", "guildhall.dev/v1alpha1"},
          {"kind", "Organization"},
          {"metadata", metadata("", name, number)},
          {"spec", {{"displayName", name}, {"state", "Active"}, {"namespaces", {name + "-prod"}}}},
          {"status",
           {{"observedGeneration", 1},
            {"homeNamespace", name},
            {"namespaces", {name + "-prod"}},
            {"deployments",
             {{{"name", "metrics"},
               {"namespace", name + "-prod"},
               {"kind", "Service"},
               {"product", "VMSingle"},
               {"url", "http://metrics:8428"}}}}}}};
}

}  // namespace guildhall::benchmarks
