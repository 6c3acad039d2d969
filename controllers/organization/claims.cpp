#include "controllers/organization/claims.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controllers/organization/bindings.hpp"
#include "controllers/organization/courses.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/reasons.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

core::Apply patch(const NamespaceView& ns, nlohmann::json metadata) {
  return {.type = core::types::namespaces(),
          .key = {"", ns.name},
          .object = {{"metadata", std::move(metadata)}},
          .resource_version = ns.resource_version,
          .mode = core::WriteMode::MergePatch};
}

/// What a home says beside its claim, or null.
nlohmann::json auto_accept(const Observed& seen, const std::string& ns) {
  const bool says_it = ns == home_namespace(seen.organization) && seen.organization.spec.invitations.auto_accept;
  return says_it ? nlohmann::json("true") : nlohmann::json();
}

core::Apply create_home(const Observed& seen, const std::string& name) {
  const Claim ours = claim_of(seen.organization);
  nlohmann::json object = core::object_head(core::types::namespaces(), {"", name});
  object["metadata"]["labels"] = {{kOrganizationLabel, ours.organization}, {kPodSecurityLabel, kPodSecurityLevel}};
  object["metadata"]["annotations"] = {
      {kOrganizationUidAnnotation, ours.uid}, {kCreatedByAnnotation, ours.uid}, {kWasHomeAnnotation, "true"}};
  if (nlohmann::json says = auto_accept(seen, name); !says.is_null())
    object["metadata"]["annotations"][kAutoAcceptAnnotation] = std::move(says);
  return {.type = core::types::namespaces(),
          .key = {"", name},
          .object = std::move(object),
          .resource_version = core::kOnlyIfAbsent,
          .mode = core::WriteMode::ServerSideApply};
}

/// Claims or repairs. A home that was created for our former self is still one that Guildhall created.
core::Apply claim(const Observed& seen, const SeenNamespace& ns) {
  const Claim ours = claim_of(seen.organization);
  nlohmann::json annotations = {{kOrganizationUidAnnotation, ours.uid}};
  const bool created_for_former_self = hold_of(seen, ns) == Hold::Returned && !ns.view.created_for_uid.empty() &&
                                       ns.view.created_for_uid == ns.view.claim.uid;
  if (created_for_former_self) annotations[kCreatedByAnnotation] = ours.uid;
  if (nlohmann::json says = auto_accept(seen, ns.view.name); !says.is_null() || ns.view.auto_accept)
    annotations[kAutoAcceptAnnotation] = std::move(says);
  if (ns.view.name == home_namespace(seen.organization)) annotations[kWasHomeAnnotation] = "true";
  if (ns.view.releasing_since) annotations[kReleasingSinceAnnotation] = nullptr;
  return patch(ns.view,
               {{"labels", {{kOrganizationLabel, ours.organization}}}, {"annotations", std::move(annotations)}});
}

core::AuditNote repaired(const Observed& seen, const NamespaceView& ns) {
  return {
      .action = "OrganizationClaimRepaired",
      .note = fmt::format("the claim on namespace {} was changed by another; it is put back", ns.name),
      .identity = fmt::format("{}/ClaimRepaired/{}/{}", seen.organization.metadata.uid, ns.uid, ns.resource_version),
      .changes = {{.field = "Namespace " + ns.name, .old_value = "changed", .new_value = "put back"}}};
}

void write_claim(const Observed& seen, const NamespaceCourse& ns, Draft& draft) {
  if (ns.course == Course::Create) return draft.plan.apply.push_back(create_home(seen, ns.name));
  draft.plan.apply.push_back(claim(seen, *ns.seen));
  if (hold_of(seen, *ns.seen) == Hold::Damaged) draft.plan.audit.push_back(repaired(seen, ns.seen->view));
}

std::vector<std::string> names_with(const std::vector<NamespaceCourse>& all, const std::vector<Course>& wanted) {
  std::vector<std::string> names;
  for (const auto& ns : all) {
    if (std::ranges::find(wanted, ns.course) != wanted.end()) names.push_back(ns.name);
  }
  return names;
}

/// What each course means to whoever reads the status. Another tenant's name is not told.
struct Saying {
  std::vector<Course> courses;
  const char* reason;
  const char* message;
  bool stalled;
};

