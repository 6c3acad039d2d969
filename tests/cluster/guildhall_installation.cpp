#include "tests/cluster/guildhall_installation.hpp"

#include <array>
#include <stdexcept>

namespace guildhall::tests::cluster {
namespace {

constexpr std::string_view kAccount = R"(
{apiVersion: v1, kind: List, items: [
  {apiVersion: v1, kind: Namespace, metadata: {name: guildhall-system}},
  {apiVersion: v1, kind: ServiceAccount, metadata: {name: guildhall-operator, namespace: guildhall-system}}]}
)";

void succeed(const Output& output, const std::string& what) {
  if (output.exit_code != 0) {
    throw std::runtime_error(what + " cannot be installed: " + output.err);
  }
}

}  // namespace

std::filesystem::path install_guildhall(const ControlPlane& control_plane) {
  const auto kubectl = control_plane.kubectl();
  succeed(kubectl.apply(kAccount), "the operator's ServiceAccount");
  for (const std::string name : std::array{"rbac.yaml", "roles.yaml", "policies.yaml", "webhooks.yaml"}) {
    const auto file = std::filesystem::path(GUILDHALL_SOURCE_DIR) / "charts/guildhall/files" / name;
    succeed(kubectl({"apply", "--server-side", "--force-conflicts", "-f", file}), name);
  }
  return control_plane.serviceaccount("guildhall-system", "guildhall-operator").kubeconfig();
}

}  // namespace guildhall::tests::cluster
