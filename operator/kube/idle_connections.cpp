#include "operator/kube/idle_connections.hpp"

#include <algorithm>
#include <utility>

namespace guildhall::kube {

namespace {

/// Something on the way may forget a silent connection, and tell nobody.
constexpr std::chrono::seconds kLongestIdle{30};
constexpr std::size_t kMostIdle = 16;

}  // namespace

std::unique_ptr<KeptConnection> IdleConnections::take(std::uint64_t generation) {
  const std::scoped_lock lock(mutex_);
  const auto too_old = now_() - kLongestIdle;
  std::erase_if(idle_, [&](const Idle& idle) { return idle.since < too_old; });
  while (generation == generation_ && !idle_.empty()) {
    auto connection = std::move(idle_.back().connection);
    idle_.pop_back();
    if (connection->is_quiet()) return connection;
  }
  return nullptr;
}

void IdleConnections::keep(std::unique_ptr<KeptConnection> connection, std::uint64_t generation) {
  const std::scoped_lock lock(mutex_);
  if (generation < generation_) return;
  if (generation > generation_) idle_.clear();
  generation_ = generation;
  if (idle_.size() == kMostIdle) idle_.erase(idle_.begin());
  idle_.push_back({std::move(connection), now_()});
}

}  // namespace guildhall::kube
