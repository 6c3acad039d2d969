// A real Kubernetes control plane for tests.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cluster/kubectl.hpp"

namespace guildhall::tests::cluster {

struct ControlPlaneOptions {
  // Manifests that are there before the controllers start, so that they know the CRDs among them at once.
  std::vector<std::filesystem::path> install;
  // Further flags of kube-apiserver, parted by spaces.
  std::string apiserver_flags;
};

// The checkout that this was built from.
[[nodiscard]] std::filesystem::path source_directory();

// The CRDs of crds/, for ControlPlaneOptions::install.
[[nodiscard]] std::vector<std::filesystem::path> crds();

// A control plane of its own: etcd, kube-apiserver and kube-controller-manager on free ports of 127.0.0.1, in a folder
// under the build tree. It lives as long as this value, and ends when this process ends, however it ends. The folder
// goes with it, but for the logs when a test has failed. Every member throws std::runtime_error, with the ends of the
// logs, when it does not succeed. Not thread-safe; what kubectl() returns is.
class ControlPlane {
 public:
  explicit ControlPlane(const ControlPlaneOptions& options = {});
  ~ControlPlane();
  ControlPlane(const ControlPlane&) = delete;
  ControlPlane& operator=(const ControlPlane&) = delete;
  ControlPlane(ControlPlane&&) = delete;
  ControlPlane& operator=(ControlPlane&&) = delete;

  // The superuser's kubeconfig, and kubectl with it.
  [[nodiscard]] std::filesystem::path kubeconfig() const { return directory_ / "kubeconfig"; }
  [[nodiscard]] Kubectl kubectl() const { return Kubectl(kubectl_, kubeconfig()); }

  // A user with a new client certificate of this name and these groups.
  [[nodiscard]] Kubectl user(const std::string& name, const std::vector<std::string>& groups = {}) const;

  // A ServiceAccount that exists, with a token in a file beside the kubeconfig; a second call renews the token in that
  // file.
  [[nodiscard]] Kubectl serviceaccount(const std::string& namespace_name, const std::string& name) const;

  // The same port and data afterwards; every open connection is cut.
  void restart_apiserver();
  // Ends everything, and starts it again with the same CA, ports and data.
  void stop();
  void start();
  // Makes etcd forget all old revisions: a watch or a list from one of them is answered with 410 Gone, once the API
  // server's own cache has forgotten them too (restart_apiserver).
  void compact();

  // For scratch files; it goes with the control plane.
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  [[nodiscard]] Output cluster(const std::vector<std::string>& arguments) const;
  [[nodiscard]] Kubectl with_kubeconfig(std::string_view file_stem, std::string_view content) const;

  ControlPlaneOptions options_;
  std::filesystem::path directory_;
  std::filesystem::path kubectl_;
};

// The control plane that a whole test program shares, with crds() installed; started at its first use. Only in programs
// that link guildhall_test_cluster_main. Tests in it must use namespaces of their own.
[[nodiscard]] ControlPlane& shared_control_plane();

}  // namespace guildhall::tests::cluster
