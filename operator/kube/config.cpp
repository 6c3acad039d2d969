#include "operator/kube/config.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

namespace guildhall::kube {

namespace {

using core::ErrorKind;
using std::filesystem::path;

constexpr const char* kServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

std::vector<path> split_list(std::string_view list) {
  std::vector<path> files;
  while (!list.empty()) {
    const auto end = list.find(':');
    if (end != 0) files.emplace_back(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return files;
}

/// Those that exist, as one.
core::Result<ClusterConfig> merged(const std::vector<path>& files, const KubeconfigChoice& choice,
                                   const FileReader& read) {
  std::vector<KubeconfigText> texts;
  for (const auto& file : files) {
    auto text = read(file);
    if (text)
      texts.push_back({std::move(*text), file});
    else if (text.error().kind != ErrorKind::NotFound)
      return core::fail("kubeconfig", text.error());
  }
  if (texts.empty()) return core::fail(ErrorKind::NotFound, "KUBECONFIG names no file that exists");
  return parse_kubeconfigs(texts, choice);
}

}  // namespace

core::Result<std::string> read_file(const path& file) {
  try {
    std::ifstream stream(file, std::ios::binary);
    if (stream) return std::string{std::istreambuf_iterator<char>(stream), {}};
  } catch (const std::ios_base::failure&) {
    // A folder opens and cannot be read.
    return core::fail(ErrorKind::Invalid, fmt::format("{}: cannot be read", file.string()));
  }
  std::error_code ignored;
  const bool exists = std::filesystem::exists(file, ignored);
  return core::fail(exists ? ErrorKind::Invalid : ErrorKind::NotFound,
                    fmt::format("{}: {}", file.string(), exists ? "cannot be read" : "there is no such file"));
}

std::optional<std::string> process_environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here writes the environment
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

core::Result<ClusterConfig> load_kubeconfig(const path& file, const KubeconfigChoice& choice, const FileReader& read) {
  auto text = read(file);
  if (!text) return core::fail("kubeconfig", text.error());
  return parse_kubeconfigs({{std::move(*text), file}}, choice);
}

core::Result<ClusterConfig> in_cluster_config(const Environment& environment, const FileReader& read) {
  const auto host = environment("KUBERNETES_SERVICE_HOST");
  const auto port = environment("KUBERNETES_SERVICE_PORT");
  if (!host || !port || host->empty() || port->empty())
    return core::fail(ErrorKind::NotFound,
                      "this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
  const bool is_ipv6 = host->find(':') != std::string::npos;
  ClusterConfig config;
  config.server = is_ipv6 ? fmt::format("https://[{}]:{}", *host, *port) : fmt::format("https://{}:{}", *host, *port);
  config.token.file = path(kServiceAccount) / "token";
  config.ca.file = path(kServiceAccount) / "ca.crt";
  for (const auto& file : {config.token.file, config.ca.file})
    if (const auto text = read(file); !text) return core::fail("the pod's ServiceAccount is not mounted", text.error());
  config.ns = read(path(kServiceAccount) / "namespace").value_or("");
  return config;
}

std::vector<KubeconfigText> find_kubeconfigs(const ConfigRequest& request, const Environment& environment,
                                             const FileReader& read) {
  std::vector<path> files = split_list(environment("KUBECONFIG").value_or(""));
  if (files.empty() && !request.home_kubeconfig.empty()) files = {request.home_kubeconfig};
  if (!request.kubeconfig.empty()) files = {request.kubeconfig};
  std::vector<KubeconfigText> texts;
  for (const auto& file : files)
    if (auto text = read(file)) texts.push_back({std::move(*text), file});
  return texts;
}

core::Result<ClusterConfig> load_config(const ConfigRequest& request, const Environment& environment,
                                        const FileReader& read) {
  if (!request.kubeconfig.empty()) return load_kubeconfig(request.kubeconfig, request.choice, read);
  const auto listed = split_list(environment("KUBECONFIG").value_or(""));
  if (!listed.empty()) return merged(listed, request.choice, read);
  if (!request.home_kubeconfig.empty()) {
    const auto text = read(request.home_kubeconfig);
    if (text) return parse_kubeconfigs({{*text, request.home_kubeconfig}}, request.choice);
    if (text.error().kind != ErrorKind::NotFound) return core::fail("kubeconfig", text.error());
  }
  auto in_cluster = in_cluster_config(environment, read);
  if (!in_cluster && in_cluster.error().kind == ErrorKind::NotFound)
    return core::fail("no cluster is configured: give --kubeconfig or set KUBECONFIG", in_cluster.error());
  return in_cluster;
}

}  // namespace guildhall::kube
