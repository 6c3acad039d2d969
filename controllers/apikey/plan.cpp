#include "controllers/apikey/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controllers/apikey/draft.hpp"
#include "controllers/apikey/expiry.hpp"
#include "controllers/apikey/names.hpp"
#include "controllers/apikey/reasons.hpp"
#include "controllers/apikey/secret_rules.hpp"
#include "controllers/apikey/status.hpp"
#include "controllers/apikey/token_rules.hpp"
#include "operator/core/deletion.hpp"

namespace guildhall::controllers::apikey {
namespace {

/// How long a deletion waits for copies that cannot be removed. After that it is told and goes on: nothing waits for
/// ever.
constexpr std::chrono::minutes kDeletionPatience{2};
/// How often a name that a foreign Secret holds is looked at again: no watch tells of Secrets that are not ours.
constexpr std::chrono::minutes kForeignSecretInterval{1};

Draft begin(const Observed& seen) {
  Draft draft;
  draft.keys = seen.key.status.keys;
  draft.phase = seen.key.status.phase.value_or(Phase::Pending);
  draft.rotated_for = seen.key.status.rotated_for;
  draft.owner_email = seen.key.status.owner_email.value_or("");
  const core::Condition* issued = core::find_condition(seen.key.status.conditions, "Issued");
  draft.withdrawn = issued != nullptr && issued->reason == reasons::kWithdrawn;
  return draft;
}

void tell(const Observed& seen, core::ActionName action, std::string note, Draft& draft) {
  draft.audit.push_back(
      {.action = action,
       .note = std::move(note),
       .identity = fmt::format("{}/{}/{}", seen.key.metadata.uid, action.text(), seen.key.metadata.generation)});
}

/// No token of the key is accepted any more, and its Secrets go.
void withdraw(Phase phase, Draft& draft) {
  if (!draft.keys.empty()) draft.withdrawn = true;
  draft.keys.clear();
  draft.phase = phase;
  draft.secrets = SecretCourse::Remove;
}

void plan_deletion(Draft& draft) {
  withdraw(Phase::Pending, draft);
  draft.hinder({reasons::kDeleting, "the key is being deleted; its Secrets go first", false});
}

void revoke(const Observed& seen, Draft& draft) {
  if (draft.phase != Phase::Revoked)
    tell(seen, "ApiKeyWithdrawn", "no token of this key is accepted any more; its Secrets are removed", draft);
  withdraw(Phase::Revoked, draft);
}

void stand_without_organization(const Observed& seen, Draft& draft) {
  if (seen.home == HomeState::NotAHome) {
    draft.hinder(
        {reasons::kNotAHome,
         fmt::format("no Organization has namespace {} as its home; an ApiKey does nothing here", seen.key.metadata.ns),
         true});
  } else if (seen.home == HomeState::Awaiting) {
    draft.hinder({reasons::kAwaitingHome, "the Organization has not claimed this namespace yet", false});
  } else {
    withdraw(Phase::Pending, draft);
    draft.hinder({reasons::kNoOrganization,
                  "the Organization of this key is gone; no token is accepted. If it returns, the key gets a new one",
                  true});
  }
}

void suspend(const char* reason, std::string message, Draft& draft) {
  draft.suspended_for = reason;
  draft.suspended_message = std::move(message);
}

/// The owner's email is fixed the first time it is known: a new Member of that name does not inherit the key.
void check_owner(const Observed& seen, Draft& draft) {
  if (!seen.key.spec.owner) return;
  const std::string& name = seen.key.spec.owner->name;
  if (!seen.owner) return suspend(reasons::kOwnerNotFound, fmt::format("there is no Member {}", name), draft);
  if (draft.owner_email.empty()) draft.owner_email = seen.owner->email;
  if (draft.owner_email != seen.owner->email) {
    return suspend(reasons::kOwnerChanged,
                   fmt::format("the key was issued to {}, which is not the email of Member {}; make a new ApiKey",
                               draft.owner_email, name),
                   draft);
  }
  if (!seen.owner->accepted) {
    return suspend(reasons::kOwnerNotAccepted, fmt::format("Member {} has not accepted the invitation yet", name),
                   draft);
  }
  if (!seen.owner->active) suspend(reasons::kOwnerInactive, fmt::format("Member {} is not active", name), draft);
}

void check_suspension(const Observed& seen, Draft& draft) {
  check_owner(seen, draft);
  if (seen.organization->state == api::OrganizationState::Suspended)
    suspend(reasons::kOrganizationSuspended, "the Organization is suspended", draft);
}

bool has_ended(const Observed& seen, core::Timestamp now, const Draft& draft) {
  const KeyEntry* issuing = find_key(draft.keys, KeyState::Issuing);
  if (issuing != nullptr && !has_expired(issuing->expires_at, now)) return false;
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  if (current != nullptr) return has_expired(current->expires_at, now);
  return has_expired(wanted_expiry(seen.key.spec, now), now);
}

void expire(const Observed& seen, Draft& draft) {
  if (draft.phase != Phase::Expired) tell(seen, "ApiKeyExpired", "the key has expired; its Secrets are removed", draft);
  std::erase_if(draft.keys, [](const KeyEntry& key) { return key.state != KeyState::Current; });
  draft.phase = Phase::Expired;
  draft.secrets = SecretCourse::Remove;
}

Phase serving_phase(const Draft& draft) {
  if (draft.suspended_for != nullptr) return Phase::Suspended;
  if (find_key(draft.keys, KeyState::Current) == nullptr) return Phase::Pending;
  return draft.keys.size() > 1 ? Phase::Rotating : Phase::Active;
}

/// A first token, or one in place of a lost one, is not there yet: that keeps Ready away. A rotation does not.
void say_issuing(const Observed& seen, Draft& draft) {
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  if (draft.suspended_for != nullptr) return;
  if (current == nullptr || find_holder(seen, current->hash) == nullptr) {
    draft.hinder({reasons::kIssuing, "a token is being issued", false});
  }
}

/// Both ways, when the phase changes so.
void tell_suspension(const Observed& seen, core::Timestamp now, Draft& draft) {
  const bool was = seen.key.status.phase == Phase::Suspended;
  const bool is = draft.phase == Phase::Suspended;
  if (was == is) return;
  const core::ActionName action = is ? core::ActionName("ApiKeySuspended") : core::ActionName("ApiKeyResumed");
  std::string note = is ? draft.suspended_message + "; the key is refused until that changes"
                        : std::string("the key is accepted again");
  draft.audit.push_back(
      {.action = action,
       .note = std::move(note),
       .identity = fmt::format("{}/{}/{}", seen.key.metadata.uid, action.text(), core::format_timestamp(now))});
}

/// A Secret that cannot be judged is left as it is, and the token that it may hold is accepted on: with the seal key
/// back, it is as if nothing had been. What takes access away goes on.
void wait_for_seal_key(const Observed& seen, const SeenSecret& sealed, core::Timestamp now, Draft& draft) {
  draft.hinder(
      {reasons::kSealKeyMissing,
       fmt::format("{} is sealed by a key that is not in Secret guildhall-seal-keys; restore that key there from "
                   "the backup, or delete this Secret to have a new token issued",
                   core::describe(core::types::secrets(), sealed.view.key)),
       true});
  end_overlaps(now, draft);
  check_suspension(seen, draft);
  apply_expiry_edit(seen, now, draft);
  if (has_ended(seen, now, draft)) return expire(seen, draft);
  draft.secrets = SecretCourse::Narrow;
  draft.phase = serving_phase(draft);
  tell_suspension(seen, now, draft);
}

void serve(const Observed& seen, core::Timestamp now, Draft& draft) {
  if (const SeenSecret* sealed = find_unverifiable(seen)) return wait_for_seal_key(seen, *sealed, now, draft);
  adopt_sealed_secret(seen, now, draft);
  check_suspension(seen, draft);
  settle_issuing(seen, now, draft);
  end_overlaps(now, draft);
  apply_expiry_edit(seen, now, draft);
  if (draft.suspended_for == nullptr) {
    issue_when_due(seen, now, draft);
  } else {
    end_lost_tokens(seen, now, draft);
  }
  if (has_ended(seen, now, draft)) return expire(seen, draft);
  draft.secrets = SecretCourse::Write;
  draft.phase = serving_phase(draft);
  tell_suspension(seen, now, draft);
  choose_secret_content(seen, draft);
}

/// What the server refused last time and is tried again now stands in the way of Ready until it succeeds.
void report_failures(const Observed& seen, const core::Plan& plan, Draft& draft) {
  for (const core::WriteFailure& failure : seen.failures) {
    const bool may_pass = core::is_transient(failure.kind);
    if (may_pass && draft.obstacle && draft.obstacle->stalled) continue;
    const auto is_refused = [&](const auto& write) { return failure.object == core::describe(write.type, write.key); };
    if (std::none_of(plan.apply.begin(), plan.apply.end(), is_refused) &&
        std::none_of(plan.remove.begin(), plan.remove.end(), is_refused))
      continue;
    draft.obstacle =
        Obstacle{reasons::kWriteRefused, failure.object + ": " + failure.message + core::kTriedAgainHint, !may_pass};
    if (!may_pass) break;
  }
  // A deletion does not wait for a person.
  if (seen.key.metadata.is_deleting() && draft.obstacle) {
    draft.obstacle->reason = reasons::kDeleting;
    draft.obstacle->stalled = false;
  }
}

/// That a person must act, once for each reason and generation.
void tell_stalled(const Observed& seen, Draft& draft) {
  if (!draft.obstacle || !draft.obstacle->stalled) return;
  const core::Condition* stalled = core::find_condition(seen.key.status.conditions, "Stalled");
  if (stalled != nullptr && stalled->reason == draft.obstacle->reason) return;
  draft.audit.push_back({.action = "ApiKeyStalled",
                         .note = draft.obstacle->message,
                         .identity = fmt::format("{}/ApiKeyStalled/{}/{}", seen.key.metadata.uid,
                                                 draft.obstacle->reason, seen.key.metadata.generation)});
}

void decide(const Observed& seen, core::Timestamp now, Draft& draft) {
  if (seen.key.metadata.is_deleting()) return plan_deletion(draft);
  if (seen.home == HomeState::NotAHome) return stand_without_organization(seen, draft);
  if (seen.key.spec.revoked) return revoke(seen, draft);
  if (seen.home != HomeState::Claimed) return stand_without_organization(seen, draft);
  serve(seen, now, draft);
}

core::Timestamp end_of_deletion(const Observed& seen, core::Timestamp now) {
  const auto& key = seen.key;
  return kDeletionPatience +
         core::begin_of_deletion(api::api_key_type(), key.metadata, key.status.conditions, seen.failures, now);
}

core::FinalizerChange plan_finalizer(const Observed& seen, core::Timestamp now, Draft& draft) {
  const bool present = seen.key.metadata.has_finalizer(kFinalizer);
  const bool needed = needs_finalizer(seen, draft);
  if (present && seen.key.metadata.is_deleting() && now >= end_of_deletion(seen, now)) {
    if (!needed) return core::FinalizerChange::Abandon;
    tell(seen, "ApiKeyDeletionStepAbandoned",
         "copies of the Secret were not gone after 2 minutes; they are not waited for, and their token is not accepted",
         draft);
    return core::FinalizerChange::Abandon;
  }
  if (present == needed) return core::FinalizerChange::None;
  if (!needed) return core::FinalizerChange::Drop;
  return seen.key.metadata.is_deleting() ? core::FinalizerChange::None : core::FinalizerChange::Add;
}

bool meets_foreign_secret(const Observed& seen, const Draft& draft) {
  const bool at_home = seen.foreign_secret || !seen.rival.empty() ||
                       (draft.obstacle && std::string_view(draft.obstacle->reason) == reasons::kForeignSecret);
  return at_home || std::any_of(seen.copy_namespaces.begin(), seen.copy_namespaces.end(),
                                [](const CopyNamespace& ns) { return ns.foreign; });
}

/// When a token that ends at spec.expiresAt is no longer too long for the Organization, and when it is too late for
/// one.
void add_moments_of_wish(const Observed& seen, std::vector<core::Timestamp>& moments) {
  if (!seen.organization || !seen.key.spec.expires_at) return;
  const core::Timestamp end = *wanted_expiry(seen.key.spec, {});
  moments.push_back(end);
  if (const auto& most = seen.organization->api_keys.max_lifetime) moments.push_back(end - checked_duration(*most));
}

/// The next moment at which time alone changes the plan.
std::optional<core::Timestamp> next_moment(const Observed& seen, core::Timestamp now, const Draft& draft) {
  std::vector<core::Timestamp> moments;
  for (const KeyEntry& key : draft.keys) {
    if (!key.expires_at) continue;
    moments.push_back(*key.expires_at);
    if (key.state == KeyState::Current) moments.push_back(expiring_soon_from(key.issued_at, *key.expires_at));
  }
  if (draft.suspended_for == nullptr) {
    if (const auto rotation = next_rotation(seen, draft)) moments.push_back(*rotation);
  }
  if (draft.phase != Phase::Revoked) add_moments_of_wish(seen, moments);
  if (const KeyEntry* issuing = find_key(draft.keys, KeyState::Issuing)) moments.push_back(end_of_settling(*issuing));
  for (const core::WriteFailure& failure : seen.failures)
    moments.push_back(end_of_waiting(failure));
  if (draft.look_at) moments.push_back(*draft.look_at);
  if (meets_foreign_secret(seen, draft)) moments.push_back(now + kForeignSecretInterval);
  if (seen.key.metadata.is_deleting()) moments.push_back(end_of_deletion(seen, now));
  std::erase_if(moments, [&](core::Timestamp at) { return at <= now; });
  if (moments.empty()) return std::nullopt;
  return *std::min_element(moments.begin(), moments.end());
}

}  // namespace

core::Plan plan(const Observed& seen, core::Timestamp now) {
  Draft draft = begin(seen);
  core::Plan plan;
  decide(seen, now, draft);
  plan_secrets(seen, now, draft, plan);
  if (draft.secrets == SecretCourse::Write) say_issuing(seen, draft);
  report_failures(seen, plan, draft);
  tell_stalled(seen, draft);
  plan.finalizer = plan_finalizer(seen, now, draft);
  const api::ApiKeyStatus status = wanted_status(seen, draft, now);
  // One that is let go may be gone with this plan; and that its status is refused must not keep it.
  if (status != seen.key.status && !(plan.lets_go() && seen.key.metadata.is_deleting()))
    plan.status = api::to_json(status);
  plan.audit = std::move(draft.audit);
  if (const auto moment = next_moment(seen, now, draft)) plan.look_again_at(*moment, now);
  return plan;
}

}  // namespace guildhall::controllers::apikey
