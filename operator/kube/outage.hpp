#pragma once

#include <chrono>
#include <optional>

#include "operator/core/error.hpp"

namespace guildhall::kube {

/// Decides which failures of one reflector are worth a warning: those that a person must know of, and not each of them.
///  - a list that fails, and an answer that waiting does not mend (no such type, no permission): at once;
///  - a watch that is lost for a reason that may pass: when it has not come back for 30 s;
///  - after that: when another kind of failure takes its place, and every 5 minutes.
/// Pure; time is an argument. Not thread-safe.
class Outage {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// One more failure in a row. True: tell it.
  bool fails(bool listing, const core::Error& error, Time now);
  /// Whether the last that was heard of is a failure.
  [[nodiscard]] bool lasts() const { return since_.has_value(); }
  /// It works. Set when an outage ends that was told: how long it lasted.
  std::optional<std::chrono::steady_clock::duration> ends(Time now);

 private:
  struct Told {
    bool listing;
    core::ErrorKind kind;
    Time at;
  };

  std::optional<Time> since_;
  std::optional<Told> told_;
};

}  // namespace guildhall::kube