void say(const std::vector<NamespaceCourse>& all, Draft& draft) {
  static const std::vector<Saying> sayings = {
      {{Course::Refuse}, reasons::kNamespaceProtected, "protected, no Organization can have it: {}", true},
      {{Course::Yield}, reasons::kNamespaceClaimed, "claimed by another Organization: {}", true},
      {{Course::Foreign},
       reasons::kNamespaceExists,
       "there before somebody signed up for the name, so it is not theirs; whoever holds the verb manage removes "
       "the Organization, or lets it have the namespace by removing its annotation guildhall.dev/signup: {}",
       true},
      {{Course::Paused}, reasons::kPaused, "not claimed, as guildhall.dev/paused is set: {}", false},
      {{Course::Terminating}, reasons::kNamespaceTerminating, "being deleted: {}", false},
      {{Course::Wait}, reasons::kNamespaceNotFound, "not found, claimed when it exists: {}", false},
      {{Course::Create, Course::Claim, Course::Repair}, reasons::kClaimingNamespaces, "being claimed: {}", false},
  };
  for (const auto& saying : sayings) {
    const auto names = names_with(all, saying.courses);
    if (!names.empty())
      draft.obstacles.push_back(
          {saying.reason, fmt::format(fmt::runtime(saying.message), list_names(names)), saying.stalled, About::Claims});
  }
}

/// What would stay behind in a namespace that is released too early.
bool holds_ours(const Observed& seen, const std::string& ns) {
  const bool has_tokens =
      std::ranges::any_of(seen.held_secrets, [&](const std::string& secret) { return secret.starts_with(ns + "/"); });
  if (has_tokens || holds_grants(seen, ns)) return true;
  if (!holds_home(seen)) return false;
  return std::ranges::any_of(seen.api_keys, [&](const SeenApiKey& key) {
    return std::ranges::find(key.secret_namespaces, ns) != key.secret_namespaces.end();
  });
}

core::Apply begin_waiting(const NamespaceView& ns, core::Timestamp now) {
  return patch(ns, {{"annotations", {{kReleasingSinceAnnotation, core::format_timestamp(now)}}}});
}

core::AuditNote wait_abandoned(const Observed& seen, const NamespaceView& ns) {
  return {.action = "OrganizationReleaseStepAbandoned",
          .note = fmt::format("copies of API keys' Secrets, tokens for vmauth or VMUsers, or bindings are still in "
                              "namespace {} after 2 minutes; it is released",
                              ns.name),
          .identity = fmt::format("{}/ReleaseStepAbandoned/{}/{}", seen.organization.metadata.uid, ns.uid,
                                  core::format_timestamp(*ns.releasing_since))};
}

void plan_release(const Observed& seen, const NamespaceView& ns, core::Timestamp now, Draft& draft) {
  if (!holds_ours(seen, ns.name)) return draft.plan.apply.push_back(release(ns));
  if (!ns.releasing_since) {
    draft.plan.apply.push_back(begin_waiting(ns, now));
    return draft.plan.look_again_at(core::floor_to_seconds(now) + kPatience, now);
  }
  const core::Timestamp end = *ns.releasing_since + kPatience;
  if (now < end) return draft.plan.look_again_at(end, now);
  draft.plan.apply.push_back(release(ns));
  draft.plan.audit.push_back(wait_abandoned(seen, ns));
}

}  // namespace

void plan_claims(const Observed& seen, Draft& draft) {
  const auto all = courses(seen);
  for (const auto& ns : all) {
    if (ns.course == Course::Create || ns.course == Course::Claim || ns.course == Course::Repair)
      write_claim(seen, ns, draft);
  }
  say(all, draft);
}

void plan_releases(const Observed& seen, core::Timestamp now, Draft& draft) {
  std::vector<std::string> names;
  for (const SeenNamespace* ns : surplus(seen)) {
    names.push_back(ns->view.name);
    plan_release(seen, ns->view, now, draft);
  }
  if (!names.empty()) draft.hinder(reasons::kReleasingNamespaces, "being released: " + list_names(names), false);
}

core::Apply release(const NamespaceView& ns) {
  return patch(ns, {{"labels", {{kOrganizationLabel, nullptr}}},
                    {"annotations",
                     {{kOrganizationUidAnnotation, nullptr},
                      {kCreatedByAnnotation, nullptr},
                      {kAutoAcceptAnnotation, nullptr},
                      {kReleasingSinceAnnotation, nullptr}}}});
}

}  // namespace guildhall::controllers::organization
