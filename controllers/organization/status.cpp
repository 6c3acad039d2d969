#include "controllers/organization/status.hpp"

#include <fmt/format.h>

#include <optional>
#include <ranges>
#include <string_view>
#include <utility>

#include "controllers/organization/bindings.hpp"
#include "controllers/organization/counts.hpp"
#include "controllers/organization/courses.hpp"
#include "controllers/organization/deployments.hpp"
#include "controllers/organization/kept_admin.hpp"
#include "controllers/organization/reasons.hpp"
#include "operator/core/deletion.hpp"

namespace guildhall::controllers::organization {

namespace {

core::Condition namespaces_claimed(const Observed& seen, const Draft& draft) {
  const auto all = courses(seen);
  const bool claimed = std::ranges::all_of(all, [](const NamespaceCourse& ns) { return ns.course == Course::Keep; });
  if (claimed) {
    return core::wanted_condition(
        "NamespacesClaimed", true, reasons::kAllClaimed,
        all.size() == 1
            ? fmt::format("the home {} is claimed", all.front().name)
            : fmt::format("the home {} and all listed namespaces ({}) are claimed", all.front().name, all.size() - 1));
  }
  const auto own = std::ranges::find(draft.obstacles, About::Claims, &Obstacle::about);
  const Obstacle& told = own != draft.obstacles.end() ? *own : draft.obstacles.front();
  return core::wanted_condition("NamespacesClaimed", false, told.reason, told.message);
}

/// What keeps roles and bindings from being as the spec wants them. That Editors have less in some namespaces comes
/// last: who writes tokens goes by that reason as by True, so nobody is to have more where it stands.
const Obstacle* obstacle_of_roles(const Observed& seen, const Draft& draft) {
  const auto is_told_last = [](const Obstacle& one) {
    return std::string_view(one.reason) == reasons::kSecretsHoldTokens;
  };
  const auto is_first = [&](const Obstacle& one) { return one.about == About::Roles && !is_told_last(one); };
  auto own = std::ranges::find_if(draft.obstacles, is_first);
  // Refused beside others, such as a claim.
  if (own == draft.obstacles.end() && has_failed_bindings(seen, draft))
    own = std::ranges::find(draft.obstacles, std::string_view(reasons::kWriteRefused), &Obstacle::reason);
  if (own == draft.obstacles.end()) own = std::ranges::find_if(draft.obstacles, is_told_last);
  return own == draft.obstacles.end() ? nullptr : &*own;
}

core::Condition roles_bound(const Observed& seen, const Draft& draft) {
  const Obstacle* const own = obstacle_of_roles(seen, draft);
  if (own != nullptr) return core::wanted_condition("RolesBound", false, own->reason, own->message);
  if (!holds_home(seen) || seen.organization.metadata.is_deleting()) {
    const Obstacle& told = draft.obstacles.front();
    return core::wanted_condition("RolesBound", false, told.reason, told.message);
  }
  return core::wanted_condition("RolesBound", true, reasons::kAllBound,
                                seen.organization.spec.state == api::OrganizationState::Suspended
                                    ? "suspended: only Admins are bound, to read the home and to pay"
                                    : "the roles of all active Members are bound in the claimed namespaces");
}

core::Condition admin_present(const Observed& seen) {
  if (has_lost_its_admins(seen)) {
    return core::wanted_condition("AdminPresent", false, reasons::kLastAdmin,
                                  "no active Member has the role Admin, and nobody with the verb manage let it so");
  }
  const MemberCounts members = count_members(seen);
  if (members.admins == 0) {
    return core::wanted_condition("AdminPresent", false, reasons::kNoActiveAdmin,
                                  "no active Member has the role Admin");
  }
  return core::wanted_condition("AdminPresent", true, reasons::kAdminActive,
                                fmt::format("active Admins: {}", members.admins));
}

/// Not in the sum: what is in force does not depend on the log.
core::Condition audit_recorded(const AuditRecording& recording) {
  if (!recording.trouble)
    return core::wanted_condition("AuditRecorded", true, reasons::kRecorded, "what happens is written into the log");
  return core::wanted_condition("AuditRecorded", false, recording.trouble->reason, recording.trouble->message);
}

/// Not in the sum, and present only when false: what the spec asks for is in force.
std::optional<core::Condition> deployments_listed(const std::vector<std::string>& left_out) {
  if (left_out.empty()) return std::nullopt;
  constexpr std::size_t most_told = 10;
  std::string message = fmt::format("{}", fmt::join(left_out | std::views::take(most_told), "; "));
  if (left_out.size() > most_told) message += fmt::format("; and {} more", left_out.size() - most_told);
  return core::wanted_condition("DeploymentsListed", false, reasons::kDeploymentsLeftOut, message);
}

std::string all_messages(const std::vector<Obstacle>& obstacles) {
  std::vector<std::string> messages;
  messages.reserve(obstacles.size());
  for (const auto& obstacle : obstacles)
    messages.push_back(obstacle.message);
  return fmt::format("{}", fmt::join(messages, "; "));
}

core::Condition ready(const Observed& seen) {
  if (seen.organization.spec.state == api::OrganizationState::Suspended) {
    return core::wanted_condition(
        "Ready", true, reasons::kSuspended,
        "suspended: API keys are refused and the members' rights are withdrawn; nothing is deleted");
  }
  return core::wanted_condition("Ready", true, reasons::kActive, "all that the spec asks for is in force");
}

std::vector<core::Condition> conditions(const Observed& seen, const Draft& draft,
                                        const std::vector<std::string>& left_out, core::Timestamp now) {
  std::vector<core::Condition> wanted{namespaces_claimed(seen, draft), roles_bound(seen, draft), admin_present(seen)};
  if (auto listed = deployments_listed(left_out)) wanted.push_back(std::move(*listed));
  const core::Condition* told = core::find_condition(seen.organization.status.conditions, "AuditRecorded");
  if (seen.audit)
    wanted.push_back(audit_recorded(*seen.audit));
  else if (told != nullptr)
    wanted.push_back(*told);
  if (draft.obstacles.empty()) {
    wanted.push_back(ready(seen));
  } else {
    const bool stalled = std::ranges::any_of(draft.obstacles, &Obstacle::stalled);
    const char* reason = draft.obstacles.front().reason;
    const std::string message = all_messages(draft.obstacles);
    wanted.push_back(core::wanted_condition("Ready", false, reason, message));
    wanted.push_back(core::wanted_condition(stalled ? "Stalled" : "Reconciling", true, reason, message));
  }
  const auto& meta = seen.organization.metadata;
  return core::merge_conditions(core::conditions_before(meta, seen.organization.status.conditions), std::move(wanted),
                                meta.generation, now);
}

std::vector<std::string> held(const Observed& seen) {
  std::vector<std::string> names;
  for (const SeenNamespace* ns : all_that_speak_of_us(seen)) {
    if (is_held(seen, *ns)) names.push_back(ns->view.name);
  }
  return names;
}

void write_counts(const Observed& seen, api::OrganizationStatus& status) {
  const MemberCounts members = count_members(seen);
  auto& told_members = status.members ? *status.members : status.members.emplace();
  told_members.total = members.total;
  told_members.active = members.active;
  told_members.pending = members.pending;
  told_members.expired = members.expired;
  told_members.inactive = members.inactive;
  told_members.admins = members.admins;
  const ApiKeyCounts keys = count_api_keys(seen);
  auto& told_keys = status.api_keys ? *status.api_keys : status.api_keys.emplace();
  told_keys.total = keys.total;
  told_keys.active = keys.active;
  told_keys.expired = keys.expired;
  told_keys.revoked = keys.revoked;
  told_keys.suspended = keys.suspended;
}

core::AuditNote told(const Observed& seen, core::ActionName action, const std::string& name, const char* what) {
  const auto& meta = seen.organization.metadata;
  return {.action = action,
          .note = fmt::format("namespace {} {}", name, what),
          .identity = fmt::format("{}/{}/{}/{}", meta.uid, action.text(), name, meta.resource_version)};
}

core::AuditNote claimed(const Observed& seen, const std::string& name) {
  core::AuditNote note = told(seen, "OrganizationNamespaceClaimed", name, "is claimed");
  note.changes = {{.field = "status.namespaces", .old_value = "", .new_value = name}};
  return note;
}

core::AuditNote released(const Observed& seen, const std::string& name) {
  core::AuditNote note = told(seen, "OrganizationNamespaceReleased", name, "is no longer claimed");
  note.changes = {{.field = "status.namespaces", .old_value = name, .new_value = ""}};
  return note;
}

std::vector<std::string> claimed_in(const api::OrganizationStatus& status) {
  std::vector<std::string> names = status.namespaces;
  if (status.home_namespace) names.push_back(*status.home_namespace);
  std::ranges::sort(names);
  return names;
}

}  // namespace

api::OrganizationStatus wanted_status(const Observed& seen, const Draft& draft, core::Timestamp now) {
  api::OrganizationStatus status = seen.organization.status;
  status.observed_generation = seen.organization.metadata.generation;
  Deployments deployments = deployments_of(seen);
  status.conditions = conditions(seen, draft, deployments.left_out, now);
  status.deployments = std::move(deployments.listed);
  status.home_namespace.reset();
  if (holds_home(seen)) status.home_namespace = home_namespace(seen.organization);
  status.namespaces = held(seen);
  std::erase(status.namespaces, home_namespace(seen.organization));
  write_counts(seen, status);
  return status;
}

void tell_claims(const Observed& seen, Draft& draft) {
  const auto before = claimed_in(seen.organization.status);
  const auto after = held(seen);
  for (const auto& name : after) {
    if (!std::ranges::binary_search(before, name)) draft.plan.audit.push_back(claimed(seen, name));
  }
  for (const auto& name : before) {
    if (!std::ranges::binary_search(after, name)) draft.plan.audit.push_back(released(seen, name));
  }
}

}  // namespace guildhall::controllers::organization
