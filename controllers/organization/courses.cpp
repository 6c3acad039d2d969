#include "controllers/organization/courses.hpp"

#include <algorithm>
#include <set>

namespace guildhall::controllers::organization {

namespace {

const SeenNamespace* find(const Observed& seen, const std::string& name) {
  const auto found =
      std::ranges::find_if(seen.namespaces, [&](const SeenNamespace& ns) { return ns.view.name == name; });
  return found == seen.namespaces.end() ? nullptr : &*found;
}

Course course_of_absent(const Observed& seen, bool is_home) {
  if (!is_home) return Course::Wait;
  return is_paused(seen.organization) ? Course::Paused : Course::Create;
}

/// The home says whether we accept Members by ourselves; no other namespace does.
bool says_what_we_accept(const Observed& seen, const SeenNamespace& ns) {
  const bool is_home = ns.view.name == home_namespace(seen.organization);
  return ns.view.auto_accept == (is_home && seen.organization.spec.invitations.auto_accept);
}

Course course_of(const Observed& seen, const SeenNamespace& ns) {
  const Hold hold = hold_of(seen, ns);
  if (hold == Hold::Others) return Course::Yield;
  if (ns.view.deleting) return Course::Terminating;
  if (hold == Hold::Free && seen.signup && ns.view.name == home_namespace(seen.organization)) return Course::Foreign;
  if (hold == Hold::Free) return is_paused(seen.organization) ? Course::Paused : Course::Claim;
  if (hold == Hold::Ours && !ns.view.releasing_since && says_what_we_accept(seen, ns)) return Course::Keep;
  return Course::Repair;
}

NamespaceCourse course(const Observed& seen, const std::string& name, bool is_home) {
  NamespaceCourse result{.name = name, .is_home = is_home, .course = Course::Refuse, .seen = find(seen, name)};
  if (is_protected(name, seen.protected_namespaces)) return result;
  result.course = result.seen == nullptr ? course_of_absent(seen, is_home) : course_of(seen, *result.seen);
  return result;
}

/// Listed, without the home.
std::set<std::string> spanned_names(const api::Organization& organization) {
  std::set<std::string> names(organization.spec.namespaces.begin(), organization.spec.namespaces.end());
  names.erase(home_namespace(organization));
  return names;
}

bool by_name(const SeenNamespace* a, const SeenNamespace* b) {
  return a->view.name < b->view.name;
}

}  // namespace

std::vector<NamespaceCourse> courses(const Observed& seen) {
  std::vector<NamespaceCourse> result{course(seen, home_namespace(seen.organization), true)};
  for (const auto& name : spanned_names(seen.organization))
    result.push_back(course(seen, name, false));
  return result;
}

Hold hold_of(const Observed& seen, const SeenNamespace& ns) {
  return hold_of(ns.view.claim, claim_of(seen.organization), ns.holder_exists);
}

bool is_held(const Observed& seen, const SeenNamespace& ns) {
  const Hold hold = hold_of(seen, ns);
  return hold == Hold::Ours || hold == Hold::Damaged;
}

bool holds_home(const Observed& seen) {
  const SeenNamespace* home = find(seen, home_namespace(seen.organization));
  return home != nullptr && is_held(seen, *home);
}

std::vector<const SeenNamespace*> surplus(const Observed& seen) {
  const auto spanned = spanned_names(seen.organization);
  const auto home = home_namespace(seen.organization);
  auto result = all_that_speak_of_us(seen);
  std::erase_if(result, [&](const SeenNamespace* ns) {
    const auto& name = ns->view.name;
    return (name == home || spanned.contains(name)) && !is_protected(name, seen.protected_namespaces);
  });
  return result;
}

std::vector<const SeenNamespace*> all_that_speak_of_us(const Observed& seen) {
  std::vector<const SeenNamespace*> result;
  for (const auto& ns : seen.namespaces) {
    const Hold hold = hold_of(seen, ns);
    if (hold == Hold::Ours || hold == Hold::Damaged || hold == Hold::Returned) result.push_back(&ns);
  }
  std::ranges::sort(result, by_name);
  return result;
}

}  // namespace guildhall::controllers::organization
