#include "controllers/organization/counts.hpp"

#include "controllers/organization/courses.hpp"
#include "controllers/organization/last_admin.hpp"

namespace guildhall::controllers::organization {

namespace {

bool is_active(Standing standing) {
  return standing == Standing::InForce || only_keeps(standing);
}

void count(const SeenMember& member, MemberCounts& counts) {
  counts.total += 1;
  if (is_active(member.standing)) counts.active += 1;
  if (is_active_admin(member)) counts.admins += 1;
  if (member.standing == Standing::Inactive) counts.inactive += 1;
  if (member.standing != Standing::NotAccepted) return;
  const bool expired = member.phase == MemberPhase::ExpiredInvitation;
  (expired ? counts.expired : counts.pending) += 1;
}

void count(const SeenApiKey& key, ApiKeyCounts& counts) {
  counts.total += 1;
  switch (key.phase.value_or(ApiKeyPhase::Pending)) {
    case ApiKeyPhase::Active:
    case ApiKeyPhase::Rotating:
      counts.active += 1;
      return;
    case ApiKeyPhase::Expired:
      counts.expired += 1;
      return;
    case ApiKeyPhase::Revoked:
      counts.revoked += 1;
      return;
    case ApiKeyPhase::Suspended:
      counts.suspended += 1;
      return;
    case ApiKeyPhase::Pending:
      return;
  }
}

}  // namespace

MemberCounts count_members(const Observed& seen) {
  MemberCounts counts;
  if (!holds_home(seen)) return counts;
  for (const auto& member : seen.members)
    count(member, counts);
  return counts;
}

ApiKeyCounts count_api_keys(const Observed& seen) {
  ApiKeyCounts counts;
  if (!holds_home(seen)) return counts;
  for (const auto& key : seen.api_keys)
    count(key, counts);
  return counts;
}

}  // namespace guildhall::controllers::organization
