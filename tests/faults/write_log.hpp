// What the API server was made to write, and the process that dies of it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <vector>

#include "tests/faults/fault_rule.hpp"

namespace guildhall::tests::faults {

/// A write that the API server has answered.
struct Written {
  Request request;
  unsigned status = 0;
  std::chrono::system_clock::time_point at;  ///< when the answer had come
};

/// Every write that went through the proxy, in the order of the answers; Leases are left out. Thread-safe.
class WriteLog {
 public:
  /// Kills `pid` with SIGKILL as soon as the `nth` write from now on has taken place, before anybody gets its answer.
  /// From then on no write passes, until revive(): the process is dead, even if some of its requests are on their way.
  void kill_after(unsigned nth, pid_t pid);
  /// True: the process has been killed.
  bool revive();
  [[nodiscard]] bool killed() const;

  void add(const Request& request, unsigned status);
  [[nodiscard]] std::vector<Written> all() const;

 private:
  struct Doom {
    unsigned writes_left = 0;
    pid_t pid = 0;
  };

  mutable std::mutex mutex_;
  std::vector<Written> writes_;
  std::optional<Doom> doom_;
};

}  // namespace guildhall::tests::faults
