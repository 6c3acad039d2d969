// The kubeconfig's YAML; the only file that includes yaml-cpp.
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <string_view>
#include <utility>

#include "operator/kube/base64.hpp"
#include "operator/kube/config.hpp"

namespace guildhall::kube {

namespace {

using core::ErrorKind;

/// One mapping of the file, and how it is called in messages: "users[jane].user".
struct Section {
  YAML::Node node;
  std::string name;
  std::filesystem::path file;

  [[nodiscard]] std::unexpected<core::Error> invalid(std::string_view field, std::string_view why) const {
    return core::fail(ErrorKind::Invalid, fmt::format("kubeconfig {}: {}{}{} {}", file.string(), name,
                                                      name.empty() ? "" : ".", field, why));
  }
};

/// Throws YAML::Exception and core::Error inside this file only: parse_kubeconfig turns both into values.
[[noreturn]] void refuse(const Section& section, std::string_view field, std::string_view why) {
  throw section.invalid(field, why).error();
}

std::string text(const Section& section, const char* field) {
  const YAML::Node value = section.node[field];
  if (!value || value.IsNull()) return {};
  if (!value.IsScalar()) refuse(section, field, "must be a string");
  return value.Scalar();
}

bool flag(const Section& section, const char* field) {
  const std::string value = text(section, field);
  if (value.empty() || value == "false") return false;
  if (value != "true") refuse(section, field, "must be true or false");
  return true;
}

YAML::Node list(const Section& section, const char* field) {
  const YAML::Node value = section.node[field];
  if (value && !value.IsNull() && !value.IsSequence()) refuse(section, field, "must be a list");
  return value;
}

Section mapping(const Section& section, const char* field) {
  const YAML::Node value = section.node[field];
  if (!value || !value.IsMap()) refuse(section, field, "is missing");
  return {value, section.name.empty() ? field : section.name + "." + field, section.file};
}

/// The entry of that name in clusters, users or contexts, and in it the mapping `inner`.
std::optional<Section> entry(const Section& root, const char* field, const char* inner, const std::string& name) {
  const YAML::Node entries = list(root, field);
  for (const YAML::Node& candidate : entries) {
    if (!candidate.IsMap() || !candidate["name"] || candidate["name"].Scalar() != name) continue;
    const Section found{candidate, fmt::format("{}[{}]", field, name), root.file};
    return mapping(found, inner);
  }
  return std::nullopt;
}

std::filesystem::path beside(const Section& section, const std::string& path) {
  const std::filesystem::path given(path);
  return given.empty() || given.is_absolute() ? given : section.file.parent_path() / given;
}

/// `field`-data holds base64, `field` a path; the data wins, as in client-go.
TextSource source(const Section& section, const char* field) {
  const std::string data_field = std::string(field) + "-data";
  if (const std::string data = text(section, data_field.c_str()); !data.empty()) {
    auto decoded = decode_base64(data);
    if (!decoded) refuse(section, data_field, "is not base64");
    return {.text = core::SecretText(std::move(*decoded)), .file = {}};
  }
  return {.text = {}, .file = beside(section, text(section, field))};
}

ExecPlugin exec_plugin(const Section& section) {
  ExecPlugin plugin;
  plugin.api_version = text(section, "apiVersion");
  if (plugin.api_version != "client.authentication.k8s.io/v1" &&
      plugin.api_version != "client.authentication.k8s.io/v1beta1")
    refuse(section, "apiVersion", "must be client.authentication.k8s.io/v1 or v1beta1");
  plugin.command = text(section, "command");
  if (plugin.command.empty()) refuse(section, "command", "is missing");
  if (plugin.command.find('/') != std::string::npos) plugin.command = beside(section, plugin.command).string();
  for (const auto& arg : list(section, "args"))
    plugin.args.push_back(arg.as<std::string>());
  for (const auto& variable : list(section, "env")) {
    const Section pair{variable, section.name + ".env", section.file};
    if (!variable.IsMap() || text(pair, "name").empty()) refuse(section, "env", "must be a list of name and value");
    plugin.env.emplace_back(text(pair, "name"), text(pair, "value"));
  }
  plugin.provide_cluster_info = flag(section, "provideClusterInfo");
  plugin.install_hint = text(section, "installHint");
  return plugin;
}

void read_cluster(const Section& cluster, ClusterConfig& config) {
  config.server = text(cluster, "server");
  if (!config.server.starts_with("https://") && !config.server.starts_with("http://"))
    refuse(cluster, "server", "must be a URL that begins with https://");
  config.ca = source(cluster, "certificate-authority");
  config.tls_server_name = text(cluster, "tls-server-name");
  config.insecure = flag(cluster, "insecure-skip-tls-verify");
  if (config.insecure && !config.ca.empty())
    refuse(cluster, "insecure-skip-tls-verify", "cannot be set together with certificate-authority");
  if (!text(cluster, "proxy-url").empty()) refuse(cluster, "proxy-url", "is not supported");
}

void read_user(const Section& user, ClusterConfig& config) {
  for (const char* field : {"username", "password", "auth-provider", "as", "as-groups", "as-uid", "as-user-extra"})
    if (user.node[field]) refuse(user, field, "is not supported; use a client certificate, a token or exec");
  config.client_certificate = source(user, "client-certificate");
  config.client_key = source(user, "client-key");
  if (config.client_certificate.empty() != config.client_key.empty())
    refuse(user, config.client_key.empty() ? "client-key" : "client-certificate",
           "is missing; a client certificate and its key belong together");
  // As in client-go, a token file wins over the token beside it.
  config.token.file = beside(user, text(user, "tokenFile"));
  if (config.token.file.empty()) config.token.text = core::SecretText(text(user, "token"));
  if (user.node["exec"] && !user.node["exec"].IsNull()) config.exec = exec_plugin(mapping(user, "exec"));
}

ClusterConfig read_config(const Section& root, const std::string& context_name) {
  const auto context = entry(root, "contexts", "context", context_name);
  if (!context) {
    throw core::fail(ErrorKind::NotFound,
                     fmt::format("kubeconfig {}: there is no context '{}'", root.file.string(), context_name))
        .error();
  }
  ClusterConfig config;
  config.ns = text(*context, "namespace");
  const auto cluster = entry(root, "clusters", "cluster", text(*context, "cluster"));
  if (!cluster) refuse(*context, "cluster", fmt::format("names no entry of clusters: '{}'", text(*context, "cluster")));
  read_cluster(*cluster, config);
  const std::string user_name = text(*context, "user");
  if (user_name.empty()) return config;
  const auto user = entry(root, "users", "user", user_name);
  if (!user) refuse(*context, "user", fmt::format("names no entry of users: '{}'", user_name));
  read_user(*user, config);
  return config;
}

}  // namespace

core::Result<ClusterConfig> parse_kubeconfig(std::string_view yaml, const std::filesystem::path& file,
                                             const std::string& context) {
  try {
    const Section root{YAML::Load(std::string(yaml)), "", file};
    if (!root.node.IsMap()) return root.invalid("the file", "is no mapping");
    const std::string wanted = context.empty() ? text(root, "current-context") : context;
    if (wanted.empty())
      return core::fail(ErrorKind::NotFound, fmt::format("kubeconfig {}: current-context is not set", file.string()));
    return read_config(root, wanted);
  } catch (const core::Error& error) {
    return std::unexpected(error);
  } catch (const YAML::Exception& error) {
    // Its own message may quote the file; the place is enough.
    return core::fail(ErrorKind::Invalid, fmt::format("kubeconfig {}: line {}: cannot be read as YAML", file.string(),
                                                      error.mark.line + 1));
  }
}

}  // namespace guildhall::kube
