// When each ApiKey became Ready, as somebody who watches sees it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <thread>
#include <unordered_map>

#include "operator/core/resource_type.hpp"
#include "operator/kube/client.hpp"

namespace guildhall::benchmarks {

/// Watches all ApiKeys on a thread of its own and keeps the moment at which each was first seen with Ready=True.
/// Thread-safe.
class ReadyWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Returns when the watch has all that stands. Throws std::runtime_error when the server refuses it.
  explicit ReadyWatch(kube::Client& client);
  ~ReadyWatch();
  ReadyWatch(const ReadyWatch&) = delete;
  ReadyWatch& operator=(const ReadyWatch&) = delete;
  ReadyWatch(ReadyWatch&&) = delete;
  ReadyWatch& operator=(ReadyWatch&&) = delete;

  /// Waits until so many are Ready, telling how far it is; returns when the last of them was.
  /// Throws std::runtime_error when that takes longer than `limit`.
  Time wait_for(std::size_t count, std::chrono::seconds limit);
  /// When it became Ready; `{}` when it did not.
  [[nodiscard]] Time moment_of(const core::ObjectKey& key) const;

 private:
  void run(kube::Client& client, const std::stop_token& stop);
  void take(const nlohmann::json& object);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<core::ObjectKey, Time> ready_;
  Time latest_;
  bool complete_ = false;
  std::string failure_;
  std::jthread thread_;
};

}  // namespace guildhall::benchmarks
