#include "controllers/organization/deletion.hpp"

#include <fmt/format.h>

#include "controllers/organization/bindings.hpp"
#include "controllers/organization/claims.hpp"
#include "controllers/organization/courses.hpp"
#include "controllers/organization/reasons.hpp"
#include "operator/core/deletion.hpp"

namespace guildhall::controllers::organization {

namespace {

/// What a step still has to see done; empty: it is done.
using Remainder = std::vector<std::string>;

Remainder keys_that_hold_on(const Observed& seen) {
  // Emptied they outlast it: a vmauth whose file vanishes keeps what it has.
  Remainder names = seen.held_secrets;
  for (const auto& key : seen.api_keys) {
    const bool holds_on = key.has_tokens || key.has_finalizer || !key.secret_name.empty();
    if (holds_on && holds_home(seen)) names.push_back(key.name);
  }
  std::ranges::sort(names);
  return names;
}

Remainder namespaces_left(const Observed& seen) {
  Remainder names;
  for (const SeenNamespace* ns : all_that_speak_of_us(seen))
    names.push_back(ns->view.name);
  return names;
}

bool is_home_to_delete(const Observed& seen, const SeenNamespace& ns) {
  const auto& organization = seen.organization;
  return organization.spec.deletion_policy == api::OrganizationDeletionPolicy::Delete &&
         ns.view.name == home_namespace(organization) && ns.view.created_for_uid == organization.metadata.uid &&
         is_held(seen, ns) && !is_protected(ns.view.name, seen.protected_namespaces);
}

void let_go(const Observed& seen, Draft& draft) {
  for (const SeenNamespace* ns : all_that_speak_of_us(seen)) {
    if (!is_home_to_delete(seen, *ns)) {
      draft.plan.apply.push_back(release(ns->view));
    } else if (!ns->view.deleting) {
      draft.plan.remove.push_back({.type = core::types::namespaces(),
                                   .key = {"", ns->view.name},
                                   .uid = ns->view.uid,
                                   .resource_version = ns->view.resource_version});
    }
  }
}

struct Step {
  const char* name;  ///< part of the audit entry's identity
  const char* waits_for;
  Remainder (*remainder)(const Observed&);
  void (*work)(const Observed&, Draft&);
};

constexpr Step kSteps[] = {
    // The controllers of keys and of enforcement do their part; nobody has access meanwhile.
    {"Keys", "API keys that hold tokens or Secrets, Secrets of vmauth or VMUsers", keys_that_hold_on, remove_grants},
    {"Grants", "roles and bindings to be removed", grants_left, remove_grants},
    {"Namespaces", "namespaces to be released", namespaces_left, let_go},
};

core::AuditNote abandoned(const Observed& seen, const Step& step, const Remainder& remainder) {
  return {.action = "OrganizationDeletionStepAbandoned",
          .note = fmt::format("deletion went on without {}: {}", step.waits_for, list_names(remainder)),
          .identity = fmt::format("{}/DeletionStepAbandoned/{}", seen.organization.metadata.uid, step.name)};
}

/// The first step that is neither done nor out of time, what it has to see done, and what was given up before it.
struct Progress {
  const Step* step = nullptr;  ///< null: all steps are over
  core::Timestamp end;         ///< of that step, or of all
  Remainder remainder;
  std::vector<const Step*> given_up;
  std::vector<core::AuditNote> abandoned;
};

Progress progress(const Observed& seen, core::Timestamp now) {
  Progress result;
  const auto& organization = seen.organization;
  result.end = core::begin_of_deletion(api::organization_type(), organization.metadata, organization.status.conditions,
                                       seen.failures, now);
  for (const Step& step : kSteps) {
    result.end += kPatience;
    result.remainder = step.remainder(seen);
    if (result.remainder.empty()) continue;
    if (now < result.end) {
      result.step = &step;
      return result;
    }
    result.given_up.push_back(&step);
    result.abandoned.push_back(abandoned(seen, step, result.remainder));
  }
  return result;
}

}  // namespace

void plan_deletion(const Observed& seen, core::Timestamp now, Draft& draft) {
  Progress at = progress(seen, now);
  // Not waited for any more, but tried once more.
  for (const Step* step : at.given_up)
    step->work(seen, draft);
  if (at.step == nullptr) {
    // One that has nothing to wait for never told when it began.
    const bool is_long_ago = now >= *seen.organization.metadata.deletion_timestamp + core::kLongestAbsence;
    const bool out_of_time = now >= at.end || is_long_ago || !at.given_up.empty();
    draft.plan.finalizer = out_of_time ? core::FinalizerChange::Abandon : core::FinalizerChange::Drop;
    draft.plan.audit = std::move(at.abandoned);
    if (!out_of_time) draft.plan.look_again_at(at.end, now);
    return;
  }
  at.step->work(seen, draft);
  // What was given up is told with the next work, which may make it invisible; a plan that only waits says nothing new.
  if (!draft.plan.writes_nothing()) draft.plan.audit = std::move(at.abandoned);
  draft.hinder(reasons::kDeleting,
               fmt::format("waits for {}: {}; goes on without them at {}", at.step->waits_for, list_names(at.remainder),
                           core::format_timestamp(at.end)),
               false);
  draft.plan.look_again_at(at.end, now);
}

}  // namespace guildhall::controllers::organization
