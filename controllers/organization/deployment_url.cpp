#include "controllers/organization/deployment_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "operator/core/text.hpp"

namespace guildhall::controllers::organization {

namespace {

using nlohmann::json;

/// One listening part of a deployment.
struct Component {
  std::string_view name;    ///< of the part; with "-" and the object's name that of its Service
  std::string_view member;  ///< of spec, in which its settings stand; empty: in spec itself
  std::string_view port;    ///< when the settings name none
};

/// What is read and what is written; of a single node they are one.
struct Layout {
  DeploymentKind kind;
  Component read;
  Component write;
};

constexpr std::array kLayouts{
    Layout{DeploymentKind::VMSingle, {"vmsingle", "", "8428"}, {}},
    Layout{DeploymentKind::VMCluster, {"vmselect", "vmselect", "8481"}, {"vminsert", "vminsert", "8480"}},
    Layout{DeploymentKind::VLSingle, {"vlsingle", "", "9428"}, {}},
    Layout{DeploymentKind::VLCluster, {"vlselect", "vlselect", "9471"}, {"vlinsert", "vlinsert", "9481"}},
    Layout{DeploymentKind::VTSingle, {"vtsingle", "", "10428"}, {}},
    Layout{DeploymentKind::VTCluster, {"vtselect", "select", "10471"}, {"vtinsert", "insert", "10481"}},
};

const json& member_of(const json& object, std::string_view name) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

/// The first of a flag's values, without the spaces around it: several are written with commas.
std::string first_value(const json& settings, std::string_view flag) {
  const json& value = member_of(member_of(settings, "extraArgs"), flag);
  if (!value.is_string()) return "";
  const auto text = value.get<std::string>();
  return std::string(core::trimmed(std::string_view(text).substr(0, text.find(','))));
}

std::string path_prefix(const json& settings) {
  std::string prefix = first_value(settings, "http.pathPrefix");
  while (prefix.ends_with('/'))
    prefix.pop_back();
  return prefix.empty() || prefix.starts_with('/') ? prefix : "/" + prefix;
}

std::string port_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_integer() ? std::to_string(value.get<std::int64_t>()) : "";
}

/// Where a Service of one's own takes the place of the one that the operator makes, its port called http counts.
std::string port_of(const json& settings, std::string_view otherwise) {
  std::string port = port_text(member_of(settings, "port"));
  if (port.empty()) port = otherwise;
  const json& service = member_of(settings, "serviceSpec");
  if (member_of(service, "useAsDefault") != json(true)) return port;
  for (const json& one : member_of(member_of(service, "spec"), "ports")) {
    if (member_of(one, "name") == json("http")) return port_text(member_of(one, "port"));
  }
  return port;
}

/// A cluster that was adopted from a Helm chart has the part behind its own name; a single node has no part there.
std::string service_name(const Component& component, const core::ObjectKey& key, bool legacy) {
  if (!legacy) return fmt::format("{}-{}", component.name, key.name);
  return component.member.empty() ? key.name : fmt::format("{}-{}", key.name, component.name);
}

bool is_port(const std::string& text) {
  constexpr std::size_t most_digits = 5;
  return !text.empty() && text.size() <= most_digits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_plain_path(const std::string& text) {
  constexpr std::size_t longest = 256;
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  return text.size() <= longest && text.find_first_not_of(kPlain) == std::string::npos;
}

/// Of a component that there is; what stands in the way goes into `flaw`.
std::string url_of(const Component& component, const core::ObjectKey& key, const json& spec, std::string& flaw) {
  if (component.name.empty()) return "";
  const json& settings = component.member.empty() ? spec : member_of(spec, component.member);
  if (!settings.is_object()) return "";
  const std::string port = port_of(settings, component.port);
  const std::string prefix = path_prefix(settings);
  if (!is_port(port)) flaw = fmt::format("the port of its {} is no number", component.name);
  if (!is_plain_path(prefix))
    flaw = fmt::format("extraArgs http.pathPrefix of its {} is no path of at most 256 letters, digits and -._~/",
                       component.name);
  if (!flaw.empty()) return "";
  const bool tls = core::lower_case(first_value(settings, "tls")) == "true";
  const bool legacy = member_of(spec, "useLegacyNaming") == json(true);
  return fmt::format("{}://{}.{}.svc:{}{}", tls ? "https" : "http", service_name(component, key, legacy), key.ns, port,
                     prefix);
}

bool is_called(const json& port, std::string_view word) {
  return member_of(port, "name") == json(word) || member_of(port, "appProtocol") == json(word);
}

}  // namespace

DeploymentUrls deployment_urls(DeploymentKind kind, const core::ObjectKey& key, const nlohmann::json& object) {
  const auto* const layout = std::ranges::find(kLayouts, kind, &Layout::kind);
  if (layout == kLayouts.end()) return {};
  const json& spec = member_of(object, "spec");
  DeploymentUrls urls;
  urls.read = url_of(layout->read, key, spec, urls.flaw);
  urls.write = url_of(layout->write, key, spec, urls.flaw);
  return urls;
}

std::string service_url(const core::ObjectKey& key, const nlohmann::json& service) {
  const json& ports = member_of(member_of(service, "spec"), "ports");
  if (!ports.is_array() || ports.empty()) return "";
  const json* chosen = &ports.front();
  bool tls = is_called(*chosen, "https");
  for (const auto& [word, speaks_tls] : {std::pair{"https", true}, std::pair{"http", false}}) {
    const auto found = std::ranges::find_if(ports, [word](const json& port) { return is_called(port, word); });
    if (found == ports.end()) continue;
    chosen = &*found;
    tls = speaks_tls;
  }
  return fmt::format("{}://{}.{}.svc:{}", tls ? "https" : "http", key.name, key.ns,
                     port_text(member_of(*chosen, "port")));
}

}  // namespace guildhall::controllers::organization
