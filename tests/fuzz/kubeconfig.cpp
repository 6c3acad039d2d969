// Kubeconfigs. An input is one, or several that are read as one, a line "---" between them. Nothing is loaded that they
// name, and no plugin runs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "operator/kube/config.hpp"
#include "operator/kube/exec_plugin.hpp"
#include "operator/kube/kubeconfig_names.hpp"
#include "operator/kube/server_address.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

namespace guildhall::tests::fuzz {

namespace {

using core::ErrorKind;
using kube::ClusterConfig;
using kube::KubeconfigText;

std::vector<KubeconfigText> files_of(std::string_view input) {
  constexpr std::string_view kBetween = "\n---\n";
  std::vector<KubeconfigText> files;
  while (true) {
    const auto end = input.find(kBetween);
    files.push_back({std::string(input.substr(0, end)), fmt::format("/files/{}/config", files.size())});
    if (end == std::string_view::npos) return files;
    input.remove_prefix(end + kBetween.size());
  }
}

std::string describe(const kube::TextSource& source) {
  return fmt::format("{} in {}", source.text.reveal(), source.file.string());
}

/// All that was read, for comparing.
std::string describe(const ClusterConfig& config) {
  std::string text = fmt::format("{} ca {} certificate {} key {} token {} name {} insecure {} namespace {} as {} of {}",
                                 config.server, describe(config.ca), describe(config.client_certificate),
                                 describe(config.client_key), describe(config.token), config.tls_server_name,
                                 config.insecure, config.ns, config.impersonation.user, config.impersonation.group);
  if (config.exec) {
    text += fmt::format(" exec {} {} {} {} {} {}", config.exec->api_version, config.exec->command, config.exec->args,
                        config.exec->env, config.exec->provide_cluster_info, config.exec->install_hint);
  }
  return text;
}

void check_source(const kube::TextSource& source) {
  require(source.text.empty() || source.file.empty(), "a text comes from one place");
  require(source.file.empty() || source.file.is_absolute(), "a file lies beside its kubeconfig");
}

void check_plugin(const ClusterConfig& config) {
  if (!config.exec) return;
  require(!config.exec->command.empty(), "a plugin is a command");
  const auto info = nlohmann::json::parse(kube::exec_info(*config.exec, config, "CA"), nullptr, false);
  require(info.is_object() && info["apiVersion"] == config.exec->api_version, "a plugin is told what it can read");
}

/// What the server's address says is all there is to say of it.
void check_address(const std::string& server) {
  const auto address = kube::parse_server_address(server);
  if (!address) return;
  const auto again =
      kube::parse_server_address((address->tls ? "https://" : "http://") + kube::host_header_of(*address));
  require(again && again->host == address->host && again->port == address->port && again->tls == address->tls,
          "a server has one address");
}

void check_config(const ClusterConfig& config) {
  require(config.server.starts_with("https://") || config.server.starts_with("http://"), "a server is a URL");
  require(!config.insecure || config.ca.empty(), "authorities are not both given and passed over");
  require(config.client_certificate.empty() == config.client_key.empty(), "a certificate has its key");
  require(config.impersonation.group.empty() || !config.impersonation.user.empty(), "a group has its user");
  for (const auto* source : {&config.ca, &config.client_certificate, &config.client_key, &config.token})
    check_source(*source);
  check_plugin(config);
  check_address(config.server);
}

/// What completion offers is there.
void check_names(const std::vector<KubeconfigText>& files) {
  for (const std::string& context : kube::names_in(files).contexts) {
    const auto config = kube::parse_kubeconfigs(files, {.context = context, .cluster = {}, .user = {}});
    require(config || config.error().kind == ErrorKind::Invalid, "a context that is named is there");
  }
}

}  // namespace

void check_kubeconfig(std::string_view input) {
  auto files = files_of(input);
  check_names(files);
  const auto config = kube::parse_kubeconfigs(files, {});
  if (!config) {
    const ErrorKind kind = config.error().kind;
    require(kind == ErrorKind::Invalid || kind == ErrorKind::NotFound, "a kubeconfig is invalid, or lacks a context");
    return;
  }
  check_config(*config);
  files.push_back(files.front());
  const auto longer = kube::parse_kubeconfigs(files, {});
  require(longer && describe(*longer) == describe(*config), "of each name the first one counts");
}

}  // namespace guildhall::tests::fuzz
