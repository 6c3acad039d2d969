// A proxy in front of a real API server that does harm by rule.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "tests/cluster/control_plane.hpp"
#include "tests/faults/fault_rule.hpp"
#include "tests/faults/write_log.hpp"

namespace guildhall::tests::faults {

/// Listens on a free port of 127.0.0.1 with the API server's own certificate, and passes every request on to the API
/// server by a TLS connection of its own: bearer tokens pass, client certificates do not. Without a rule it changes
/// nothing, but that a watch has its connection alone. rules() and writes() may be used from any thread, the rest from
/// one.
class FaultProxy {
 public:
  /// The control plane must outlive it. Throws std::exception when it cannot listen.
  explicit FaultProxy(const cluster::ControlPlane& control_plane);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  /// A copy of a kubeconfig, in the same folder, that leads through this proxy.
  [[nodiscard]] std::filesystem::path lead_through(const std::filesystem::path& kubeconfig) const;

  [[nodiscard]] RuleBook& rules();
  [[nodiscard]] WriteLog& writes();

  /// Cuts every connection and refuses new ones.
  void stop();

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace guildhall::tests::faults
