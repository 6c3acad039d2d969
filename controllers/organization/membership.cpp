#include "controllers/organization/membership.hpp"

#include <tuple>

namespace guildhall::controllers::organization {

namespace {

auto seniority(const api::Member& member) {
  return std::tie(member.metadata.creation_timestamp, member.metadata.name);
}

}  // namespace

bool is_paused(const api::Member& member) {
  return member.metadata.annotation(kPausedAnnotation) == "true";
}

Standing standing_of(const api::Member& member, bool has_older_namesake, const JudgedAcceptance& judged) {
  if (member.metadata.is_deleting()) return Standing::Leaving;
  if (has_older_namesake) return Standing::Duplicate;
  if (member.spec.state == api::MemberState::Inactive) return Standing::Inactive;
  if (judged.unknown_seal_key) return Standing::Unjudged;
  if (!judged.acceptance) return Standing::NotAccepted;
  return is_paused(member) ? Standing::Paused : Standing::InForce;
}

bool is_older_namesake(const api::Member& other, const api::Member& member) {
  if (other.metadata.ns != member.metadata.ns || other.metadata.name == member.metadata.name) return false;
  return other.spec.email == member.spec.email && !other.metadata.is_deleting() && seniority(other) < seniority(member);
}

bool only_keeps(Standing standing) {
  return standing == Standing::Unjudged || standing == Standing::Paused;
}

bool is_same_membership(const api::Member& a, const api::Member& b) {
  return a.metadata.uid == b.metadata.uid && a.metadata.is_deleting() == b.metadata.is_deleting() &&
         a.spec.email == b.spec.email && a.spec.role == b.spec.role && a.spec.state == b.spec.state &&
         a.spec.subjects == b.spec.subjects && is_paused(a) == is_paused(b) &&
         a.metadata.annotation(kAcceptedAnnotation) == b.metadata.annotation(kAcceptedAnnotation);
}

}  // namespace guildhall::controllers::organization
