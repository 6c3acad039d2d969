#include "controllers/organization/bindings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "controllers/organization/key_secrets_role.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/reasons.hpp"
#include "controllers/organization/repairs.hpp"
#include "controllers/organization/wanted_bindings.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

using nlohmann::json;

Subjects operator+(const Subjects& a, const Subjects& b) {
  Subjects result;
  std::ranges::set_union(a, b, std::back_inserter(result));
  return result;
}

Subjects operator-(const Subjects& a, const Subjects& b) {
  Subjects result;
  std::ranges::set_difference(a, b, std::back_inserter(result));
  return result;
}

Subjects operator&(const Subjects& a, const Subjects& b) {
  Subjects result;
  std::ranges::set_intersection(a, b, std::back_inserter(result));
  return result;
}

const BindingView* find(const Observed& seen, const core::ObjectKey& key) {
  const auto found = std::ranges::find(seen.bindings, key, &BindingView::key);
  return found == seen.bindings.end() ? nullptr : &*found;
}

const RoleView* find_role(const Observed& seen, const core::ObjectKey& key) {
  const auto found = std::ranges::find(seen.roles, key, &RoleView::key);
  return found == seen.roles.end() ? nullptr : &*found;
}

bool is_ours(const Observed& seen, const std::string& owner_uid) {
  return owner_uid == seen.organization.metadata.uid;
}

bool has_failed(const Observed& seen, const std::string& object) {
  return std::ranges::find(seen.failures, object, &core::WriteFailure::object) != seen.failures.end();
}

std::string describe(const core::ObjectKey& binding) {
  return core::describe(binding_type(binding), binding);
}

core::Remove remove(const BindingView& binding) {
  return {.type = binding_type(binding.key), .key = binding.key, .uid = binding.uid, .resource_version = {}};
}

core::Remove remove(const RoleView& role) {
  return {.type = role_type(role.key), .key = role.key, .uid = role.uid, .resource_version = {}};
}

json head_of_ours(const Observed& seen, const core::ResourceType& type, const core::ObjectKey& key) {
  return core::generated_head(type, key, api::organization_type(), seen.organization.metadata);
}

core::Apply write(const Observed& seen, const WantedBinding& binding, const Subjects& content) {
  const core::ResourceType& type = binding_type(binding.key);
  json object = head_of_ours(seen, type, binding.key);
  object["roleRef"] = {
      {"apiGroup", core::types::roles().group}, {"kind", binding.role.kind}, {"name", binding.role.name}};
  object["subjects"] = json::array();
  for (const Subject& subject : content)
    object["subjects"].push_back(to_json(subject));
  return {.type = type, .key = binding.key, .object = std::move(object), .resource_version = {}};
}

/// One place, with what stands there.
class PlacePlan {
 public:
  PlacePlan(const Observed& seen, const BindingPlace& place, core::Timestamp now, Draft& draft)
      : seen_(seen), place_(place), now_(now), draft_(draft) {
    for (const WantedBinding& binding : place.bindings)
      coming_ = coming_ + gains(binding);
  }

  void plan() {
    for (const WantedBinding& binding : place_.bindings) {
      plan_wanted(binding);
      say_held_back(binding);
    }
    for (const BindingView& binding : seen_.bindings) {
      if (binding.key.ns == place_.ns && is_ours(seen_, binding.owner_uid) && !is_wanted(binding))
        plan_unwanted(binding);
    }
  }

 private:
  [[nodiscard]] bool is_wanted(const BindingView& binding) const {
    return std::ranges::any_of(place_.bindings, [&](const WantedBinding& other) { return other.key == binding.key; });
  }
  /// Whether the platform no longer lets us bind its ClusterRole.
  [[nodiscard]] bool is_closed(const core::ObjectKey& key) const {
    return std::ranges::any_of(seen_.failures, [&](const core::WriteFailure& failure) {
      return failure.object == describe(key) && is_not_bindable(failure);
    });
  }
  /// Who is about to get in, and will be seen there before he loses what he has elsewhere in this place.
  [[nodiscard]] Subjects gains(const WantedBinding& binding) const {
    if (place_.latitude != Latitude::Full || has_failed(seen_, describe(binding.key))) return {};
    const BindingView* standing = find(seen_, binding.key);
    const bool gives_it = standing != nullptr && standing->role == binding.role;
    return gives_it ? binding.subjects - standing->subjects : binding.subjects;
  }
  [[nodiscard]] Subjects content(const WantedBinding& binding, const Subjects& standing) const {
    const Subjects entitled = binding.subjects + (binding.keepers & standing);
    if (place_.latitude != Latitude::Full) return entitled & standing;
    return entitled + (standing & coming_);
  }

  void plan_wanted(const WantedBinding& binding) {
    const BindingView* standing = find(seen_, binding.key);
    if (standing != nullptr && standing->role != binding.role) return replace(*standing);
    const Subjects subjects = content(binding, standing != nullptr ? standing->subjects : Subjects{});
    if (standing == nullptr) return create(binding, subjects);
    if (subjects.empty()) return remove_if_ours(*standing);
    if (standing->subjects == subjects && is_ours(seen_, standing->owner_uid)) return;
    // The server takes no change of it any more, but a removal.
    const bool takes_away = !(standing->subjects - subjects).empty();
    if (takes_away && is_closed(binding.key)) return remove_if_ours(*standing);
    draft_.plan.apply.push_back(write(seen_, binding, subjects));
    const auto stood = seen_.stood.bindings.find(describe(binding.key));
    if (stood != seen_.stood.bindings.end() && stood->second != standing->subjects) tell(*standing, "changed");
  }

