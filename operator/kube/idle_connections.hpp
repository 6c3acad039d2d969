#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "operator/kube/kept_connection.hpp"

namespace guildhall::kube {

/// Connections that nobody uses just now. Each belongs to a generation of the TLS credentials; those of an older one go
/// with the first of a newer. Thread-safe.
class IdleConnections {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  explicit IdleConnections(Clock now) : now_(std::move(now)) {}

  /// The one that was used last, if there is any that is not too old and on which the server has said nothing more.
  std::unique_ptr<KeptConnection> take(std::uint64_t generation);
  void keep(std::unique_ptr<KeptConnection> connection, std::uint64_t generation);

 private:
  struct Idle {
    std::unique_ptr<KeptConnection> connection;
    std::chrono::steady_clock::time_point since;
  };

  Clock now_;
  std::mutex mutex_;
  std::uint64_t generation_ = 0;
  std::vector<Idle> idle_;  ///< the longest idle first
};

}  // namespace guildhall::kube
