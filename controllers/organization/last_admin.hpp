#pragma once

#include <chrono>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controllers/organization/observed.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::organization {

/// How long a removal that was let through is held to be under way while the Member is seen unchanged: longer than any
/// request to the API server lasts, with its webhooks.
inline constexpr std::chrono::seconds kRemovalPatience{75};

/// A removal of an active Admin that was let through and may not show yet. One Member may have several: what is asked
/// at an old version may be answered after what is asked at the next.
struct Removal {
  std::string uid;
  std::string version;  ///< of the Member then: the API server asks anew when it meets another
  auto operator<=>(const Removal&) const = default;
};

/// And when it was let through.
using PendingRemovals = std::map<Removal, core::Timestamp>;

bool has_removal_of(const PendingRemovals& pending, const std::string& uid);

/// Whether it is an Admin that is in force and can act: a Group may be empty.
bool is_active_admin(const SeenMember& member);

/// Whether a change takes an active Admin away: it is deleted (no `after`), demoted, made inactive, or none of the
/// identities that it has stays. `after` is to be judged as `before` is.
bool removes_admin(const SeenMember& before, const std::optional<SeenMember>& after);

/// What is to be kept on record: also what is done, as somebody may have read the Members before and the record after.
PendingRemovals unexpired(PendingRemovals pending, core::Timestamp now);

/// What is still under way: a removal ends when a read shows it done, or the Member at another version, or unchanged
/// after kRemovalPatience. Source: apiserver registry.Store and etcd3.store, which validate a deletion or an update
/// again when the object was changed in between.
PendingRemovals still_pending(const PendingRemovals& pending, const std::vector<SeenMember>& members,
                              core::Timestamp now);

/// Whether another active Admin stays when this one goes, and if not, until when to wait for the end of other removals.
struct LastAdminAnswer {
  bool may_go = false;
  std::optional<core::Timestamp> until;  ///< unset: there is no other active Admin at all
};

/// `members`: those of the home, those that the record names read after it; `pending`: of still_pending(); `uid`: of
/// the Member that is to go. Its own entry does not count: the same removal may be asked for again.
LastAdminAnswer may_remove_admin(const std::vector<SeenMember>& members, const PendingRemovals& pending,
                                 const std::string& uid);

}  // namespace guildhall::controllers::organization