  void say_held_back(const WantedBinding& binding) {
    if (!is_paused(seen_.organization) || place_.latitude != Latitude::Narrow) return;
    const BindingView* standing = find(seen_, binding.key);
    const Subjects missing = standing != nullptr ? binding.subjects - standing->subjects : binding.subjects;
    if (missing.empty()) return;
    draft_.obstacles.push_back({.reason = reasons::kPaused,
                                .message = fmt::format("{} does not have all it should, as guildhall.dev/paused is set",
                                                       describe(binding.key)),
                                .stalled = false,
                                .about = About::Roles});
  }

  void create(const WantedBinding& binding, const Subjects& subjects) {
    if (subjects.empty()) return;
    draft_.plan.apply.push_back(write(seen_, binding, subjects));
    const std::string object = describe(binding.key);
    if (seen_.stood.bindings.contains(object)) draft_.plan.audit.push_back(repaired_after_loss(seen_, object, now_));
  }

  /// A binding's role cannot be changed: it goes, and is written anew when that is seen.
  void replace(const BindingView& standing) {
    remove_if_not_yet(standing);
    tell(standing, "replaced by one of another role");
  }

  void plan_unwanted(const BindingView& binding) {
    const Subjects kept = place_.latitude == Latitude::Full ? binding.subjects & coming_ : Subjects{};
    if (kept.empty()) return remove_if_not_yet(binding);
    if (kept != binding.subjects) draft_.plan.apply.push_back(write(seen_, {binding.key, binding.role, {}, {}}, kept));
  }

  void remove_if_ours(const BindingView& binding) {
    if (is_ours(seen_, binding.owner_uid)) remove_if_not_yet(binding);
  }
  void remove_if_not_yet(const BindingView& binding) {
    if (!binding.deleting) draft_.plan.remove.push_back(remove(binding));
  }
  void tell(const BindingView& binding, const char* what) {
    draft_.plan.audit.push_back(
        repaired(seen_, describe(binding.key), what, binding.uid + "/" + binding.resource_version));
  }

  const Observed& seen_;
  const BindingPlace& place_;
  core::Timestamp now_;
  Draft& draft_;
  Subjects coming_;
};

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
    if (is_ours(seen, binding.owner_uid) && !binding.deleting && find_place(places, binding.key.ns) == nullptr)
      draft.plan.remove.push_back(remove(binding));
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

void plan_cluster_role(const Observed& seen, const core::ObjectKey& key, const std::vector<std::string>& verbs,
                       core::Timestamp now, Draft& draft) {
  const json rules = rules_on_object(api::organization_type(), seen.organization.metadata.name, verbs);
  const RoleView* standing = find_role(seen, key);
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

/// What the whole of the bindings waits for is said until it stood once for this generation: that a Member's change is
/// being carried out is no reason to call the Organization not ready.
void say_binding(const Observed& seen, Draft& draft) {
  const core::Condition* bound = core::find_condition(seen.organization.status.conditions, "RolesBound");
  const bool stood_once =
      bound != nullptr && bound->status && bound->observed_generation == seen.organization.metadata.generation;
  if (stood_once) return;
  const auto is_about_roles = [&](const auto& write) {
    return write.type.group == core::types::roles().group && !has_failed(seen, core::describe(write.type, write.key));
  };
  const auto open = std::ranges::count_if(draft.plan.apply, is_about_roles) +
                    std::ranges::count_if(draft.plan.remove, is_about_roles);
  if (open == 0) return;
  draft.obstacles.push_back({.reason = reasons::kBindingRoles,
                             .message = fmt::format("roles and bindings still to be written or removed: {}", open),
                             .stalled = false,
                             .about = About::Roles});
}

}  // namespace

void plan_bindings(const Observed& seen, core::Timestamp now, Draft& draft) {
  const auto places = wanted_bindings(seen);
  const std::size_t before = draft.plan.remove.size();
  plan_cluster_roles(seen, places, now, draft);
  for (const BindingPlace& place : places) {
    if (place.latitude != Latitude::None) PlacePlan(seen, place, now, draft).plan();
  }
  remove_strays(seen, places, draft);
  sort_removals(before, draft);
  say_binding(seen, draft);
}

std::vector<std::string> grants_left(const Observed& seen) {
  std::vector<std::string> left;
  for (const BindingView& binding : seen.bindings) {
    if (is_ours(seen, binding.owner_uid)) left.push_back(describe(binding.key));
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
    if (is_ours(seen, binding.owner_uid) && !binding.deleting) draft.plan.remove.push_back(remove(binding));
  }
  for (const RoleView& role : seen.roles) {
    if (is_ours(seen, role.owner_uid) && !role.deleting) draft.plan.remove.push_back(remove(role));
  }
  sort_removals(before, draft);
}

bool holds_grants(const Observed& seen, const std::string& ns) {
  const auto stands_there = [&](const auto& grant) { return grant.key.ns == ns && is_ours(seen, grant.owner_uid); };
  return std::ranges::any_of(seen.bindings, stands_there) || std::ranges::any_of(seen.roles, stands_there);
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
