#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"

namespace guildhall::kube {

/// A text that stands in the configuration itself or in a file that may be replaced while we run (the file wins).
struct TextSource {
  core::SecretText text;
  std::filesystem::path file;
  [[nodiscard]] bool empty() const { return text.empty() && file.empty(); }
};

/// A program that hands out credentials. Source: Kubernetes authentication, "client-go credential plugins".
struct ExecPlugin {
  std::string api_version;  ///< client.authentication.k8s.io/v1 or v1beta1
  std::string command;      ///< looked up in PATH if it holds no slash
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;  ///< on top of our own environment
  bool provide_cluster_info = false;
  std::string install_hint;  ///< shown when the command does not exist
};

/// Where the API server is and how to authenticate to it. TLS is always verified, except where `insecure` says so.
struct ClusterConfig {
  std::string server;  ///< "https://10.0.0.1:6443", perhaps with a path
  TextSource ca;       ///< PEM; empty: the system's authorities
  TextSource client_certificate;
  TextSource client_key;
  TextSource token;
  std::optional<ExecPlugin> exec;
  std::string tls_server_name;  ///< the name in the server's certificate, where it is not the host of `server`
  bool insecure = false;        ///< insecure-skip-tls-verify stood in the kubeconfig
  std::string ns;               ///< the namespace to work in; empty: none was named
};

/// Reads a whole file. Errors: NotFound or Invalid, naming it.
using FileReader = std::function<core::Result<std::string>(const std::filesystem::path& file)>;
core::Result<std::string> read_file(const std::filesystem::path& file);

/// Gives an environment variable; unset when there is none.
using Environment = std::function<std::optional<std::string>(const char* name)>;
std::optional<std::string> process_environment(const char* name);

/// Reads one kubeconfig. Pure but for `read`, which is asked only to see that named files can be read. Relative paths
/// are relative to `file`. Unknown fields are passed over. `context` empty: current-context.
/// Errors: Invalid, naming the file and the field; NotFound when the file does not define that context.
core::Result<ClusterConfig> parse_kubeconfig(std::string_view yaml, const std::filesystem::path& file,
                                             const std::string& context);

/// The same from a file. Errors: as above, and NotFound when there is no such file.
core::Result<ClusterConfig> load_kubeconfig(const std::filesystem::path& file, const std::string& context,
                                            const FileReader& read = read_file);

/// From inside a pod: KUBERNETES_SERVICE_HOST and _PORT, and the ServiceAccount's token, CA and namespace in
/// /var/run/secrets/kubernetes.io/serviceaccount. Errors: NotFound when this is no pod.
core::Result<ClusterConfig> in_cluster_config(const Environment& environment, const FileReader& read = read_file);

/// What to look for, in this order: the file named by a flag; the first file of $KUBECONFIG (separated by ":") that
/// exists and defines the context; in-cluster. Lists are not merged: a context, its cluster and its user must stand in
/// one file.
struct ConfigRequest {
  std::filesystem::path kubeconfig;  ///< of --kubeconfig; may be empty
  std::string context;               ///< empty: current-context
};
core::Result<ClusterConfig> load_config(const ConfigRequest& request,
                                        const Environment& environment = process_environment,
                                        const FileReader& read = read_file);

}  // namespace guildhall::kube
