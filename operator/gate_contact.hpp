#pragma once

#include <chrono>

#include "operator/core/result.hpp"
#include "operator/gate_state.hpp"

namespace guildhall {

/// Whether what the gate knows is the present. It answers from that all the same: a gate that left its Service because
/// the API server is away would close every door with it.
class GateContact {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// The caches outlive it.
  explicit GateContact(const GateCaches& caches) : caches_(caches) {}

  /// Since the API server last sent something of the kind that is silent for the longest. 0 before all is read.
  [[nodiscard]] std::chrono::duration<double> age(Time now) const;
  /// Nothing, or since when the API server is not heard of, and why.
  [[nodiscard]] core::Result<void> check(Time now) const;

 private:
  GateCaches caches_;
};

}  // namespace guildhall
