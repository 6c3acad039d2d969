#pragma once

#include <chrono>
#include <vector>

#include "operator/core/condition.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/plan.hpp"

namespace guildhall::core {

/// The reason of Reconciling while an object is being deleted.
inline constexpr const char* kDeletingReason = "Deleting";

/// How long after it was asked for a deletion waits for what cannot be written, be it its own status.
inline constexpr std::chrono::hours kLongestAbsence{24};

/// From when the time of a deletion counts: while nothing ran, nobody could do its work, so from the first look at it,
/// as the condition Reconciling tells. If the status cannot be written, from when that began, and at the latest from a
/// day after the deletion was asked for: nothing waits for ever. `failures` are those of the object's last plan.
/// Requires: `meta` is being deleted.
Timestamp begin_of_deletion(const ResourceType& type, const ObjectMeta& meta, const std::vector<Condition>& told,
                            const std::vector<WriteFailure>& failures, Timestamp now);

/// The `before` of merge_conditions() for an object with these conditions in its status: while it is being deleted,
/// a Reconciling that told of something else does not count, so that its time begins with the deletion. Requires that
/// Reconciling tells of nothing else from then on.
std::vector<Condition> conditions_before(const ObjectMeta& meta, std::vector<Condition> told);

}  // namespace guildhall::core
