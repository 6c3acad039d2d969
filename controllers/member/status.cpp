#include "controllers/member/status.hpp"

#include <fmt/format.h>

#include "controllers/member/reasons.hpp"
#include "controllers/organization/acceptance.hpp"

namespace guildhall::controllers::member {

namespace {

core::Condition accepted(const Observed& seen) {
  if (const auto& acceptance = seen.judged.acceptance)
    return core::wanted_condition("Accepted", true, reasons::kAccepted,
                                  "accepted at " + core::format_timestamp(acceptance->accepted_at));
  if (seen.judged.unknown_seal_key)
    return core::wanted_condition("Accepted", false, reasons::kSealKeyMissing,
                                  "what it accepted is sealed by a key that is not in Secret guildhall-seal-keys");
  // Its seal is bound to the Organization's name.
  const bool claims_it = !seen.member.metadata.annotation(organization::kAcceptedAnnotation).empty();
  if (claims_it && seen.organization_name.empty())
    return core::wanted_condition("Accepted", false, reasons::kNoOrganization,
                                  "what it accepted cannot be judged without its Organization");
  return core::wanted_condition("Accepted", false, reasons::kNotAccepted, "the invitation has not been accepted");
}

bool is_suspended(const Observed& seen) {
  return seen.organization && seen.organization->state == api::OrganizationState::Suspended;
}

/// Why there is no role that could be bound, or null.
const char* why_no_role(const Observed& seen) {
  if (seen.member.metadata.is_deleting()) return reasons::kDeleting;
  if (seen.home == HomeState::NotAHome) return reasons::kNotAHome;
  if (seen.home == HomeState::NoOrganization) return reasons::kNoOrganization;
  if (seen.home == HomeState::Awaiting) return reasons::kAwaitingHome;
  if (seen.standing == Standing::Duplicate) return reasons::kDuplicateEmail;
  if (seen.standing == Standing::Inactive) return reasons::kInactive;
  if (seen.standing == Standing::NotAccepted) return reasons::kNotAccepted;
  return is_suspended(seen) ? reasons::kOrganizationSuspended : nullptr;
}

std::string no_role_message(const Observed& seen) {
  if (!seen.bound.surplus.empty()) return fmt::format("still to be withdrawn: {}", fmt::join(seen.bound.surplus, ", "));
  return is_suspended(seen) && seen.standing == Standing::InForce
             ? "the Organization is suspended; its members' rights are withdrawn until that changes"
             : "it gives no rights";
}

core::Condition role_bound(const Observed& seen, const Draft& draft) {
  if (const char* reason = why_no_role(seen))
    return core::wanted_condition("RoleBound", false, reason, no_role_message(seen));
  const char* role = api::to_string(seen.member.spec.role).data();
  if (!draft.missing.empty())
    return core::wanted_condition("RoleBound", false, reasons::kBindingRole,
                                  fmt::format("{} is not bound yet by: {}", role, fmt::join(draft.missing, ", ")));
  if (!seen.bound.surplus.empty())
    return core::wanted_condition("RoleBound", false, reasons::kWithdrawingRole, no_role_message(seen));
  return core::wanted_condition(
      "RoleBound", true, reasons::kBound,
      fmt::format("{} in {} {}", role, seen.bound.places, seen.bound.places == 1 ? "namespace" : "namespaces"));
}

std::string pending_message(const Invitation& invitation) {
  const std::string until =
      invitation.expires_at ? " until " + core::format_timestamp(*invitation.expires_at) : std::string{};
  return fmt::format("invited{}; the role comes with the acceptance", until);
}

std::string ended_message(const Invitation& invitation) {
  return invitation.declined_at
             ? fmt::format("the invitation was declined at {}; only spec.invitation.resendAt asks anew",
                           core::format_timestamp(*invitation.declined_at))
             : "the invitation was not accepted in time; spec.invitation.resendAt sends another";
}

core::Condition ready(const Observed& seen, const Draft& draft) {
  switch (draft.phase.value_or(Phase::Active)) {
    case Phase::PendingInvitation:
      return core::wanted_condition("Ready", true, reasons::kPendingInvitation, pending_message(draft.invitation));
    case Phase::ExpiredInvitation:
      return core::wanted_condition("Ready", true, reasons::kExpiredInvitation, ended_message(draft.invitation));
    case Phase::Inactive:
      return core::wanted_condition("Ready", true, reasons::kInactive,
                                    "it gives no rights, and keys that it owns are refused");
    case Phase::Active:
      break;
  }
  return core::wanted_condition(
      "Ready", true, reasons::kActive,
      is_suspended(seen) ? "the Organization is suspended; its members' rights are withdrawn until that changes"
                         : "all that the spec asks for is in force");
}

std::vector<core::Condition> conditions(const Observed& seen, const Draft& draft, core::Timestamp now) {
  std::vector<core::Condition> wanted{accepted(seen), role_bound(seen, draft)};
  if (const auto& obstacle = draft.obstacle) {
    wanted.push_back(core::wanted_condition("Ready", false, obstacle->reason, obstacle->message));
    wanted.push_back(core::wanted_condition(obstacle->stalled ? "Stalled" : "Reconciling", true, obstacle->reason,
                                            obstacle->message));
  } else {
    wanted.push_back(ready(seen, draft));
  }
  return core::merge_conditions(seen.member.status.conditions, std::move(wanted), seen.member.metadata.generation, now);
}

/// With what the page saw it do.
SeenActivity whole_activity(const Observed& seen) {
  SeenActivity whole = seen.activity;
  const auto& invitation = seen.member.status.invitation;
  const bool was_invited = invitation && invitation->token_hash;
  if (was_invited && seen.judged.acceptance)
    whole.activity.add({.at = seen.judged.acceptance->accepted_at,
                        .action = "accepted the invitation",
                        .method = api::MemberAuthMethod::Invitation});
  return whole;
}

}  // namespace

api::MemberStatus wanted_status(const Observed& seen, Draft& draft, core::Timestamp now) {
  api::MemberStatus status = seen.member.status;
  status.observed_generation = seen.member.metadata.generation;
  status.conditions = conditions(seen, draft, now);
  status.phase = draft.phase;
  if (seen.home == HomeState::Claimed) status.organization = seen.organization_name;
  status.created_at = seen.member.metadata.creation_timestamp;
  status.invitation.reset();
  if (draft.invitation != Invitation{}) status.invitation = draft.invitation;
  if (const auto& acceptance = seen.judged.acceptance) {
    status.created_at = acceptance->created_at;
    auto& invitation = status.invitation ? *status.invitation : status.invitation.emplace();
    invitation.accepted_at = acceptance->accepted_at;
  }
  if (seen.home == HomeState::Claimed) {
    if (const auto later = record_activity(whole_activity(seen), seen.member.metadata, now, status))
      draft.plan.look_again_at(*later, now);
  }
  return status;
}

}  // namespace guildhall::controllers::member
