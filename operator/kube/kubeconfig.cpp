// The kubeconfig's YAML.
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

/// All files, read as one.
using Roots = std::vector<Section>;

std::string names_of(const Roots& roots) {
  std::string names;
  for (const auto& root : roots)
    names += (names.empty() ? "" : ":") + root.file.string();
  return names;
}

/// The first entry of that name in clusters, users or contexts, and in it the mapping `inner`.
std::optional<Section> entry(const Roots& roots, const char* field, const char* inner, const std::string& name) {
  for (const Section& root : roots) {
    const YAML::Node entries = list(root, field);
    for (const YAML::Node& candidate : entries) {
      if (!candidate.IsMap() || !candidate["name"] || candidate["name"].Scalar() != name) continue;
      const Section found{candidate, fmt::format("{}[{}]", field, name), root.file};
      return mapping(found, inner);
    }
  }
  return std::nullopt;
}

std::string current_context(const Roots& roots) {
  for (const Section& root : roots)
    if (std::string current = text(root, "current-context"); !current.empty()) return current;
  return {};
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

Impersonation impersonation(const Section& user) {
  Impersonation other{.user = text(user, "as"), .group = {}};
  const YAML::Node groups = list(user, "as-groups");
  if (groups && groups.size() > 1) refuse(user, "as-groups", "holds more than one group, which is not supported");
  if (groups && groups.size() == 1) other.group = groups[0].as<std::string>();
  if (other.user.empty() && !other.group.empty()) refuse(user, "as-groups", "needs as");
  return other;
}

void read_user(const Section& user, ClusterConfig& config) {
  for (const char* field : {"username", "password", "auth-provider", "as-uid", "as-user-extra"})
    if (user.node[field]) refuse(user, field, "is not supported; use a client certificate, a token or exec");
  config.impersonation = impersonation(user);
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

/// What the choice says, else what the context names.
std::string chosen(const std::string& choice, const Section& context, const char* field) {
  return choice.empty() ? text(context, field) : choice;
}

ClusterConfig read_config(const Roots& roots, const std::string& context_name, const KubeconfigChoice& choice) {
  const auto context = entry(roots, "contexts", "context", context_name);
  if (!context) {
    throw core::fail(ErrorKind::NotFound,
                     fmt::format("kubeconfig {}: there is no context '{}'", names_of(roots), context_name))
        .error();
  }
  ClusterConfig config;
  config.ns = text(*context, "namespace");
  const std::string cluster_name = chosen(choice.cluster, *context, "cluster");
  const auto cluster = entry(roots, "clusters", "cluster", cluster_name);
  if (!cluster) refuse(*context, "cluster", fmt::format("names no entry of clusters: '{}'", cluster_name));
  read_cluster(*cluster, config);
  const std::string user_name = chosen(choice.user, *context, "user");
  if (user_name.empty()) return config;
  const auto user = entry(roots, "users", "user", user_name);
  if (!user) refuse(*context, "user", fmt::format("names no entry of users: '{}'", user_name));
  read_user(*user, config);
  return config;
}

/// An empty file is one without entries, as in kubectl.
Section load_root(const KubeconfigText& text) {
  Section root{YAML::Load(text.yaml), "", text.file};
  if (root.node.IsNull()) root.node = YAML::Node(YAML::NodeType::Map);
  if (!root.node.IsMap()) throw root.invalid("the file", "is no mapping").error();
  return root;
}

/// Its own message may quote the file; the place is enough.
std::unexpected<core::Error> unreadable(const std::string& files, const YAML::Exception& error) {
  return core::fail(ErrorKind::Invalid,
                    fmt::format("kubeconfig {}: line {}: cannot be read as YAML", files, error.mark.line + 1));
}

}  // namespace

core::Result<ClusterConfig> parse_kubeconfigs(const std::vector<KubeconfigText>& files,
                                              const KubeconfigChoice& choice) {
  Roots roots;
  try {
    for (const auto& file : files)
      roots.push_back(load_root(file));
    const std::string wanted = choice.context.empty() ? current_context(roots) : choice.context;
    if (wanted.empty())
      return core::fail(ErrorKind::NotFound, fmt::format("kubeconfig {}: current-context is not set", names_of(roots)));
    return read_config(roots, wanted, choice);
  } catch (const core::Error& error) {
    return std::unexpected(error);
  } catch (const YAML::Exception& error) {
    const bool loaded = roots.size() == files.size();
    return unreadable(loaded ? names_of(roots) : files[roots.size()].file.string(), error);
  }
}

core::Result<ClusterConfig> parse_kubeconfig(std::string_view yaml, const std::filesystem::path& file,
                                             const std::string& context) {
  return parse_kubeconfigs({{std::string(yaml), file}}, {.context = context, .cluster = {}, .user = {}});
}

}  // namespace guildhall::kube
