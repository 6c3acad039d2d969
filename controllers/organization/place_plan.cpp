#include "controllers/organization/place_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "controllers/organization/bindings.hpp"
#include "controllers/organization/grants.hpp"
#include "controllers/organization/reasons.hpp"
#include "controllers/organization/repairs.hpp"

namespace guildhall::controllers::organization {

namespace {

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

/// Who is about to get a role.
struct Gain {
  RoleReference role;
  Subjects subjects;
  bool has_failed;  ///< the binding was refused at the last try
};

/// One place, with what stands there.
class PlacePlan {
 public:
  PlacePlan(const Observed& seen, const BindingPlace& place, core::Timestamp now, Draft& draft)
      : seen_(seen), place_(place), now_(now), draft_(draft) {
    for (const WantedBinding& binding : place.bindings)
      gains_.push_back({binding.role, gains(binding), has_failed(seen, describe(binding.key))});
  }

  void plan() {
    for (const WantedBinding& binding : place_.bindings) {
      plan_wanted(binding);
      say_held_back(binding);
    }
    for (const BindingView& binding : seen_.bindings) {
      if (binding.key.ns == place_.ns && is_given(seen_, binding) && !is_wanted(binding)) plan_unwanted(binding);
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
    if (place_.latitude != Latitude::Full) return {};
    const BindingView* standing = find(seen_, binding.key);
    const bool gives_it = standing != nullptr && standing->role == binding.role;
    return gives_it ? binding.subjects - standing->subjects : binding.subjects;
  }
  /// Who keeps a role that is no longer his until he has the other. Where that is refused, he keeps the lesser one for
  /// as long, as nobody took it away from him; a greater one goes.
  [[nodiscard]] Subjects leavers(const RoleReference& role) const {
    Subjects result;
    for (const Gain& gain : gains_) {
      if (!gain.has_failed || is_lesser(role, gain.role)) result = result + gain.subjects;
    }
    return result;
  }
  [[nodiscard]] Subjects content(const WantedBinding& binding, const Subjects& standing) const {
    const Subjects entitled = binding.subjects + (binding.keepers & standing);
    if (place_.latitude != Latitude::Full) return entitled & standing;
    return entitled + (standing & leavers(binding.role));
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
    take_away(seen_, standing, draft_);
    tell(standing, "replaced by one of another role");
  }

  void plan_unwanted(const BindingView& binding) {
    const Subjects kept = place_.latitude == Latitude::Full ? binding.subjects & leavers(binding.role) : Subjects{};
    if (kept.empty()) return take_away(seen_, binding, draft_);
    if (kept != binding.subjects) draft_.plan.apply.push_back(write(seen_, {binding.key, binding.role, {}, {}}, kept));
  }

  void remove_if_ours(const BindingView& binding) {
    if (is_given(seen_, binding)) take_away(seen_, binding, draft_);
  }
  void tell(const BindingView& binding, const char* what) {
    draft_.plan.audit.push_back(
        repaired(seen_, describe(binding.key), what, binding.uid + "/" + binding.resource_version));
  }

  const Observed& seen_;
  const BindingPlace& place_;
  core::Timestamp now_;
  Draft& draft_;
  std::vector<Gain> gains_;
};

}  // namespace

void plan_place(const Observed& seen, const BindingPlace& place, core::Timestamp now, Draft& draft) {
  PlacePlan(seen, place, now, draft).plan();
}

}  // namespace guildhall::controllers::organization
