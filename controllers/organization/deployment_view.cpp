#include "controllers/organization/deployment_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "controllers/organization/deployment_url.hpp"

namespace guildhall::controllers::organization {

namespace {

constexpr std::size_t kLongestName = 63;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/// As keys may write it (spec.deployments.names), and as it stands in the gate's paths.
bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, is_name_character) &&
         name.front() != '-' && name.back() != '-';
}

core::Result<core::ObjectMeta> metadata_of(const nlohmann::json& object) {
  if (!object.is_object() || !object.contains("metadata"))
    return core::fail(core::ErrorKind::Invalid, "an object without metadata");
  return core::parse_object_meta(object.at("metadata"));
}

std::string flaw_of_name(const std::string& name) {
  if (is_name(name)) return "";
  return fmt::format("'{}' is no deployment's name: at most 63 lower-case letters, digits and dashes", name);
}

bool is_external_name(const nlohmann::json& service) {
  const nlohmann::json::json_pointer type("/spec/type");
  return service.contains(type) && service.at(type) == "ExternalName";
}

std::string flaw_of_service(const nlohmann::json& service, const DeploymentView& view, bool knows_product) {
  if (auto flaw = flaw_of_name(view.name); !flaw.empty()) return fmt::format("label {}: {}", kDeploymentLabel, flaw);
  if (!knows_product) {
    return fmt::format("label {}: there is no product '{}'; there are {}", kProductLabel, view.labels.at(kProductLabel),
                       fmt::join(words_of(DeploymentProduct{}), ", "));
  }
  if (is_external_name(service)) return "it is of type ExternalName, and leads anywhere";
  return view.url.empty() ? "it has no port" : "";
}

}  // namespace

std::span<const DeploymentKind> optional_deployment_kinds() {
  static constexpr std::array kKinds{DeploymentKind::VMSingle,  DeploymentKind::VMCluster, DeploymentKind::VLSingle,
                                     DeploymentKind::VLCluster, DeploymentKind::VTSingle,  DeploymentKind::VTCluster};
  return kKinds;
}

const core::ResourceType& deployment_type(DeploymentKind kind) {
  static constexpr const char* kGroup = "operator.victoriametrics.com";
  static const std::array<core::ResourceType, 6> kTypes{{{kGroup, "v1beta1", "vmsingles", "VMSingle", true},
                                                         {kGroup, "v1beta1", "vmclusters", "VMCluster", true},
                                                         {kGroup, "v1", "vlsingles", "VLSingle", true},
                                                         {kGroup, "v1", "vlclusters", "VLCluster", true},
                                                         {kGroup, "v1", "vtsingles", "VTSingle", true},
                                                         {kGroup, "v1", "vtclusters", "VTCluster", true}}};
  const auto found = std::ranges::find(kTypes, api::to_string(kind), &core::ResourceType::kind);
  return found == kTypes.end() ? core::types::services() : *found;
}

std::string describe(const DeploymentView& view) {
  return fmt::format("{} {}", api::to_string(view.kind), view.key.to_string());
}

core::Result<DeploymentView> parse_service_deployment(const nlohmann::json& object) {
  auto meta = metadata_of(object);
  if (!meta) return std::unexpected(std::move(meta.error()));
  DeploymentView view{.key = meta->key(), .labels = meta->labels};
  view.name = std::string(meta->label(kDeploymentLabel));
  const bool says_product = meta->labels.contains(kProductLabel);
  const auto product = api::parse_word<DeploymentProduct>(meta->label(kProductLabel));
  view.product = product.value_or(DeploymentProduct::VMSingle);
  view.url = service_url(view.key, object);
  view.flaw = flaw_of_service(object, view, product || !says_product);
  return view;
}

core::Result<DeploymentView> parse_deployment(DeploymentKind kind, const nlohmann::json& object) {
  auto meta = metadata_of(object);
  if (!meta) return std::unexpected(std::move(meta.error()));
  DeploymentUrls urls = deployment_urls(kind, meta->key(), object);
  DeploymentView view{.key = meta->key(), .kind = kind, .name = meta->name, .labels = meta->labels};
  view.product = *api::parse_word<DeploymentProduct>(api::to_string(kind));
  view.url = std::move(urls.read);
  view.write_url = std::move(urls.write);
  view.flaw = flaw_of_name(view.name);
  if (view.flaw.empty()) view.flaw = std::move(urls.flaw);
  return view;
}

}  // namespace guildhall::controllers::organization
