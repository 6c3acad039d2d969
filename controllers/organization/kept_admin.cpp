#include "controllers/organization/kept_admin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/last_admin.hpp"
#include "controllers/organization/reasons.hpp"
#include "controllers/organization/wanted_bindings.hpp"

namespace guildhall::controllers::organization {

namespace {

const core::Condition* admin_present(const Observed& seen) {
  return core::find_condition(seen.organization.status.conditions, "AdminPresent");
}

bool has_firm_home(const Observed& seen) {
  const std::string home = home_namespace(seen.organization);
  return holds_home(seen) && std::ranges::none_of(seen.namespaces, [&](const SeenNamespace& ns) {
           return ns.view.name == home && ns.view.deleting;
         });
}

/// The identities that are bound as Admins' in the home.
Subjects bound_admins(const Observed& seen) {
  const std::string home = home_namespace(seen.organization);
  const auto names = bindings_of(seen.organization, home, api::MemberRole::Admin).shipped;
  Subjects bound;
  for (const BindingView& binding : seen.bindings) {
    const bool is_admins = binding.key.ns == home && binding.owner_uid == seen.organization.metadata.uid &&
                           std::ranges::find(names, binding.key.name) != names.end();
    if (is_admins) bound.insert(bound.end(), binding.subjects.begin(), binding.subjects.end());
  }
  return identities(bound);
}

bool was_admin(const SeenMember& member, const Subjects& bound) {
  const bool is_in_force = member.standing == Standing::InForce || only_keeps(member.standing);
  return is_in_force && member.role != api::MemberRole::Admin &&
         std::ranges::any_of(identities(member.subjects),
                             [&](const Subject& subject) { return std::ranges::find(bound, subject) != bound.end(); });
}

std::string message(const SeenMember* kept) {
  const std::string what = "the last active Admin is gone, and nobody with the verb manage let it go; ";
  if (kept == nullptr) return what + "nobody has an Admin's rights: somebody with manage must make a Member an Admin";
  return what + kept->name +
         " keeps the rights that it had as an Admin until another Member is one; its state Inactive takes them";
}

}  // namespace

bool misses_its_admins(const Observed& seen) {
  const core::Condition* present = admin_present(seen);
  const bool had_one = present != nullptr && (present->status || present->reason == reasons::kLastAdmin);
  return had_one && !seen.organization.metadata.is_deleting() && has_firm_home(seen) &&
         std::ranges::none_of(seen.members, is_active_admin);
}

bool has_lost_its_admins(const Observed& seen) {
  if (!misses_its_admins(seen)) return false;
  return !seen.let_go_at || *seen.let_go_at < admin_present(seen)->last_transition_time;
}

const SeenMember* kept_admin(const Observed& seen) {
  if (!has_lost_its_admins(seen)) return nullptr;
  const Subjects bound = bound_admins(seen);
  const SeenMember* oldest = nullptr;
  for (const SeenMember& member : seen.members) {
    const bool is_older =
        oldest == nullptr || std::tie(member.created_at, member.name) < std::tie(oldest->created_at, oldest->name);
    if (is_older && was_admin(member, bound)) oldest = &member;
  }
  return oldest;
}

void tell_lost_admins(const Observed& seen, Draft& draft) {
  if (!has_lost_its_admins(seen)) return;
  const std::string what = message(kept_admin(seen));
  draft.hinder(reasons::kLastAdmin, what, true);
  const core::Condition& before = *admin_present(seen);
  if (!before.status) return;
  draft.plan.audit.push_back({.action = "OrganizationLastAdminLost",
                              .note = what,
                              .identity = fmt::format("{}/LastAdminLost/{}", seen.organization.metadata.uid,
                                                      core::format_timestamp(before.last_transition_time))});
}

}  // namespace guildhall::controllers::organization
