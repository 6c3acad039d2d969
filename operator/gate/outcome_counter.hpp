#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "operator/gate/decision.hpp"

namespace guildhall::gate {

/// How often each outcome came, and how often the gate knew nothing yet. Thread-safe, and without a lock: it stands in
/// the way of every request.
class OutcomeCounter {
 public:
  void count(Outcome outcome) { counts_.at(static_cast<std::size_t>(outcome)).fetch_add(1, std::memory_order_relaxed); }
  void count_not_ready() { not_ready_.fetch_add(1, std::memory_order_relaxed); }

  /// Tells of each, also of those that never came, how many have come since it was last told. For one thread at a time.
  void tell(const std::function<void(std::string_view outcome, double more)>& told) {
    for (const Outcome outcome : all_outcomes())
      told(to_string(outcome), taken(counts_.at(static_cast<std::size_t>(outcome))));
    told("NotReady", taken(not_ready_));
  }

 private:
  using Count = std::atomic<std::uint64_t>;
  static double taken(Count& count) { return static_cast<double>(count.exchange(0, std::memory_order_relaxed)); }

  std::array<Count, static_cast<std::size_t>(Outcome::UnclearRequest) + 1> counts_{};
  Count not_ready_ = 0;
};

}  // namespace guildhall::gate
