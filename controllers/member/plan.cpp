#include "controllers/member/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controllers/member/draft.hpp"
#include "controllers/member/enrolment.hpp"
#include "controllers/member/invitation.hpp"
#include "controllers/member/invitation_draw.hpp"
#include "controllers/member/names.hpp"
#include "controllers/member/reasons.hpp"
#include "controllers/member/self_role.hpp"
#include "controllers/member/status.hpp"
#include "controllers/organization/acceptance.hpp"

namespace guildhall::controllers::member {

namespace {

std::optional<Phase> phase(const Observed& seen) {
  if (seen.home != HomeState::Claimed) return seen.member.status.phase;
  switch (seen.standing) {
    case Standing::Inactive:
      return Phase::Inactive;
    case Standing::Unjudged:
    case Standing::Paused:
    case Standing::InForce:
      return Phase::Active;
    case Standing::NotAccepted:
      return Phase::PendingInvitation;
    case Standing::Leaving:
    case Standing::Duplicate:
      break;
  }
  return seen.member.status.phase;
}

void check_home(const Observed& seen, Draft& draft) {
  switch (seen.home) {
    case HomeState::NotAHome:
      return plan_enrolment(seen, draft);
    case HomeState::NoOrganization:
      return draft.hinder(reasons::kNoOrganization,
                          "the Organization of this Member is gone; it gives no rights. If it returns, they return",
                          true);
    case HomeState::Awaiting:
      return draft.hinder(reasons::kAwaitingHome, "the Organization has not claimed this namespace yet", false);
    case HomeState::Claimed:
      return;
  }
}

void check_standing(const Observed& seen, Draft& draft) {
  if (seen.standing == Standing::Duplicate) {
    draft.hinder(reasons::kDuplicateEmail,
                 fmt::format("Member {} has this email and is older; remove one of the two", seen.older_namesake),
                 true);
  }
  if (seen.standing == Standing::Unjudged) {
    draft.hinder(reasons::kSealKeyMissing,
                 "its acceptance is sealed by a key that is not in Secret guildhall-seal-keys; restore that key there "
                 "from the backup. Until then the Member keeps what it has and gets nothing more",
                 true);
  }
}

void accept(const Observed& seen, Draft& draft) {
  if (is_paused(seen.member))
    return draft.hinder(reasons::kPaused, "not accepted, as guildhall.dev/paused is set", false);
  draft.hinder(reasons::kAccepting, "the Member needs no invitation and is being accepted", false);
  if (seen.candidate_acceptance.empty()) return;
  kill_link(draft);  // the status is written first: from then on it is this, and no link, that it is accepted by
  const core::ObjectMeta& meta = seen.member.metadata;
  draft.plan.apply.push_back(
      {.type = api::member_type(),
       .key = meta.key(),
       .object = {{"metadata", {{"annotations", {{organization::kAcceptedAnnotation, seen.candidate_acceptance}}}}}},
       .resource_version = meta.resource_version,
       .mode = core::WriteMode::MergePatch});
}

/// Who needs an invitation is sent one; who needs none is accepted.
void plan_acceptance(const Observed& seen, core::Timestamp now, Draft& draft) {
  plan_link_removal(seen, now, draft);
  plan_withdrawal(seen, draft);
  if (seen.home != HomeState::Claimed || seen.standing != Standing::NotAccepted) return;
  // policies.yaml lets only those ask for None who may.
  const bool needs_none = seen.organization->invitations.auto_accept || is_founder_by_itself(seen) ||
                          seen.member.spec.invitation.delivery == api::MemberInvitationDelivery::None;
  if (needs_none && !stays_declined(seen, now)) return accept(seen, draft);
  plan_invitation(seen, now, draft);
  const bool was_sent = progress_of(draft.invitation) != Progress::Drawn;
  if (was_sent && has_ended(draft.invitation, now)) draft.phase = Phase::ExpiredInvitation;
}

void check_role(const Observed& seen, Draft& draft) {
  if (seen.home != HomeState::Claimed) return;
  if (!seen.bound.surplus.empty())
    draft.hinder(reasons::kWithdrawingRole,
                 fmt::format("rights still to be withdrawn: {}", fmt::join(seen.bound.surplus, ", ")), false);
  if (draft.missing.empty()) return;
  const bool paused = seen.standing == Standing::Paused;
  draft.hinder(paused ? reasons::kPaused : reasons::kBindingRole,
               fmt::format("the role is not bound{} by: {}", paused ? ", as guildhall.dev/paused is set," : " yet",
                           fmt::join(draft.missing, ", ")),
               false);
}

/// What the server refused last time and is tried again stands in the way of Ready until it succeeds.
void report_failures(const Observed& seen, Draft& draft) {
  for (const core::WriteFailure& failure : seen.failures) {
    const auto is_it = [&](const auto& write) { return failure.object == core::describe(write.type, write.key); };
    if (!std::ranges::any_of(draft.plan.apply, is_it) && !std::ranges::any_of(draft.plan.remove, is_it)) continue;
    const bool stalled = !core::is_transient(failure.kind);
    if (draft.obstacle && (draft.obstacle->stalled || !stalled)) continue;
    draft.obstacle =
        Obstacle{reasons::kWriteRefused, failure.object + ": " + failure.message + core::kTriedAgainHint, stalled};
  }
}

void tell(const Observed& seen, core::ActionName action, std::string note, core::AuditActor actor, Draft& draft) {
  const auto& invitation = seen.member.status.invitation;
  const std::string hash = invitation ? invitation->token_hash.value_or("") : "";
  const bool is_guildhall = actor == core::AuditActor{};
  draft.plan.audit.push_back({.action = action,
                              .note = std::move(note),
                              .identity = fmt::format("{}/{}/{}", seen.member.metadata.uid, action.text(), hash),
                              .actor = std::move(actor),
                              .source = is_guildhall ? core::AuditSource::Reconciler : core::AuditSource::PublicPage,
                              .changes = {},
                              .at = {}});
}

/// Who holds the link: nobody signs in to the page.
core::AuditActor by_link(const Observed& seen) {
  return {.email = seen.member.spec.email, .user = {}, .credential = "Invitation"};
}

/// What others made of it: the invited one, or time. A Member that was restored has accepted before it was made.
void tell_invitation(const Observed& seen, Draft& draft) {
  const auto& invitation = seen.member.status.invitation;
  const auto& acceptance = seen.judged.acceptance;
  const std::string& email = seen.member.spec.email;
  const bool known = invitation && invitation->accepted_at;
  const bool has_link = invitation && invitation->token_hash;
  if (acceptance && !known && acceptance->accepted_at >= seen.member.metadata.creation_timestamp) {
    if (has_link)
      tell(seen, "MemberAccepted", email + " accepted the invitation", by_link(seen), draft);
    else
      tell(seen, "MemberAccepted",
           fmt::format("{} is a member of {} without an invitation", email, seen.organization_name), {}, draft);
  }
  const bool ended = draft.phase == Phase::ExpiredInvitation && seen.member.status.phase != Phase::ExpiredInvitation;
  if (!ended) return;
  if (draft.invitation.declined_at)
    return tell(seen, "MemberDeclined", email + " declined the invitation", by_link(seen), draft);
  tell(seen, "MemberInvitationExpired", fmt::format("{} did not accept the invitation in time", email), {}, draft);
}

/// That a person must act, once for each reason and generation. In a namespace that is being deleted nobody must.
void tell_stalled(const Observed& seen, Draft& draft) {
  if (!draft.obstacle || !draft.obstacle->stalled || seen.is_closing) return;
  const core::Condition* stalled = core::find_condition(seen.member.status.conditions, "Stalled");
  if (stalled != nullptr && stalled->reason == draft.obstacle->reason) return;
  draft.plan.audit.push_back({.action = "MemberStalled",
                              .note = draft.obstacle->message,
                              .identity = fmt::format("{}/MemberStalled/{}/{}", seen.member.metadata.uid,
                                                      draft.obstacle->reason, seen.member.metadata.generation)});
}

void plan_membership(const Observed& seen, core::Timestamp now, Draft& draft) {
  check_home(seen, draft);
  check_standing(seen, draft);
  plan_acceptance(seen, now, draft);
  tell_invitation(seen, draft);
  check_role(seen, draft);
  report_failures(seen, draft);
  tell_stalled(seen, draft);
}

}  // namespace

core::Plan plan(const Observed& seen, core::Timestamp now) {
  Draft draft;
  draft.phase = phase(seen);
  draft.invitation = invitation_of(seen);
  draft.missing = seen.bound.missing;
  plan_self_role(seen, now, draft);
  if (seen.member.metadata.is_deleting())
    draft.hinder(reasons::kDeleting, "it is being deleted; what it could do is taken away, whoever holds its finalizer",
                 false);
  else
    plan_membership(seen, now, draft);
  const api::MemberStatus status = wanted_status(seen, draft, now);
  if (status != seen.member.status) draft.plan.status = api::to_json(status);
  return std::move(draft.plan);
}

}  // namespace guildhall::controllers::member
