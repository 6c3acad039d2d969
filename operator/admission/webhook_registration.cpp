#include "operator/admission/webhook_registration.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/object_meta.hpp"
#include "operator/core/well_known_names.hpp"
#include "operator/kube/base64.hpp"

namespace guildhall::admission {
namespace {

using nlohmann::json;

/// How often another may write one at the same moment.
constexpr int kMostTries = 3;

json rule(const json& operations, const char* resource) {
  return {{"apiGroups", json::array({"guildhall.dev"})},
          {"apiVersions", json::array({"*"})},
          {"operations", operations},
          {"resources", json::array({resource})},
          {"scope", "*"}};
}

constexpr const char* kNameSuffix = ".guildhall.dev";
constexpr const char* kIsCollector =
    "request.userInfo.username in ['system:serviceaccount:kube-system:namespace-controller', "
    "'system:serviceaccount:kube-system:generic-garbage-collector', 'system:kube-controller-manager']";

json condition(const char* name, const std::string& expression) {
  return {{"name", name}, {"expression", expression}};
}

json webhook(const char* name, const std::string& url, const std::string& authorities) {
  return {{"name", std::string(name) + kNameSuffix},
          {"admissionReviewVersions", json::array({"v1"})},
          {"clientConfig", {{"url", url}, {"caBundle", kube::encode_base64(authorities)}}},
          {"matchPolicy", "Equivalent"},
          {"namespaceSelector", json::object()},
          {"objectSelector", json::object()},
          {"timeoutSeconds", 3}};
}

/// Only what may take an Admin away is asked about: while no operator answers, nothing else waits. What goes with its
/// namespace or its owner is not held up.
json invariants(const std::string& url, const std::string& authorities) {
  json one = webhook(kInvariantsWebhook, url, authorities);
  one["rules"] = json::array({rule({"UPDATE", "DELETE"}, "members")});
  one["failurePolicy"] = "Fail";
  one["sideEffects"] = "NoneOnDryRun";
  one["matchConditions"] = json::array(
      {{{"name", "takes-an-admin-away"},
        {"expression",
         "oldObject.spec.role == 'Admin' && (request.operation == 'DELETE' || object.spec.role != 'Admin' || "
         "object.spec.state != oldObject.spec.state || object.spec.?subjects != oldObject.spec.?subjects)"}},
       condition("not-a-collector", std::string("!(") + kIsCollector + ")")});
  return one;
}

/// What `invariants` is asked about is told there. A deletion is not held up because nobody can tell of it; it is told
/// once, when it begins.
json deletions(const std::string& url, const std::string& authorities) {
  json one = webhook(kDeletionsWebhook, url, authorities);
  one["rules"] = json::array({rule({"DELETE"}, "*")});
  one["failurePolicy"] = "Ignore";
  one["sideEffects"] = "NoneOnDryRun";
  one["matchConditions"] = json::array(
      {condition("begins", "!has(oldObject.metadata.deletionTimestamp)"),
       condition("not-told-by-invariants",
                 std::string("request.resource.resource != 'members' || oldObject.spec.role != 'Admin' || ") +
                     kIsCollector)});
  return one;
}

/// The operator changes no spec, so there is nothing to note of it.
json changes(const std::string& url, const std::string& authorities) {
  json one = webhook(kChangesWebhook, url, authorities);
  one["rules"] = json::array({rule({"CREATE", "UPDATE"}, "*")});
  one["failurePolicy"] = "Ignore";
  one["sideEffects"] = "None";
  one["reinvocationPolicy"] = "Never";
  one["matchConditions"] = json::array(
      {{{"name", "not-the-operator"},
        {"expression", "request.userInfo.username != 'system:serviceaccount:guildhall-system:guildhall-operator'"}}});
  return one;
}

}  // namespace

json webhooks_of(const core::ResourceType& type, const std::map<std::string, std::string>& url_of,
                 const std::string& authorities) {
  if (type == core::types::mutating_webhook_configurations())
    return json::array({changes(url_of.at(kChangesWebhook), authorities)});
  return json::array(
      {invariants(url_of.at(kInvariantsWebhook), authorities), deletions(url_of.at(kDeletionsWebhook), authorities)});
}

void WebhookRegistration::set_port(std::uint16_t port) {
  if (url_) *url_ += fmt::format(":{}", port);
}

core::Result<bool> WebhookRegistration::keep(const std::string& authorities, const std::stop_token& stop) {
  core::Result<bool> first_failure = false;
  for (const core::ResourceType* type :
       {&core::types::validating_webhook_configurations(), &core::types::mutating_webhook_configurations()}) {
    auto kept = keep_one(*type, authorities, stop);
    for (int tries = 1; tries < kMostTries && !kept && kept.error().kind == core::ErrorKind::Conflict; ++tries)
      kept = keep_one(*type, authorities, stop);
    if (kept) has_written_ = has_written_ || *kept;
    if (!kept && first_failure) first_failure = std::move(kept);
  }
  if (!first_failure) return first_failure;
  return std::exchange(has_written_, false);
}

core::Result<bool> WebhookRegistration::keep_one(const core::ResourceType& type, const std::string& authorities,
                                                 const std::stop_token& stop) {
  const core::ObjectKey key{"", kWebhookConfigurationName};
  auto standing = client_.get(type, key, stop);
  if (!standing && standing.error().kind == core::ErrorKind::NotFound) {
    return core::fail(core::ErrorKind::NotFound, "is missing; apply charts/guildhall/files/webhooks.yaml",
                      core::describe(type, key));
  }
  if (!standing) return std::unexpected(standing.error());
  std::map<std::string, std::string> places;
  for (const char* name : {kInvariantsWebhook, kDeletionsWebhook, kChangesWebhook}) {
    auto path = paths_.path_of(name);
    if (!path) return std::unexpected(path.error());
    places[name] = url_.value_or("") + *path;
  }
  if (!url_) return inject(type, std::move(*standing), places, authorities, stop);
  json wanted = webhooks_of(type, places, authorities);
  if (standing->value("webhooks", json()) == wanted) return false;
  // Replaced, as applying keeps what another manager has added, be it a condition that lets no request through.
  (*standing)["webhooks"] = std::move(wanted);
  (*standing)["metadata"]["labels"][core::kManagedByLabel] = core::kManagedByValue;
  const auto replaced = client_.replace(type, key, *standing, stop);
  if (!replaced) return std::unexpected(replaced.error());
  return true;
}

core::Result<bool> WebhookRegistration::inject(const core::ResourceType& type, json configuration,
                                               const std::map<std::string, std::string>& path_of,
                                               const std::string& authorities, const std::stop_token& stop) {
  const std::string bundle = kube::encode_base64(authorities);
  bool differs = false;
  for (json& one : configuration["webhooks"]) {
    json& client_config = one["clientConfig"];
    const json before = client_config;
    client_config["caBundle"] = bundle;
    const std::string full_name = one.value("name", "");
    const auto path = path_of.find(full_name.substr(0, full_name.find('.')));
    if (client_config.contains("service") && path != path_of.end()) client_config["service"]["path"] = path->second;
    differs = differs || client_config != before;
  }
  if (!differs) return false;
  const auto replaced = client_.replace(type, {"", kWebhookConfigurationName}, configuration, stop);
  if (!replaced) return std::unexpected(replaced.error());
  return true;
}

}  // namespace guildhall::admission
