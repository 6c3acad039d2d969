// The client under test, against a control plane.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "operator/core/metrics.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/config.hpp"
#include "operator/kube/cpprest_transport.hpp"
#include "operator/kube/prompt_transport.hpp"
#include "tests/cluster/control_plane.hpp"

namespace guildhall::tests {

inline const core::ResourceType& config_maps() {
  static const core::ResourceType kType{"", "v1", "configmaps", "ConfigMap", true};
  return kType;
}

inline const core::ResourceType& api_keys() {
  static const core::ResourceType kType{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true};
  return kType;
}

/// A way to the API server. Tests of what all of them promise have it as their parameter.
struct Way {
  std::string name;
  core::Result<std::shared_ptr<kube::HttpTransport>> (*make)(kube::ClusterConfig config,
                                                             kube::TransportOptions options);
};

inline Way cpprest_way() {
  return {"Cpprest", [](kube::ClusterConfig config, kube::TransportOptions options) {
            return kube::make_cpprest_transport(std::move(config), std::move(options));
          }};
}

inline Way prompt_way() {
  return {"Prompt", [](kube::ClusterConfig config, kube::TransportOptions options) {
            const auto credentials = std::make_shared<kube::Credentials>(std::move(config), std::move(options.sources));
            auto other = kube::make_cpprest_transport(credentials, options.threads);
            return other ? kube::make_prompt_transport(credentials, *other) : other;
          }};
}

inline core::Result<std::unique_ptr<kube::Client>> connect(kube::ClusterConfig config,
                                                           const kube::ClientOptions& options = {},
                                                           const Way& way = cpprest_way()) {
  static core::NoMetrics metrics;  // NOLINT(misc-const-correctness): the client writes to it
  auto transport = way.make(std::move(config), {});
  if (!transport) return std::unexpected(transport.error());
  return std::make_unique<kube::Client>(*transport, options, metrics);
}

inline kube::ClusterConfig config_of(const std::filesystem::path& kubeconfig) {
  auto config = kube::load_kubeconfig(kubeconfig, {});
  if (!config) throw std::runtime_error(config.error().describe());
  return std::move(*config);
}

inline std::unique_ptr<kube::Client> client_of(const std::filesystem::path& kubeconfig,
                                               const kube::ClientOptions& options = {}) {
  auto client = connect(config_of(kubeconfig), options);
  if (!client) throw std::runtime_error(client.error().describe());
  return std::move(*client);
}

/// Makes a namespace; the control plane goes with all that is in it.
inline std::string make_namespace(const cluster::ControlPlane& control_plane, const std::string& name) {
  const auto output = control_plane.kubectl()({"create", "namespace", name});
  if (output.exit_code != 0) throw std::runtime_error(output.err);
  return name;
}

inline nlohmann::json config_map(const std::string& name, const std::string& value) {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"key", value}}}};
}

/// "" for a success, else the kind: what most tests compare.
template <class T>
std::string kind_of(const core::Result<T>& result) {
  return result ? "" : std::string(core::to_string(result.error().kind));
}

/// "" for a success, else the whole failure: what a failed assertion shows.
template <class T>
std::string failure_of(const core::Result<T>& result) {
  return result ? "" : result.error().describe();
}

}  // namespace guildhall::tests
