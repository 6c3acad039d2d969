#include "operator/core/condition.hpp"

#include <algorithm>

#include "operator/core/text.hpp"

namespace guildhall::core {

namespace {

/// metav1.Condition, in characters; so many bytes hold no more of them.
constexpr std::size_t kLongestMessage = 32'768;

}  // namespace

Condition wanted_condition(std::string type, bool status, std::string reason, std::string message) {
  return {.type = std::move(type),
          .status = status,
          .reason = std::move(reason),
          .message = std::move(message),
          .observed_generation = 0,
          .last_transition_time = {}};
}

const Condition* find_condition(const std::vector<Condition>& conditions, std::string_view type) {
  const auto found =
      std::find_if(conditions.begin(), conditions.end(), [&](const Condition& c) { return c.type == type; });
  return found == conditions.end() ? nullptr : &*found;
}

std::vector<Condition> merge_conditions(const std::vector<Condition>& before, std::vector<Condition> wanted,
                                        std::int64_t generation, Timestamp now) {
  for (Condition& condition : wanted) {
    const Condition* old = find_condition(before, condition.type);
    condition.message = cut_text(condition.message, kLongestMessage);
    condition.observed_generation = generation;
    condition.last_transition_time =
        old != nullptr && old->status == condition.status ? old->last_transition_time : floor_to_seconds(now);
  }
  std::sort(wanted.begin(), wanted.end(), [](const Condition& a, const Condition& b) { return a.type < b.type; });
  return wanted;
}

}  // namespace guildhall::core
