#include "controllers/organization/last_admin.hpp"

#include <algorithm>

namespace guildhall::controllers::organization {

namespace {

bool keeps_an_identity(const SeenMember& before, const SeenMember& after) {
  const Subjects had = identities(before.subjects);
  const Subjects has = identities(after.subjects);
  return std::ranges::any_of(had, [&](const Subject& subject) { return std::ranges::binary_search(has, subject); });
}

const SeenMember* find(const std::vector<SeenMember>& members, const std::string& uid) {
  const auto found = std::ranges::find(members, uid, &SeenMember::uid);
  return found == members.end() ? nullptr : &*found;
}

}  // namespace

bool is_active_admin(const SeenMember& member) {
  const bool in_force = member.standing == Standing::InForce || only_keeps(member.standing);
  return in_force && member.role == api::MemberRole::Admin && !identities(member.subjects).empty();
}

bool removes_admin(const SeenMember& before, const std::optional<SeenMember>& after) {
  if (!is_active_admin(before)) return false;
  return !after || !is_active_admin(*after) || !keeps_an_identity(before, *after);
}

bool has_removal_of(const PendingRemovals& pending, const std::string& uid) {
  return std::ranges::any_of(pending, [&](const auto& one) { return one.first.uid == uid; });
}

PendingRemovals unexpired(PendingRemovals pending, core::Timestamp now) {
  std::erase_if(pending, [&](const auto& one) { return now >= one.second + kRemovalPatience; });
  return pending;
}

PendingRemovals still_pending(const PendingRemovals& pending, const std::vector<SeenMember>& members,
                              core::Timestamp now) {
  PendingRemovals left;
  for (const auto& [removal, since] : unexpired(pending, now)) {
    const SeenMember* member = find(members, removal.uid);
    const bool is_over = member == nullptr || !is_active_admin(*member) || member->version != removal.version;
    if (!is_over) left.emplace(removal, since);
  }
  return left;
}

LastAdminAnswer may_remove_admin(const std::vector<SeenMember>& members, const PendingRemovals& pending,
                                 const std::string& uid) {
  LastAdminAnswer answer;
  for (const SeenMember& member : members) {
    if (member.uid == uid || !is_active_admin(member)) continue;
    const auto going = pending.find({member.uid, member.version});
    if (going == pending.end()) return {.may_go = true, .until = std::nullopt};
    const core::Timestamp end = going->second + kRemovalPatience;
    answer.until = answer.until ? std::min(*answer.until, end) : end;
  }
  return answer;
}

}  // namespace guildhall::controllers::organization
