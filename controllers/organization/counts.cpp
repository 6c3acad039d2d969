#include "controllers/organization/counts.hpp"

#include "controllers/organization/courses.hpp"

namespace guildhall::controllers::organization {

namespace {

api::MemberPhase phase_of(const SeenMember& member) {
  if (member.inactive) return api::MemberPhase::Inactive;
  return member.phase.value_or(api::MemberPhase::Active);
}

void count(const SeenMember& member, MemberCounts& counts) {
  counts.total += 1;
  switch (phase_of(member)) {
    case api::MemberPhase::PendingInvitation:
      counts.pending += 1;
      return;
    case api::MemberPhase::ExpiredInvitation:
      counts.expired += 1;
      return;
    case api::MemberPhase::Inactive:
      counts.inactive += 1;
      return;
    case api::MemberPhase::Active:
      counts.active += 1;
      if (member.role == api::MemberRole::Admin) counts.admins += 1;
      return;
  }
}

void count(const SeenApiKey& key, ApiKeyCounts& counts) {
  counts.total += 1;
  switch (key.phase.value_or(api::ApiKeyPhase::Pending)) {
    case api::ApiKeyPhase::Active:
    case api::ApiKeyPhase::Rotating:
      counts.active += 1;
      return;
    case api::ApiKeyPhase::Expired:
      counts.expired += 1;
      return;
    case api::ApiKeyPhase::Revoked:
      counts.revoked += 1;
      return;
    case api::ApiKeyPhase::Suspended:
      counts.suspended += 1;
      return;
    case api::ApiKeyPhase::Pending:
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
