#include "controllers/organization/wakeups.hpp"

#include <set>

#include "controllers/organization/small_forms.hpp"

namespace guildhall::controllers::organization {

namespace {

using Keys = std::vector<core::ObjectKey>;

/// The Organizations to wake, each once.
class Wakened {
 public:
  explicit Wakened(const Caches& caches) : caches_(caches) {}

  void add(const std::string& name) {
    if (!name.empty()) keys_.insert({"", name});
  }
  void add_claimant(const Claim& claim) {
    add(claim.organization);
    // The label may have been removed or changed by hand.
    if (!claim.uid.empty()) add_indexed(kOrganizationsByUid, claim.uid);
  }
  void add_claimant_of(const std::string& ns) {
    if (const auto view = caches_.namespaces.get({"", ns})) add_claimant(view->claim);
  }
  void add_indexed(const char* index, const std::string& value) {
    for (const auto& organization : caches_.organizations.by_index(index, value))
      add(organization->metadata.name);
  }
  void add_those_that_name(const std::string& ns) { add_indexed(kOrganizationsByNamespace, ns); }
  [[nodiscard]] Keys keys() const { return {keys_.begin(), keys_.end()}; }

 private:
  const Caches& caches_;
  std::set<core::ObjectKey> keys_;
};

/// A Namespace's version is a precondition of writes only; what else changes in it is none of our concern.
bool is_same_for_organizations(NamespaceView a, const NamespaceView& b) {
  a.resource_version = b.resource_version;
  return a == b;
}

bool is_same_for_organizations(const api::ApiKey& a, const api::ApiKey& b) {
  return small_form(a) == small_form(b);
}

bool is_same_for_organizations(const api::Member& a, const api::Member& b) {
  return is_same_membership(a, b) && a.status.phase == b.status.phase && link_secret(a) == link_secret(b);
}

template <class Child>
Keys wakened_by_child(const Caches& caches, const Child* before, const Child* after) {
  if (before != nullptr && after != nullptr && is_same_for_organizations(*before, *after)) return {};
  Wakened wakened(caches);
  for (const Child* child : {before, after}) {
    if (child != nullptr) wakened.add_claimant_of(child->metadata.ns);
  }
  return wakened.keys();
}

/// Its owner, and the one that has the namespace: it may have lost its owner reference by hand.
template <class Grant>
Keys wakened_by_grant(const Caches& caches, const Grant* before, const Grant* after) {
  Wakened wakened(caches);
  for (const Grant* grant : {before, after}) {
    if (grant == nullptr) continue;
    wakened.add(grant->owner_name);
    if (!grant->key.ns.empty()) wakened.add_claimant_of(grant->key.ns);
  }
  return wakened.keys();
}

}  // namespace

Keys wakened_by_organization(const Caches& caches, const api::Organization* before, const api::Organization* after) {
  Wakened wakened(caches);
  for (const api::Organization* organization : {before, after}) {
    if (organization != nullptr) wakened.add(organization->metadata.name);
  }
  const bool gone = before != nullptr && (after == nullptr || after->metadata.uid != before->metadata.uid);
  if (!gone) return wakened.keys();
  for (const auto& ns : named_namespaces(*before))
    wakened.add_those_that_name(ns);
  for (const auto& ns : caches.namespaces.by_index(kNamespacesByUid, before->metadata.uid))
    wakened.add_those_that_name(ns->name);
  return wakened.keys();
}

Keys wakened_by_namespace(const Caches& caches, const NamespaceView* before, const NamespaceView* after) {
  if (before != nullptr && after != nullptr && is_same_for_organizations(*before, *after)) return {};
  Wakened wakened(caches);
  for (const NamespaceView* ns : {before, after}) {
    if (ns == nullptr) continue;
    wakened.add_claimant(ns->claim);
    wakened.add_those_that_name(ns->name);
  }
  return wakened.keys();
}

Keys wakened_by_member(const Caches& caches, const api::Member* before, const api::Member* after) {
  return wakened_by_child(caches, before, after);
}

Keys wakened_by_api_key(const Caches& caches, const api::ApiKey* before, const api::ApiKey* after) {
  return wakened_by_child(caches, before, after);
}

Keys wakened_by_role(const Caches& caches, const RoleView* before, const RoleView* after) {
  return wakened_by_grant(caches, before, after);
}

Keys wakened_by_binding(const Caches& caches, const BindingView* before, const BindingView* after) {
  return wakened_by_grant(caches, before, after);
}

Keys wakened_by_deployment(const Caches& caches, const DeploymentView* before, const DeploymentView* after) {
  if (before != nullptr && after != nullptr && *before == *after) return {};
  Wakened wakened(caches);
  for (const DeploymentView* deployment : {before, after}) {
    if (deployment != nullptr) wakened.add_claimant_of(deployment->key.ns);
  }
  return wakened.keys();
}

}  // namespace guildhall::controllers::organization
