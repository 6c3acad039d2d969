#include "controllers/organization/plan.hpp"

#include <fmt/format.h>

#include "controllers/organization/claims.hpp"
#include "controllers/organization/deletion.hpp"
#include "controllers/organization/draft.hpp"
#include "controllers/organization/key_secrets_role.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/reasons.hpp"
#include "controllers/organization/status.hpp"

namespace guildhall::controllers::organization {

namespace {

void plan_finalizer(const Observed& seen, Draft& draft) {
  if (!seen.organization.metadata.has_finalizer(kFinalizer)) draft.plan.finalizer = core::FinalizerChange::Add;
}

bool is_tried_again(const core::WriteFailure& failure, const core::Plan& plan) {
  const auto is_it = [&](const auto& write) { return failure.object == core::describe(write.type, write.key); };
  return std::ranges::any_of(plan.apply, is_it) || std::ranges::any_of(plan.remove, is_it);
}

/// What the server refused last time and is tried again stands in the way of Ready until it succeeds. A deletion does
/// not wait for a person.
void report_failures(const Observed& seen, Draft& draft) {
  std::vector<std::string> refused;
  bool stalled = false;
  bool is_about_claims = false;
  for (const core::WriteFailure& failure : seen.failures) {
    if (!is_tried_again(failure, draft.plan)) continue;
    is_about_claims = is_about_claims || failure.object.starts_with(core::types::namespaces().kind);
    refused.push_back(failure.object + ": " + failure.message);
    stalled = stalled || !core::is_transient(failure.kind);
  }
  if (refused.empty()) return;
  std::ranges::sort(refused);
  Obstacle obstacle{reasons::kWriteRefused,
                    fmt::format("refused: {}{}", fmt::join(refused, "; "), core::kTriedAgainHint), stalled,
                    is_about_claims};
  if (seen.organization.metadata.is_deleting()) {
    obstacle.reason = reasons::kDeleting;
    obstacle.stalled = false;
  }
  const auto place = obstacle.stalled ? draft.obstacles.begin() : draft.obstacles.end();
  draft.obstacles.insert(place, std::move(obstacle));
}

void plan_status(const Observed& seen, core::Timestamp now, Draft& draft) {
  const api::OrganizationStatus wanted = wanted_status(seen, draft, now);
  if (wanted != seen.organization.status) draft.plan.status = api::to_json(wanted);
}

/// Without our finalizer its end is no longer our concern.
bool is_over(const Observed& seen) {
  return seen.organization.metadata.is_deleting() && !seen.organization.metadata.has_finalizer(kFinalizer);
}

}  // namespace

core::Plan plan(const Observed& seen, core::Timestamp now) {
  Draft draft;
  if (is_over(seen)) return draft.plan;
  if (seen.organization.metadata.is_deleting()) {
    plan_deletion(seen, now, draft);
  } else {
    plan_finalizer(seen, draft);
    plan_claims(seen, draft);
    plan_releases(seen, now, draft);
    plan_key_secrets_role(seen, draft);
  }
  report_failures(seen, draft);
  tell_claims(seen, draft);
  if (!draft.plan.lets_go()) plan_status(seen, now, draft);
  return std::move(draft.plan);
}

}  // namespace guildhall::controllers::organization
