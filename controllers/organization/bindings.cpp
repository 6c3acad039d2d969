#include "controllers/organization/bindings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/grants.hpp"
#include "controllers/organization/key_secrets_role.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/place_plan.hpp"
#include "controllers/organization/reasons.hpp"
#include "controllers/organization/repairs.hpp"
#include "controllers/organization/wanted_bindings.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

using nlohmann::json;

const RoleView* find_role(const Observed& seen, const core::ObjectKey& key) {
  const auto found = std::ranges::find(seen.roles, key, &RoleView::key);
  return found == seen.roles.end() ? nullptr : &*found;
}

const BindingPlace* find_place(const std::vector<BindingPlace>& places, const std::string& ns) {
  const auto found = std::ranges::find(places, ns, &BindingPlace::ns);
  return found == places.end() ? nullptr : &*found;
}

/// What stands where nothing of ours is to be. The Role of the home is its own rule's.
void remove_strays(const Observed& seen, const std::vector<BindingPlace>& places, Draft& draft) {
  for (const RoleView& role : seen.roles) {
    const bool is_stray =
        role.key.ns.empty() ? find_place(places, "") == nullptr : role.key.ns != home_namespace(seen.organization);
    if (is_stray && is_ours(seen, role.owner_uid) && !role.deleting) draft.plan.remove.push_back(remove(role));
  }
  for (const BindingView& binding : seen.bindings) {
    if (is_given(seen, binding) && find_place(places, binding.key.ns) == nullptr) take_away(seen, binding, draft);
  }
}

/// That another changed or deleted it, if so. What its Organization had before it was made anew is not.
void tell_cluster_role(const Observed& seen, const core::ObjectKey& key, core::Timestamp now, Draft& draft) {
  const RoleView* standing = find_role(seen, key);
  const std::string object = core::describe(core::types::cluster_roles(), key);
  if (standing != nullptr && is_ours(seen, standing->owner_uid))
    draft.plan.audit.push_back(repaired_after_change(seen, *standing));
  if (standing == nullptr && seen.stood.roles.contains(object))
    draft.plan.audit.push_back(repaired_after_loss(seen, object, now));
}

/// The server writes the rules of one that aggregates, and lets only a cluster's administrator write it: it goes, and
/// is made anew when that is seen.
void replace_cluster_role(const Observed& seen, const RoleView& standing, Draft& draft) {
  if (standing.deleting) return;
  draft.plan.remove.push_back(remove(standing));
  draft.plan.audit.push_back(repaired_after_change(seen, standing));
}

void plan_cluster_role(const Observed& seen, const core::ObjectKey& key, const std::vector<std::string>& verbs,
                       core::Timestamp now, Draft& draft) {
  const json rules = rules_on_object(api::organization_type(), seen.organization.metadata.name, verbs);
  const RoleView* standing = find_role(seen, key);
  if (standing != nullptr && standing->is_aggregated) return replace_cluster_role(seen, *standing, draft);
  if (standing != nullptr && standing->rules == rules && is_ours(seen, standing->owner_uid)) return;
  json object = head_of_ours(seen, core::types::cluster_roles(), key);
  object["rules"] = rules;
  draft.plan.apply.push_back(
      {.type = core::types::cluster_roles(), .key = key, .object = std::move(object), .resource_version = {}});
  tell_cluster_role(seen, key, now, draft);
}

void plan_cluster_roles(const Observed& seen, const std::vector<BindingPlace>& places, core::Timestamp now,
                        Draft& draft) {
  const BindingPlace* cluster = find_place(places, "");
  if (cluster == nullptr || cluster->latitude != Latitude::Full) return;
  plan_cluster_role(seen, {"", member_role_name(seen.organization)}, {"get"}, now, draft);
  plan_cluster_role(seen, {"", admin_role_name(seen.organization)}, {"get", "patch", "update"}, now, draft);
}

/// Those from index `first` on: their order is not to depend on the order of what was seen.
void sort_removals(std::size_t first, Draft& draft) {
  const auto name = [](const core::Remove& removal) { return core::describe(removal.type, removal.key); };
  std::ranges::sort(draft.plan.remove.begin() + static_cast<std::ptrdiff_t>(first), draft.plan.remove.end(), {}, name);
}

bool is_about_roles(const auto& write) {
  return write.type.group == core::types::roles().group;
}

bool has_failed(const Observed& seen, const auto& write) {
  return organization::has_failed(seen, core::describe(write.type, write.key));
}

/// Where a claim is to be put back first, nothing is written, and nothing taken away.
void say_unreached(const Observed& seen, Draft& draft) {
  std::vector<std::string> names;
  for (const NamespaceCourse& ns : courses(seen)) {
    if (ns.course == Course::Repair) names.push_back(ns.name);
  }
  if (names.empty()) return;
  draft.obstacles.push_back({.reason = reasons::kBindingRoles,
                             .message = "roles and bindings wait for the claim of: " + list_names(names),
                             .stalled = false,
                             .about = About::Roles});
}

