#include "controllers/organization/counts.hpp"

#include "controllers/organization/courses.hpp"

namespace guildhall::controllers::organization {

namespace {

MemberPhase phase_of(const SeenMember& member) {
  if (member.inactive) return MemberPhase::Inactive;
  return member.phase.value_or(MemberPhase::Active);
}

void count(const SeenMember& member, MemberCounts& counts) {
  counts.total += 1;
  switch (phase_of(member)) {
    case MemberPhase::PendingInvitation:
      counts.pending += 1;
      return;
    case MemberPhase::ExpiredInvitation:
      counts.expired += 1;
      return;
    case MemberPhase::Inactive:
      counts.inactive += 1;
      return;
    case MemberPhase::Active:
      counts.active += 1;
      if (member.role == api::MemberRole::Admin) counts.admins += 1;
      return;
  }
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
