#include "operator/records/discovery.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

using nlohmann::json;

/// Not in the category `guildhall`: `kubectl get guildhall` would read the whole log.
const std::array<ServedResource, 3>& resources() {
  static const std::array<ServedResource, 3> all{{{.name = kAuditEntries,
                                                   .singular = "auditentry",
                                                   .kind = kAuditEntry,
                                                   .namespaced = true,
                                                   .verbs = {"get", "list", "watch"},
                                                   .short_names = {"gaudit"},
                                                   .categories = {"guildhall-records"}},
                                                  {.name = kSignups,
                                                   .singular = "signup",
                                                   .kind = kSignup,
                                                   .namespaced = false,
                                                   .verbs = {"create"},
                                                   .short_names = {},
                                                   .categories = {}},
                                                  {.name = kUseReports,
                                                   .singular = "usereport",
                                                   .kind = kUseReport,
                                                   .namespaced = false,
                                                   .verbs = {"create"},
                                                   .short_names = {},
                                                   .categories = {}}}};
  return all;
}

json group_object() {
  const json version = {{"groupVersion", kApiVersion}, {"version", kVersion}};
  return {{"name", kGroup}, {"versions", json::array({version})}, {"preferredVersion", version}};
}

void put(json& object, const char* name, const std::vector<std::string_view>& words) {
  if (!words.empty()) object[name] = words;
}

json resource_object(const ServedResource& resource) {
  json object = {{"name", resource.name},
                 {"singularName", resource.singular},
                 {"namespaced", resource.namespaced},
                 {"kind", resource.kind},
                 {"verbs", resource.verbs}};
  put(object, "shortNames", resource.short_names);
  put(object, "categories", resource.categories);
  return object;
}

json discovery_object(const ServedResource& resource) {
  json object = {{"resource", resource.name},
                 {"responseKind", {{"group", kGroup}, {"version", kVersion}, {"kind", resource.kind}}},
                 {"scope", resource.namespaced ? "Namespaced" : "Cluster"},
                 {"singularResource", resource.singular},
                 {"verbs", resource.verbs}};
  put(object, "shortNames", resource.short_names);
  put(object, "categories", resource.categories);
  return object;
}

}  // namespace

std::span<const ServedResource> served_resources() {
  return resources();
}

const ServedResource* find_resource(std::string_view name) {
  const auto found = std::ranges::find(resources(), name, &ServedResource::name);
  return found == resources().end() ? nullptr : &*found;
}

json api_group_list() {
  return {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", json::array({group_object()})}};
}

json api_group() {
  json group = group_object();
  group["kind"] = "APIGroup";
  group["apiVersion"] = "v1";
  return group;
}

json api_resource_list() {
  json list = {{"kind", "APIResourceList"}, {"apiVersion", "v1"}, {"groupVersion", kApiVersion}};
  for (const ServedResource& resource : resources())
    list["resources"].push_back(resource_object(resource));
  return list;
}

json aggregated_discovery(std::string_view version) {
  json of_version = {{"version", kVersion}, {"freshness", "Current"}};
  for (const ServedResource& resource : resources())
    of_version["resources"].push_back(discovery_object(resource));
  const json group = {{"metadata", {{"name", kGroup}, {"creationTimestamp", nullptr}}},
                      {"versions", json::array({std::move(of_version)})}};
  return {{"kind", "APIGroupDiscoveryList"},
          {"apiVersion", "apidiscovery.k8s.io/" + std::string(version)},
          {"metadata", json::object()},
          {"items", json::array({group})}};
}

}  // namespace guildhall::records
