#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
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

/// Whom requests are made as, where that is somebody else. Source: Kubernetes authentication, "User impersonation".
struct Impersonation {
  std::string user;   ///< empty: nobody else
  std::string group;  ///< one at most: cpprestsdk sends a header once; empty: those that the server knows of the user
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
  Impersonation impersonation;
};

/// Reads a whole file. Errors: NotFound or Invalid, naming it.
using FileReader = std::function<core::Result<std::string>(const std::filesystem::path& file)>;
core::Result<std::string> read_file(const std::filesystem::path& file);

/// Gives an environment variable; unset when there is none.
using Environment = std::function<std::optional<std::string>(const char* name)>;
std::optional<std::string> process_environment(const char* name);

/// The text of one kubeconfig, and where it lies: relative paths in it are relative to that.
struct KubeconfigText {
  std::string yaml;
  std::filesystem::path file;
};

/// What is taken of a kubeconfig. Empty: current-context, and what the context names.
struct KubeconfigChoice {
  std::string context;
  std::string cluster;
  std::string user;
};

/// Reads kubeconfigs as one: of each name, and of current-context, the first one counts. Unknown fields are passed
/// over. Source: kubectl, "Merging kubeconfig files". Pure. Errors: Invalid, naming the file and the field; NotFound
/// when no file defines that context.
core::Result<ClusterConfig> parse_kubeconfigs(const std::vector<KubeconfigText>& files, const KubeconfigChoice& choice);

/// The same for one.
core::Result<ClusterConfig> parse_kubeconfig(std::string_view yaml, const std::filesystem::path& file,
                                             const std::string& context);

/// The same from a file. Errors: as above, and NotFound when there is no such file.
core::Result<ClusterConfig> load_kubeconfig(const std::filesystem::path& file, const KubeconfigChoice& choice,
                                            const FileReader& read = read_file);

/// From inside a pod: KUBERNETES_SERVICE_HOST and _PORT, and the ServiceAccount's token, CA and namespace in
/// /var/run/secrets/kubernetes.io/serviceaccount. Errors: NotFound when this is no pod.
core::Result<ClusterConfig> in_cluster_config(const Environment& environment, const FileReader& read = read_file);

/// What to look for, in this order: the file named by a flag; those of $KUBECONFIG (separated by ":") that exist, as
/// one; the file that people have at home; in-cluster.
struct ConfigRequest {
  std::filesystem::path kubeconfig;  ///< of --kubeconfig; may be empty
  KubeconfigChoice choice;
  std::filesystem::path home_kubeconfig;  ///< ~/.kube/config; empty: not looked for
};
/// The kubeconfigs among them, as far as they can be read.
std::vector<KubeconfigText> find_kubeconfigs(const ConfigRequest& request,
                                             const Environment& environment = process_environment,
                                             const FileReader& read = read_file);
core::Result<ClusterConfig> load_config(const ConfigRequest& request,
                                        const Environment& environment = process_environment,
                                        const FileReader& read = read_file);

}  // namespace guildhall::kube
