#include "operator/records/api_registration.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/json_member.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/well_known_names.hpp"
#include "operator/kube/base64.hpp"

namespace guildhall::records {

namespace {

using nlohmann::json;

/// As for any extension API: behind those of Kubernetes itself.
constexpr int kGroupPriority = 1000;
constexpr int kVersionPriority = 15;

const core::ObjectKey kApiService{"", kApiServiceName};

/// Whether what stands says all that is wanted; the server fills in more.
bool says(const json& standing, const json& wanted) {
  for (const auto& [name, value] : wanted.items()) {
    if (!standing.contains(name) || standing.at(name) != value) return false;
  }
  return true;
}

bool is_unavailable(const json& api_service) {
  const json status = api_service.value("status", json::object());
  const json conditions = status.value("conditions", json::array());
  return std::ranges::any_of(conditions, [](const json& condition) {
    return core::text_at(condition, "type") == "Available" && core::text_at(condition, "status") == "False";
  });
}

/// True: the object has our name from now on.
bool sign_unavailable(json& object, const std::string& instance) {
  if (!is_unavailable(object)) return false;
  json& annotations = object["metadata"]["annotations"];
  if (!annotations.is_object()) annotations = json::object();
  if (core::text_at(annotations, kServedByAnnotation) == instance) return false;
  annotations[kServedByAnnotation] = instance;
  return true;
}

}  // namespace

json api_service_spec(const ApiPlace& place, std::uint16_t port, const std::string& authorities) {
  return {{"group", "records.guildhall.dev"},
          {"version", "v1alpha1"},
          {"groupPriorityMinimum", kGroupPriority},
          {"versionPriority", kVersionPriority},
          {"caBundle", kube::encode_base64(authorities)},
          {"service", {{"namespace", place.ns}, {"name", kServiceName}, {"port", port}}}};
}

json service_spec(const std::string& external_host) {
  return {{"type", "ExternalName"}, {"externalName", external_host}};
}

core::Result<void> ApiRegistration::keep(const std::string& authorities, const std::stop_token& stop) {
  if (!place_.external_host) return inject(authorities, stop);
  if (auto kept = keep_service(stop); !kept) return kept;
  return put(core::types::api_services(), kApiService, api_service_spec(place_, port_, authorities), stop);
}

core::Result<void> ApiRegistration::withdraw(const std::stop_token& stop) {
  if (!place_.external_host) return {};
  const core::ResourceType& type = core::types::api_services();
  const auto standing = client_.get(type, kApiService, stop);
  if (!standing && standing.error().kind == core::ErrorKind::NotFound) return {};
  if (!standing) return std::unexpected(standing.error());
  const auto metadata = core::parse_object_meta(standing->value("metadata", json::object()));
  if (!metadata) return std::unexpected(metadata.error());
  if (metadata->label(core::kManagedByLabel) != core::kManagedByValue) return {};
  const auto removed = client_.remove(type, kApiService, {.uid = metadata->uid, .resource_version = {}}, stop);
  if (removed || removed.error().kind == core::ErrorKind::NotFound) return {};
  return std::unexpected(removed.error());
}

core::Result<void> ApiRegistration::keep_service(const std::stop_token& stop) {
  return put(core::types::services(), {place_.ns, kServiceName}, service_spec(*place_.external_host), stop);
}

core::Result<void> ApiRegistration::put(const core::ResourceType& type, const core::ObjectKey& key, json spec,
                                        const std::stop_token& stop) {
  auto standing = client_.get(type, key, stop);
  if (!standing && standing.error().kind != core::ErrorKind::NotFound) return std::unexpected(standing.error());
  if (!standing) {
    json object = core::object_head(type, key);
    object["metadata"]["labels"] = {{core::kManagedByLabel, core::kManagedByValue}};
    object["spec"] = std::move(spec);
    const auto created = client_.create(type, key.ns, object, stop);
    if (created) return {};
    return std::unexpected(created.error());
  }
  const bool is_signed = sign_unavailable(*standing, instance_);
  if (!is_signed && says(standing->value("spec", json::object()), spec)) return {};
  (*standing)["spec"] = std::move(spec);
  const auto replaced = client_.replace(type, key, *standing, stop);
  if (!replaced) return std::unexpected(replaced.error());
  return {};
}

core::Result<void> ApiRegistration::inject(const std::string& authorities, const std::stop_token& stop) {
  const core::ResourceType& type = core::types::api_services();
  auto standing = client_.get(type, kApiService, stop);
  if (!standing && standing.error().kind == core::ErrorKind::NotFound) {
    return core::fail(core::ErrorKind::NotFound, "is missing; apply charts/guildhall/files/apiservice.yaml",
                      core::describe(type, kApiService));
  }
  if (!standing) return std::unexpected(standing.error());
  const std::string bundle = kube::encode_base64(authorities);
  if ((*standing)["spec"].value("caBundle", "") == bundle) return {};
  (*standing)["spec"]["caBundle"] = bundle;
  const auto replaced = client_.replace(type, kApiService, *standing, stop);
  if (!replaced) return std::unexpected(replaced.error());
  return {};
}

}  // namespace guildhall::records
