#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "operator/core/resource_type.hpp"
#include "operator/runtime/clocks.hpp"

namespace guildhall::runtime {

/// How failures of one key are spaced: `first` x 2^n, at most `longest`. client-go's curve has 5 ms and 1000 s; ours
/// ends earlier, as a person waits.
struct RetryCurve {
  std::chrono::milliseconds first{5};
  std::chrono::milliseconds longest{std::chrono::minutes{5}};
};

/// The rules of client-go's workqueue, without threads and clocks. Source: client-go util/workqueue (queue.go,
/// delaying_queue.go, default_rate_limiters.go). Not thread-safe.
///
/// Guarantees: a key is never handed out twice at once; after an add it is handed out at least once more, begun after
/// the add; adds of a key that waits for its turn are one.
class QueueState {
 public:
  explicit QueueState(RetryCurve curve) : curve_(curve) {}

  /// True: the key was not waiting for its turn before.
  bool add(const core::ObjectKey& key, SteadyTime now);
  /// As add() once `due` has come. The earliest due time of a key stands; a plain add leaves it as it is.
  void add_at(const core::ObjectKey& key, SteadyTime due);
  /// Forgets the due time of that key, if it has one.
  void cancel_delayed(const core::ObjectKey& key);
  /// Adds what is due. Returns how many keys were not waiting for their turn before.
  std::size_t advance(SteadyTime now);
  /// The next key and when it was added; it counts as being worked on until done().
  std::optional<std::pair<core::ObjectKey, SteadyTime>> take(SteadyTime now);
  /// Ends the work on a key; it has its turn again when it was added meanwhile. Returns when the work began.
  SteadyTime done(const core::ObjectKey& key, SteadyTime now);

  /// How long to wait after one more failure of that key, which this call counts.
  std::chrono::milliseconds next_retry(const core::ObjectKey& key);
  void forget(const core::ObjectKey& key) { failures_.erase(key); }

  /// Keys that have failed and have not been forgotten since.
  [[nodiscard]] std::size_t failing() const { return failures_.size(); }
  [[nodiscard]] std::optional<SteadyTime> next_due() const;
  [[nodiscard]] std::size_t depth() const { return turns_.size(); }
  [[nodiscard]] const std::unordered_map<core::ObjectKey, SteadyTime>& processing() const { return processing_; }
  [[nodiscard]] bool idle() const { return turns_.empty() && processing_.empty(); }

 private:
  RetryCurve curve_;
  std::deque<core::ObjectKey> turns_;
  std::unordered_map<core::ObjectKey, SteadyTime> dirty_;       ///< must be worked on; when it was added
  std::unordered_map<core::ObjectKey, SteadyTime> processing_;  ///< is being worked on; since when
  std::unordered_map<core::ObjectKey, SteadyTime> delayed_;
  std::set<std::pair<SteadyTime, core::ObjectKey>> delayed_by_time_;
  std::unordered_map<core::ObjectKey, int> failures_;
};

}  // namespace guildhall::runtime
