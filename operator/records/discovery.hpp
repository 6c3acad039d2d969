#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::records {

/// One resource of this group, as clients discover it.
struct ServedResource {
  std::string_view name;
  std::string_view singular;
  std::string_view kind;
  bool namespaced = true;
  std::vector<std::string_view> verbs;
  std::vector<std::string_view> short_names;
  std::vector<std::string_view> categories;
};

/// auditentries and signups. None has a verb by which the namespace controller would wait for it: records outlive
/// their namespace.
std::span<const ServedResource> served_resources();
/// Null: there is none of that name.
const ServedResource* find_resource(std::string_view name);

/// meta/v1 APIGroupList, APIGroup, APIResourceList.
nlohmann::json api_group_list();
nlohmann::json api_group();
nlohmann::json api_resource_list();
/// apidiscovery.k8s.io APIGroupDiscoveryList of that version, "v2" or "v2beta1". Source: KEP-3352.
nlohmann::json aggregated_discovery(std::string_view version);

}  // namespace guildhall::records
