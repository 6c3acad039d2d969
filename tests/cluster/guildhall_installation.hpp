// What Guildhall needs on a control plane before its operator can run.
#pragma once

#include <filesystem>

#include "tests/cluster/control_plane.hpp"

namespace guildhall::tests::cluster {

// Installs the namespace guildhall-system, the ServiceAccount guildhall-operator and what charts/guildhall/files holds
// (rbac.yaml, roles.yaml, policies.yaml); the CRDs are the control plane's own affair (ControlPlaneOptions::install).
// Returns the kubeconfig that the operator runs with. May be called again. Throws std::runtime_error with kubectl's
// words.
[[nodiscard]] std::filesystem::path install_guildhall(const ControlPlane& control_plane);

}  // namespace guildhall::tests::cluster
