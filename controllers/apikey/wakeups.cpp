#include "controllers/apikey/wakeups.hpp"

#include <set>

#include "controllers/apikey/draft.hpp"
#include "controllers/organization/caches.hpp"
#include "controllers/organization/membership.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::apikey {
namespace {

using Keys = std::vector<core::ObjectKey>;

/// The keys to wake, each once.
class Wakened {
 public:
  explicit Wakened(const Caches& caches) : caches_(caches) {}

  void add(const core::ObjectKey& key) { keys_.insert(key); }
  void add_indexed(const char* index, const std::string& value) {
    for (const auto& key : caches_.api_keys.by_index(index, value))
      add(key->metadata.key());
  }
  [[nodiscard]] Keys keys() const { return {keys_.begin(), keys_.end()}; }

 private:
  const Caches& caches_;
  std::set<core::ObjectKey> keys_;
};

/// Whose it is: of what nobody owns, as a restore leaves it, who has its namespace. Null: nobody's.
std::shared_ptr<const api::Organization> organization_of(const Caches& caches, const OwnedView& view) {
  const auto ns = view.organization.empty() ? caches.namespaces.get({"", view.key.ns}) : nullptr;
  return caches.organizations.get({"", ns ? ns->claim.organization : view.organization});
}

core::ObjectKey split(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) return {};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

/// The counts in an Organization's status change with every key: they are no reason to look at all of them.
bool is_same_for_keys(const api::Organization& a, const api::Organization& b) {
  return a.metadata.uid == b.metadata.uid && a.metadata.is_deleting() == b.metadata.is_deleting() && a.spec == b.spec &&
         a.status.deployments == b.status.deployments;
}

bool is_same_for_keys(const VmUserView& a, const VmUserView& b) {
  return a.is_operational() == b.is_operational() && a.reason == b.reason && a.token_hash == b.token_hash &&
         a.api_key == b.api_key && a.deleting == b.deleting && a.owner_uid == b.owner_uid;
}

bool holds_room(const api::ApiKey& key) {
  const auto& phase = key.status.phase;
  return !key.metadata.is_deleting() && phase != api::ApiKeyPhase::Revoked && phase != api::ApiKeyPhase::Expired;
}

}  // namespace

Keys wakened_by_secret(const Caches& caches, const SecretView* before, const SecretView* after) {
  Wakened wakened(caches);
  for (const SecretView* secret : {before, after}) {
    if (secret == nullptr) continue;
    const core::ObjectKey named = split(claimed_api_key(*secret));
    if (!named.name.empty()) wakened.add(named);
    wakened.add_indexed(kKeysByPlace, secret->key.to_string());
    for (const auto& uid : claimed_owner_uids(*secret))
      wakened.add_indexed(kKeysByUid, uid);
  }
  return wakened.keys();
}

Keys wakened_by_organization(const Caches& caches, const api::Organization* before, const api::Organization* after) {
  Wakened wakened(caches);
  if (before != nullptr && after != nullptr && is_same_for_keys(*before, *after)) return {};
  for (const api::Organization* organization : {before, after}) {
    if (organization != nullptr) wakened.add_indexed(kKeysByNamespace, organization::home_namespace(*organization));
  }
  return wakened.keys();
}

Keys wakened_by_namespace(const Caches& caches, const organization::NamespaceView* before,
                          const organization::NamespaceView* after) {
  Wakened wakened(caches);
  if (before != nullptr && after != nullptr && before->claim == after->claim && before->deleting == after->deleting) {
    return {};
  }
  const std::string& name = after != nullptr ? after->name : before->name;
  wakened.add_indexed(kKeysByNamespace, name);
  wakened.add_indexed(kKeysByCopyNamespace, name);
  return wakened.keys();
}

Keys wakened_by_member(const Caches& caches, const api::Member* before, const api::Member* after) {
  Wakened wakened(caches);
  if (before != nullptr && after != nullptr && organization::is_same_membership(*before, *after)) return {};
  const api::Member* member = after != nullptr ? after : before;
  wakened.add_indexed(kKeysByOwner, member->metadata.key().to_string());
  // One that goes gives its email back to a younger Member.
  for (const auto& namesake : caches.members.by_index(organization::kMembersByEmail, organization::email_key(*member)))
    wakened.add_indexed(kKeysByOwner, namesake->metadata.key().to_string());
  return wakened.keys();
}

Keys wakened_by_api_key(const Caches& caches, const api::ApiKey* before, const api::ApiKey* after) {
  Wakened wakened(caches);
  if (before == nullptr) return {};
  const bool left = holds_room(*before) && (after == nullptr || !holds_room(*after));
  if (left) wakened.add_indexed(kKeysWaiting, before->metadata.ns);
  if (after == nullptr || after->spec != before->spec) {
    for (const auto& place : wanted_secret_places(*before))
      wakened.add_indexed(kKeysByPlace, place.to_string());
  }
  return wakened.keys();
}

Keys wakened_by_deployment(const Caches& caches, const organization::DeploymentView* before,
                           const organization::DeploymentView* after) {
  if (before != nullptr && after != nullptr && before->labels == after->labels) return {};
  const std::string& place = after != nullptr ? after->key.ns : before->key.ns;
  const auto ns = caches.namespaces.get({"", place});
  const auto claimant = ns ? caches.organizations.get({"", ns->claim.organization}) : nullptr;
  Wakened wakened(caches);
  if (!claimant) return {};
  for (const auto& key : caches.api_keys.by_index(kKeysByNamespace, organization::home_namespace(*claimant))) {
    if (key->spec.deployments.selector) wakened.add(key->metadata.key());
  }
  return wakened.keys();
}

Keys wakened_by_vmauth(const Caches& caches, const VmauthView* before, const VmauthView* after) {
  Wakened wakened(caches);
  if (before != nullptr && after != nullptr && before->hashes == after->hashes) return {};
  for (const VmauthView* view : {before, after}) {
    const auto owner = view != nullptr ? organization_of(caches, *view) : nullptr;
    if (owner) wakened.add_indexed(kKeysByNamespace, organization::home_namespace(*owner));
  }
  return wakened.keys();
}

Keys wakened_by_vmuser(const Caches& caches, const VmUserView* before, const VmUserView* after) {
  Wakened wakened(caches);
  if (before != nullptr && after != nullptr && is_same_for_keys(*before, *after)) return {};
  for (const VmUserView* view : {before, after}) {
    const auto owner = view != nullptr ? organization_of(caches, *view) : nullptr;
    if (owner) wakened.add({organization::home_namespace(*owner), view->api_key});
  }
  return wakened.keys();
}

Keys keys_with_selectors(const Caches& caches) {
  Wakened wakened(caches);
  for (const auto& key : caches.api_keys.list()) {
    if (key->spec.deployments.selector) wakened.add(key->metadata.key());
  }
  return wakened.keys();
}

}  // namespace guildhall::controllers::apikey
