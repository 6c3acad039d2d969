#include "controllers/member/gather.hpp"

#include <algorithm>

#include "controllers/member/decline.hpp"
#include "controllers/member/enrolment.hpp"
#include "controllers/member/names.hpp"
#include "controllers/organization/caches.hpp"
#include "controllers/organization/home.hpp"
#include "controllers/organization/observed.hpp"
#include "controllers/organization/signup.hpp"
#include "controllers/organization/wanted_bindings.hpp"

namespace guildhall::controllers::member {

namespace {

using organization::BindingView;
using organization::Subject;
using organization::Subjects;

/// The Member against the bindings of one Organization.
class BindingCheck {
 public:
  BindingCheck(const Caches& caches, const api::Organization& organization, const Observed& seen)
      : caches_(caches), organization_(organization), seen_(seen) {}

  BoundRole run() {
    check_place("");
    for (const auto& name : held_namespaces())
      check_place(name);
    std::ranges::sort(bound_.missing);
    std::ranges::sort(bound_.surplus);
    return std::move(bound_);
  }

 private:
  [[nodiscard]] std::vector<std::string> held_namespaces() const {
    std::vector<std::string> names;
    for (const auto& name : organization::named_namespaces(organization_)) {
      const auto ns = caches_.namespaces.get({"", name});
      const bool held =
          ns && !ns->deleting && ns->is_claimed_by(organization_.metadata.name, organization_.metadata.uid);
      if (held) names.push_back(name);
    }
    return names;
  }

  [[nodiscard]] organization::RoleBindings wanted(const std::string& ns) const {
    const bool has_role = seen_.standing == Standing::InForce || organization::only_keeps(seen_.standing);
    return has_role ? organization::bindings_of(organization_, ns, seen_.member.spec.role)
                    : organization::RoleBindings{};
  }

  void check_place(const std::string& ns) {
    const auto names = wanted(ns);
    const std::size_t missing_before = bound_.missing.size();
    for (const auto& name : names.shipped)
      check_wanted({ns, name});
    for (const auto& binding : standing_in(ns)) {
      const auto is_named = [&](const auto& list) { return std::ranges::find(list, binding->key.name) != list.end(); };
      if (!is_named(names.shipped) && !is_named(names.further)) check_unwanted(*binding);
    }
    const bool has_role = !ns.empty() && !names.shipped.empty() && bound_.missing.size() == missing_before;
    if (has_role) bound_.places += 1;
  }

  /// Those of the Organization.
  [[nodiscard]] std::vector<kube::Informer<BindingView>::Value> standing_in(const std::string& ns) const {
    const std::string& uid = organization_.metadata.uid;
    auto standing = ns.empty() ? caches_.cluster_role_bindings.by_index(organization::kGrantsByOwner, uid)
                               : caches_.role_bindings.by_index(organization::kBindingsByNamespace, ns);
    std::erase_if(standing, [&](const auto& binding) { return binding->owner_uid != uid; });
    return standing;
  }

  void check_wanted(const core::ObjectKey& key) {
    const auto binding = key.ns.empty() ? caches_.cluster_role_bindings.get(key) : caches_.role_bindings.get(key);
    const bool has_all = binding && std::ranges::includes(binding->subjects, seen_.subjects);
    if (!has_all) bound_.missing.push_back(core::describe(organization::binding_type(key), key));
  }

  void check_unwanted(const BindingView& binding) {
    const auto is_there = [&](const Subject& subject) {
      return std::ranges::binary_search(binding.subjects, subject) && !is_shared(subject);
    };
    if (std::ranges::any_of(seen_.subjects, is_there))
      bound_.surplus.push_back(core::describe(organization::binding_type(binding.key), binding.key));
  }

  /// Another Member of the Organization may be why it stands there.
  [[nodiscard]] bool is_shared(const Subject& subject) const {
    return caches_.members.by_index(kMembersBySubject, subject_key(seen_.member.metadata.ns, subject)).size() > 1;
  }

