#include "controllers/organization/plan.hpp"

#include "controllers/organization/bindings.hpp"
#include "controllers/organization/claims.hpp"
#include "controllers/organization/deletion.hpp"
#include "controllers/organization/draft.hpp"
#include "controllers/organization/failures.hpp"
#include "controllers/organization/founding.hpp"
#include "controllers/organization/kept_admin.hpp"
#include "controllers/organization/key_secrets_role.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/status.hpp"

namespace guildhall::controllers::organization {

namespace {

void plan_finalizer(const Observed& seen, Draft& draft) {
  if (!seen.organization.metadata.has_finalizer(kFinalizer)) draft.plan.finalizer = core::FinalizerChange::Add;
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
    plan_founder(seen, draft);
    plan_key_secrets_role(seen, now, draft);
    plan_bindings(seen, now, draft);
    tell_lost_admins(seen, draft);
  }
  report_failures(seen, draft);
  tell_claims(seen, draft);
  if (!draft.plan.lets_go()) plan_status(seen, now, draft);
  return std::move(draft.plan);
}

}  // namespace guildhall::controllers::organization
