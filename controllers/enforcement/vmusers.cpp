#include "controllers/enforcement/vmusers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "controllers/apikey/names.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/enforcement/routes.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::enforcement {

namespace {

using gate::PathUse;
using nlohmann::json;

/// Ids of tokens tell lower from upper case, names of objects do not.
std::string name_of(const AdmittedToken& token) {
  constexpr std::size_t kLongestKey = 100;
  constexpr std::size_t kHashPart = 16;
  std::string key = token.key.substr(0, kLongestKey);
  while (!key.empty() && (key.back() == '.' || key.back() == '-'))
    key.pop_back();
  return fmt::format("{}-{}", key, token.hash.substr(0, kHashPart));
}

void add_target(json& targets, const std::optional<Route>& route) {
  if (!route) return;
  targets.push_back({{"static", {{"url", route->url}}},
                     {"paths", {route->path}},
                     {"drop_src_path_prefix_parts", 1},
                     {"headers", route->headers}});
}

json targets_of(const AdmittedToken& token, const Routes& routes) {
  json targets = json::array();
  for (const auto& deployment : token.opens) {
    if (token.reads) add_target(targets, routes.to(deployment, PathUse::Read));
    if (token.writes) add_target(targets, routes.to(deployment, PathUse::Write));
  }
  return targets;
}

json object_of(const api::Organization& organization, const core::ObjectKey& key, const AdmittedToken& token,
               json targets) {
  json object = core::generated_head(apikey::vmuser_type(), key, api::organization_type(), organization.metadata);
  // For the userSelector of a VMAuth.
  object["metadata"]["labels"]["guildhall.dev/organization"] = organization.metadata.name;
  object["metadata"]["annotations"] = {{apikey::kTokenHashAnnotation, token.hash},
                                       {apikey::kApiKeyAnnotation, token.key}};
  object["spec"] = {{"name", token.key + "/" + token.id},
                    {"tokenRef", {{"name", apikey::kVmUsersSecret}, {"key", token.id}}},
                    {"disable_secret_creation", true},
                    {"targetRefs", std::move(targets)}};
  return object;
}

/// Whether a target leads, or lets in, elsewhere than it was written. An apply takes that away, as it sets the whole
/// list.
bool is_diverted(const json& target) {
  constexpr std::array kDiverting{"crd", "hosts", "target_path_suffix", "targetRefBasicAuth"};
  return !target.is_object() || target.value("static", json::object()).size() != 1 ||
         std::ranges::any_of(kDiverting, [&](const char* member) { return target.contains(member); });
}

/// Every member of `wanted` is in `standing`, and lists are equal in length.
bool holds(const json& standing, const json& wanted) {
  if (wanted.is_object()) {
    return standing.is_object() && std::ranges::all_of(wanted.items(), [&](const auto& item) {
             return standing.contains(item.key()) && holds(standing.at(item.key()), item.value());
           });
  }
  if (wanted.is_array())
    return standing.is_array() &&
           std::ranges::equal(standing, wanted, [](const json& a, const json& b) { return holds(a, b); });
  return standing == wanted;
}

}  // namespace

std::vector<WantedVmUser> wanted_vmusers(const api::Organization& organization, const std::string& ns,
                                         const std::vector<AdmittedToken>& tokens, const gate::PathTable& paths) {
  const Routes routes(organization, paths);
  std::vector<WantedVmUser> wanted;
  for (const AdmittedToken& token : tokens) {
    if (wanted.size() == kMostVmUsers) break;
    json targets = targets_of(token, routes);
    if (targets.empty()) continue;
    const core::ObjectKey key{ns, name_of(token)};
    wanted.push_back({.key = key,
                      .hash = token.hash,
                      .entry = token.id,
                      .object = object_of(organization, key, token, std::move(targets))});
  }
  return wanted;
}

bool opens_more(const apikey::VmUserView& standing) {
  constexpr std::array kOpening{"default_url", "username",         "password", "passwordRef",
                                "bearerToken", "generatePassword", "jwt"};
  return std::ranges::any_of(kOpening, [&](const char* member) { return standing.spec.contains(member); });
}

bool is_up_to_date(const apikey::VmUserView& standing, const WantedVmUser& wanted) {
  const auto& annotations = wanted.object.at("metadata").at("annotations");
  return standing.is_labelled && standing.token_hash == wanted.hash &&
         standing.api_key == annotations.at(apikey::kApiKeyAnnotation).get_ref<const std::string&>() &&
         holds(standing.spec, wanted.object.at("spec")) &&
         std::ranges::none_of(standing.spec.at("targetRefs"), is_diverted);
}

}  // namespace guildhall::controllers::enforcement
