#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/timestamp.hpp"

namespace guildhall::core {

/// metav1.Condition. Source: Kubernetes API conventions, "Typical status properties".
struct Condition {
  std::string type;     ///< "Ready"
  bool status = false;  ///< True or False; Guildhall leaves a condition out rather than say Unknown
  std::string reason;   ///< CamelCase, one of the kind's list
  std::string message;
  std::int64_t observed_generation = 0;
  Timestamp last_transition_time;
  bool operator==(const Condition&) const = default;
};

/// A condition as it is wanted; merge_conditions() fills in generation and time.
Condition wanted_condition(std::string type, bool status, std::string reason, std::string message);

/// The condition of that type, or nullptr.
const Condition* find_condition(const std::vector<Condition>& conditions, std::string_view type);

/// What to write for `wanted`, when `before` stands in the status now: the time of the last transition stays unless the
/// status flips. Guarantees: sorted by type; every condition carries `generation`; merging its own result again changes
/// nothing; no message is longer than a server takes.
std::vector<Condition> merge_conditions(const std::vector<Condition>& before, std::vector<Condition> wanted,
                                        std::int64_t generation, Timestamp now);

}  // namespace guildhall::core