  const Caches& caches_;
  const api::Organization& organization_;
  const Observed& seen_;
  BoundRole bound_;
};

std::string find_older_namesake(const Caches& caches, const api::Member& member) {
  for (const auto& other : caches.members.by_index(organization::kMembersByEmail, organization::email_key(member))) {
    if (organization::is_older_namesake(*other, member)) return other->metadata.name;
  }
  return {};
}

void find_self_role(const Caches& caches, Observed& seen) {
  const core::ObjectKey place{seen.member.metadata.ns, self_role_name(seen.member.metadata.name)};
  if (const auto role = caches.roles.get(place)) seen.self_role = *role;
  if (const auto binding = caches.role_bindings.get(place)) seen.self_binding = *binding;
}

/// Whether it is the founder of its Organization, and by what.
void find_founding(const core::Sealer& sealer, const api::Organization& organization, const api::Member& member,
                   Enrolment& found) {
  found.is_founder = organization.metadata.annotation(organization::kEnrolledByAnnotation) == member.metadata.uid;
  const auto signup = organization::judge_signup(sealer, organization);
  if (!signup || !organization::is_founder(organization, *signup, member)) return;
  found.is_founder = true;
  found.signed_up = signup->user;
}

Enrolment find_enrolment(const Caches& caches, const core::Sealer& sealer, const api::Organization* organization,
                         const api::Member& member) {
  Enrolment found;
  const std::string& name = member.metadata.ns;
  const auto ns = caches.namespaces.get({"", name});
  found.is_open = ns && ns->enroll && ns->claim.empty() && !ns->was_home && !ns->deleting;
  found.was_home = ns && ns->enroll && ns->was_home;
  found.name_is_taken = caches.organizations.get({"", name}) != nullptr;
  if (organization != nullptr) find_founding(sealer, *organization, member, found);
  return found;
}

std::string candidate(const core::Sealer& sealer, const Observed& seen, core::Timestamp now) {
  auto sealed =
      organization::seal_acceptance(sealer, seen.organization_name, seen.member,
                                    {.accepted_at = now, .created_at = seen.member.metadata.creation_timestamp});
  return sealed ? std::move(*sealed) : std::string{};
}

}  // namespace

Observed observe(const Caches& caches, const core::Sealer& sealer, const organization::IdentityRules& identity,
                 const api::Member& member, core::Timestamp now) {
  Observed seen;
  seen.member = member;
  seen.subjects = organization::subjects_of(member, identity);
  seen.older_namesake = find_older_namesake(caches, member);
  const auto home = organization::find_home(caches.organizations, caches.namespaces, member.metadata.ns,
                                            member.status.organization.has_value());
  seen.home = home.state;
  const auto ns = caches.namespaces.get({"", member.metadata.ns});
  seen.is_closing = ns && ns->deleting;
  if (home.claimant) {
    seen.organization_name = home.claimant->metadata.name;
    seen.organization = home.claimant->spec;
  }
  seen.enrolment = find_enrolment(caches, sealer, home.claimant.get(), member);
  seen.judged = organization::judge_acceptance(sealer, seen.organization_name, member);
  seen.declined_at = judge_decline(sealer, seen.organization_name, member);
  seen.standing = organization::standing_of(member, !seen.older_namesake.empty(), seen.judged);
  if (seen.home == HomeState::Claimed) {
    seen.bound = BindingCheck(caches, *home.claimant, seen).run();
    if (seen.standing == Standing::NotAccepted) seen.candidate_acceptance = candidate(sealer, seen, now);
  }
  find_self_role(caches, seen);
  if (const auto secret = caches.invitation_secrets.get(invitation_secret_key(member))) seen.link_secret = *secret;
  return seen;
}

std::optional<Observed> gather(const Caches& caches, const core::Sealer& sealer,
                               const organization::IdentityRules& identity, const core::ObjectKey& key,
                               core::Timestamp now) {
  const auto member = caches.members.get(key);
  if (!member) return std::nullopt;
  return observe(caches, sealer, identity, *member, now);
}

}  // namespace guildhall::controllers::member