/// What the whole of the bindings waits for is said until it stood once for this generation: that a Member's change is
/// being carried out is no reason to call the Organization not ready.
void say_binding(const Observed& seen, Draft& draft) {
  const core::Condition* bound = core::find_condition(seen.organization.status.conditions, "RolesBound");
  const bool stood_once =
      bound != nullptr && bound->status && bound->observed_generation == seen.organization.metadata.generation;
  if (stood_once) return;
  say_unreached(seen, draft);
  const auto is_open = [&](const auto& write) { return is_about_roles(write) && !has_failed(seen, write); };
  const auto open =
      std::ranges::count_if(draft.plan.apply, is_open) + std::ranges::count_if(draft.plan.remove, is_open);
  if (open == 0) return;
  draft.obstacles.push_back({.reason = reasons::kBindingRoles,
                             .message = fmt::format("roles and bindings still to be written or removed: {}", open),
                             .stalled = false,
                             .about = About::Roles});
}

/// What Editors wait for.
void say_kept_closed(const Observed& seen, Draft& draft) {
  const auto kept = kept_closed(seen);
  if (kept.empty()) return;
  std::vector<std::string> secrets = seen.secrets_with_tokens;
  std::erase_if(secrets, [&](const std::string& secret) {
    return std::ranges::find(kept, secret.substr(0, secret.find('/'))) == kept.end();
  });
  draft.obstacles.push_back({.reason = reasons::kSecretsHoldTokens,
                             .message = fmt::format("Editors are to have no more than the rights of Viewers in {} "
                                                    "until these Secrets of vmauth or VMUsers hold no "
                                                    "tokens any more: {}",
                                                    list_names(kept), list_names(secrets)),
                             .stalled = false,
                             .about = About::Roles});
}

}  // namespace

void plan_bindings(const Observed& seen, core::Timestamp now, Draft& draft) {
  const auto places = wanted_bindings(seen);
  const std::size_t before = draft.plan.remove.size();
  plan_cluster_roles(seen, places, now, draft);
  for (const BindingPlace& place : places) {
    if (place.latitude != Latitude::None) plan_place(seen, place, now, draft);
  }
  remove_strays(seen, places, draft);
  sort_removals(before, draft);
  say_binding(seen, draft);
  say_kept_closed(seen, draft);
}

bool has_failed_bindings(const Observed& seen, const Draft& draft) {
  const auto is_it = [&](const auto& write) { return is_about_roles(write) && has_failed(seen, write); };
  return std::ranges::any_of(draft.plan.apply, is_it) || std::ranges::any_of(draft.plan.remove, is_it);
}

std::vector<std::string> grants_left(const Observed& seen) {
  std::vector<std::string> left;
  for (const BindingView& binding : seen.bindings) {
    if (is_given(seen, binding)) left.push_back(describe(binding.key));
  }
  for (const RoleView& role : seen.roles) {
    if (is_ours(seen, role.owner_uid)) left.push_back(core::describe(role_type(role.key), role.key));
  }
  std::ranges::sort(left);
  return left;
}

void remove_grants(const Observed& seen, Draft& draft) {
  const std::size_t before = draft.plan.remove.size();
  for (const BindingView& binding : seen.bindings) {
    if (is_given(seen, binding)) take_away(seen, binding, draft);
  }
  for (const RoleView& role : seen.roles) {
    if (is_ours(seen, role.owner_uid) && !role.deleting) draft.plan.remove.push_back(remove(role));
  }
  sort_removals(before, draft);
}

bool holds_grants(const Observed& seen, const std::string& ns) {
  const auto is_given_there = [&](const BindingView& binding) {
    return binding.key.ns == ns && is_given(seen, binding);
  };
  const auto is_there = [&](const RoleView& role) { return role.key.ns == ns && is_ours(seen, role.owner_uid); };
  return std::ranges::any_of(seen.bindings, is_given_there) || std::ranges::any_of(seen.roles, is_there);
}

bool is_not_bindable(const core::WriteFailure& failure) {
  const bool is_binding = failure.object.starts_with(core::types::role_bindings().kind);
  const auto says = [&](const char* words) { return failure.message.find(words) != std::string::npos; };
  const bool lacks_right =
      failure.kind == core::ErrorKind::Forbidden &&
      (says("attempting to grant RBAC permissions") || says("does not let the Guildhall operator bind ClusterRole"));
  return is_binding && (lacks_right || failure.kind == core::ErrorKind::NotFound);
}

}  // namespace guildhall::controllers::organization
