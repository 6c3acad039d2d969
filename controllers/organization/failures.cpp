#include "controllers/organization/failures.hpp"

#include <fmt/format.h>

#include <set>

#include "controllers/organization/bindings.hpp"
#include "controllers/organization/reasons.hpp"

namespace guildhall::controllers::organization {

namespace {

using Failures = std::vector<core::WriteFailure>;

bool is_tried_again(const core::WriteFailure& failure, const core::Plan& plan) {
  const auto is_it = [&](const auto& write) { return failure.object == core::describe(write.type, write.key); };
  return std::ranges::any_of(plan.apply, is_it) || std::ranges::any_of(plan.remove, is_it);
}

Failures tried_again(const Observed& seen, const core::Plan& plan) {
  Failures failures = seen.failures;
  std::erase_if(failures, [&](const core::WriteFailure& failure) { return !is_tried_again(failure, plan); });
  std::ranges::sort(failures, {}, &core::WriteFailure::object);
  return failures;
}

void add(const Observed& seen, Obstacle obstacle, Draft& draft) {
  if (seen.organization.metadata.is_deleting()) {
    obstacle.reason = reasons::kDeleting;
    obstacle.stalled = false;
  }
  const auto place = obstacle.stalled ? draft.obstacles.begin() : draft.obstacles.end();
  draft.obstacles.insert(place, std::move(obstacle));
}

/// "RoleBinding acme/guildhall:grafana-admin" gives ClusterRole grafana-admin.
std::string role_of(const core::WriteFailure& failure) {
  const auto colon = failure.object.find(':');
  return colon == std::string::npos ? failure.object : failure.object.substr(colon + 1);
}

std::vector<std::string> roles_of(const Failures& failures, bool is_absent) {
  std::set<std::string> roles;
  for (const auto& failure : failures) {
    if ((failure.kind == core::ErrorKind::NotFound) == is_absent) roles.insert(role_of(failure));
  }
  return {roles.begin(), roles.end()};
}

/// The server's words name every right that the role gives; who is to act needs the role's name and what to do.
void report_not_bindable(const Observed& seen, const Failures& failures, Draft& draft) {
  std::vector<std::string> sentences;
  if (const auto absent = roles_of(failures, true); !absent.empty())
    sentences.push_back("no such ClusterRole: " + list_names(absent));
  if (const auto closed = roles_of(failures, false); !closed.empty()) {
    sentences.push_back(fmt::format(
        "not among the ClusterRoles that the platform lets Guildhall bind (verb bind, for its ServiceAccount): {}",
        list_names(closed)));
  }
  add(seen,
      {.reason = reasons::kRoleNotBindable,
       .message = fmt::format("{}{}", fmt::join(sentences, "; "), core::kTriedAgainHint),
       .stalled = true,
       .about = About::Roles},
      draft);
}

About about(const Failures& failures) {
  const auto begins = [&](const std::string& kind) {
    return std::ranges::any_of(failures,
                               [&](const core::WriteFailure& failure) { return failure.object.starts_with(kind); });
  };
  if (begins(core::types::namespaces().kind)) return About::Claims;
  return begins(core::types::roles().kind) || begins(core::types::cluster_roles().kind) ? About::Roles : About::Other;
}

void report_refused(const Observed& seen, const Failures& failures, Draft& draft) {
  std::vector<std::string> refused;
  bool stalled = false;
  for (const core::WriteFailure& failure : failures) {
    refused.push_back(failure.object + ": " + failure.message);
    stalled = stalled || !core::is_transient(failure.kind);
  }
  add(seen,
      {.reason = reasons::kWriteRefused,
       .message = fmt::format("refused: {}{}", fmt::join(refused, "; "), core::kTriedAgainHint),
       .stalled = stalled,
       .about = about(failures)},
      draft);
}

}  // namespace

void report_failures(const Observed& seen, Draft& draft) {
  Failures refused = tried_again(seen, draft.plan);
  Failures not_bindable;
  std::ranges::copy_if(refused, std::back_inserter(not_bindable), is_not_bindable);
  std::erase_if(refused, is_not_bindable);
  if (!not_bindable.empty()) report_not_bindable(seen, not_bindable, draft);
  if (!refused.empty()) report_refused(seen, refused, draft);
}

}  // namespace guildhall::controllers::organization
