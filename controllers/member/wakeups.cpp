#include "controllers/member/wakeups.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "controllers/member/names.hpp"
#include "controllers/organization/caches.hpp"
#include "controllers/organization/membership.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::member {

namespace {

using Keys = std::vector<core::ObjectKey>;
using organization::BindingView;
using organization::NamespaceView;
using organization::RoleView;
using organization::Subjects;

/// The Members to wake, each once.
class Wakened {
 public:
  explicit Wakened(const Caches& caches) : caches_(caches) {}

  void add_indexed(const char* index, const std::string& value) {
    for (const auto& member : caches_.members.by_index(index, value))
      keys_.insert(member->metadata.key());
  }
  void add_all_in(const std::string& ns) { add_indexed(organization::kMembersByNamespace, ns); }
  void add_all_of(const std::string& organization) {
    if (const auto found = caches_.organizations.get({"", organization}))
      add_all_in(organization::home_namespace(*found));
  }
  void add_holders(const std::string& ns, const Subjects& subjects) {
    for (const auto& subject : subjects)
      add_indexed(kMembersBySubject, subject_key(ns, subject));
  }
  [[nodiscard]] Keys keys() const { return {keys_.begin(), keys_.end()}; }

 private:
  const Caches& caches_;
  std::set<core::ObjectKey> keys_;
};

bool is_same_for_members(const api::Organization& a, const api::Organization& b) {
  return a.metadata.uid == b.metadata.uid && a.metadata.is_deleting() == b.metadata.is_deleting() && a.spec == b.spec;
}

/// The home of the Organization that holds the namespace; for a binding of the cluster, of the one that owns it.
std::string home_of(const Caches& caches, const BindingView& binding) {
  std::string name = binding.owner_name;
  if (!binding.key.ns.empty()) {
    const auto ns = caches.namespaces.get({"", binding.key.ns});
    if (ns) name = ns->claim.organization;
  }
  const auto organization = caches.organizations.get({"", name});
  return organization ? organization::home_namespace(*organization) : std::string{};
}

template <class Grant>
Keys owner_of_self_role(const Grant* before, const Grant* after) {
  const Grant& grant = after != nullptr ? *after : *before;
  const std::string member = member_of_self_role(grant.key.name);
  return member.empty() ? Keys{} : Keys{{grant.key.ns, member}};
}

}  // namespace

Keys wakened_by_member(const Caches& caches, const organization::IdentityRules& identity, const api::Member* before,
                       const api::Member* after) {
  if (before != nullptr && after != nullptr && organization::is_same_membership(*before, *after)) return {};
  Wakened wakened(caches);
  for (const api::Member* member : {before, after}) {
    if (member == nullptr) continue;
    wakened.add_indexed(organization::kMembersByEmail, organization::email_key(*member));
    wakened.add_holders(member->metadata.ns, organization::subjects_of(*member, identity));
  }
  return wakened.keys();
}

Keys wakened_by_organization(const Caches& caches, const api::Organization* before, const api::Organization* after) {
  if (before != nullptr && after != nullptr && is_same_for_members(*before, *after)) return {};
  Wakened wakened(caches);
  for (const api::Organization* organization : {before, after}) {
    if (organization != nullptr) wakened.add_all_in(organization::home_namespace(*organization));
  }
  return wakened.keys();
}

Keys wakened_by_namespace(const Caches& caches, const NamespaceView* before, const NamespaceView* after) {
  if (before != nullptr && after != nullptr && before->claim == after->claim && before->deleting == after->deleting &&
      before->enroll == after->enroll && before->was_home == after->was_home)
    return {};
  Wakened wakened(caches);
  for (const NamespaceView* ns : {before, after}) {
    if (ns == nullptr) continue;
    wakened.add_all_in(ns->name);
    wakened.add_all_of(ns->claim.organization);
  }
  return wakened.keys();
}

Keys wakened_by_role(const RoleView* before, const RoleView* after) {
  return owner_of_self_role(before, after);
}

Keys wakened_by_binding(const Caches& caches, const BindingView* before, const BindingView* after) {
  if (Keys self = owner_of_self_role(before, after); !self.empty()) return self;
  const Subjects none;
  const Subjects& left = before != nullptr ? before->subjects : none;
  const Subjects& came = after != nullptr ? after->subjects : none;
  Subjects changed;
  std::ranges::set_symmetric_difference(left, came, std::back_inserter(changed));
  Wakened wakened(caches);
  const std::string home = home_of(caches, after != nullptr ? *after : *before);
  if (!home.empty()) wakened.add_holders(home, changed);
  return wakened.keys();
}

Keys wakened_by_invitation_secret(const InvitationSecretView* before, const InvitationSecretView* after) {
  Keys keys;
  for (const InvitationSecretView* secret : {before, after}) {
    if (secret == nullptr) continue;
    keys.push_back({secret->key.ns, secret->owner_name});
    keys.push_back({secret->key.ns, member_of_invitation_secret(secret->key.name)});  // it may have lost its owner
  }
  std::erase_if(keys, [](const core::ObjectKey& key) { return key.name.empty(); });
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  return keys;
}

}  // namespace guildhall::controllers::member
