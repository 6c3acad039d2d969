#include "operator/core/deletion.hpp"

#include <algorithm>

namespace guildhall::core {

Timestamp begin_of_deletion(const ResourceType& type, const ObjectMeta& meta, const std::vector<Condition>& told,
                            const std::vector<WriteFailure>& failures, Timestamp now) {
  const Timestamp asked = *meta.deletion_timestamp;
  const Condition* reconciling = find_condition(told, "Reconciling");
  if (reconciling != nullptr && reconciling->reason == kDeletingReason)
    return std::max(asked, reconciling->last_transition_time);
  const std::string status = describe_part(type, meta.key(), "status");
  const auto failure = std::ranges::find(failures, status, &WriteFailure::object);
  if (failure == failures.end()) return std::max(asked, now);
  return std::clamp(failure->since, asked, asked + kLongestAbsence);
}

std::vector<Condition> conditions_before(const ObjectMeta& meta, std::vector<Condition> told) {
  std::erase_if(told, [&](const Condition& condition) {
    return meta.is_deleting() && condition.type == "Reconciling" && condition.reason != kDeletingReason;
  });
  return told;
}

}  // namespace guildhall::core
