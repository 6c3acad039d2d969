#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "operator/core/use_report.hpp"
#include "operator/gate/use_counter.hpp"

namespace guildhall::gate {

/// What stands in the cluster, as the gate has heard.
struct Known {
  /// Unset: there is no such ApiKey. Else its status.lastUsedAt.
  std::function<std::optional<std::optional<core::Timestamp>>(const core::ObjectKey& key, const std::string& uid)> told;
  std::function<bool(const std::string& organization)> has_organization;
};

/// Makes reports of what was counted, and keeps each until it is acknowledged.
///
/// Guarantees: a report is the same, with the same id, until it is acknowledged, so that nothing is told twice. A key's
/// use is in a report when its status says none, or one that is kUseInterval old and not the last; a refusal of a new
/// kind is in the next report, and from then on those of its kind once in kRefusalInterval, with their count. What
/// concerns no Organization that is known is dropped. Kept in memory: a gate that is killed loses what was not
/// acknowledged. Time is an argument. Not thread-safe.
class UseReports {
 public:
  /// How far status.lastUsedAt may be behind.
  static constexpr std::chrono::minutes kUseInterval{10};
  static constexpr std::chrono::minutes kRefusalInterval{1};

  /// `instance`: what no other gate has, nor this one after a restart.
  explicit UseReports(std::string instance) : instance_(std::move(instance)) {}

  void add(const Counted& counted);
  /// What is to be sent now; unset: nothing. `all`: also what could be told
  /// later, as the gate ends.
  [[nodiscard]] std::optional<core::UseReport> next(core::Timestamp now, const Known& known, bool all = false);
  /// The last that next() gave has arrived, and what it tells is kept.
  void acknowledge(core::Timestamp now);
  /// How many keys and kinds of refusals there is something to tell of.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Use {
    LastUse last;
    core::Timestamp not_before;  ///< it was told then; the cluster is to say so
  };
  struct Refused {
    RefusalCount count;
    core::Timestamp not_before;
  };

  void forget(core::Timestamp now, const Known& known);
  void add_uses(core::UseReport& report, core::Timestamp now, const Known& known, bool all) const;
  void add_refusals(core::UseReport& report, core::Timestamp now, bool all);

  std::string instance_;
  std::int64_t made_ = 0;
  std::map<core::ObjectKey, Use> uses_;
  std::map<RefusalKind, Refused> refusals_;
  std::optional<core::UseReport> sent_;
};

}  // namespace guildhall::gate
