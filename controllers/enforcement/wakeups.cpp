#include "controllers/enforcement/wakeups.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "controllers/apikey/refusal.hpp"
#include "controllers/enforcement/observed.hpp"

namespace guildhall::controllers::enforcement {

namespace {

using Keys = std::vector<core::ObjectKey>;

/// What a configuration is made of; a use of the key, which comes often, is no part of it.
bool lets_in_the_same(const api::ApiKey& a, const api::ApiKey& b) {
  return a.metadata.uid == b.metadata.uid && a.metadata.is_deleting() == b.metadata.is_deleting() && a.spec == b.spec &&
         a.metadata.generation == b.metadata.generation && a.status.phase == b.status.phase &&
         a.status.keys == b.status.keys && a.status.secret == b.status.secret &&
         a.status.organization == b.status.organization && a.status.owner_email == b.status.owner_email &&
         a.status.deployments == b.status.deployments && a.status.observed_generation == b.status.observed_generation;
}

bool says_the_same(const api::Organization& a, const api::Organization& b) {
  return a.metadata.uid == b.metadata.uid && a.metadata.is_deleting() == b.metadata.is_deleting() &&
         a.metadata.annotations == b.metadata.annotations && a.spec == b.spec &&
         a.status.home_namespace == b.status.home_namespace && a.status.namespaces == b.status.namespaces &&
         a.status.deployments == b.status.deployments && editors_are_out(a) == editors_are_out(b);
}

/// If it wants anything.
void add(const Caches& caches, const std::string& organization, std::set<core::ObjectKey>& keys) {
  const auto standing = caches.organizations.get({"", organization});
  if (standing && !wanted_places(*standing).empty()) keys.insert(standing->metadata.key());
}

/// Who owns it; of what nobody owns, who wants VMUsers there, as it may stand in the way of one, and of one of ours who
/// has its namespace.
void add_owner(const Caches& caches, const apikey::OwnedView& view, std::set<core::ObjectKey>& keys) {
  if (!view.organization.empty()) {
    keys.insert({"", view.organization});
    return;
  }
  for (const auto& one : caches.organizations.list()) {
    const auto wanted = vmusers_place(*one);
    const bool may_be_in_its_way = wanted && wanted->ns == view.key.ns;
    if (may_be_in_its_way || (view.is_marked && has_namespace(*one, view.key.ns))) keys.insert(one->metadata.key());
  }
}

Keys all(const std::set<core::ObjectKey>& keys) {
  return {keys.begin(), keys.end()};
}

}  // namespace

Keys wakened_by_organization(const api::Organization* before, const api::Organization* after) {
  const bool is_news = before == nullptr || after == nullptr || !says_the_same(*before, *after);
  const api::Organization* const one = after != nullptr ? after : before;
  return is_news && one != nullptr ? Keys{one->metadata.key()} : Keys{};
}

Keys wakened_by_api_key(const Caches& caches, const api::ApiKey* before, const api::ApiKey* after) {
  if (before != nullptr && after != nullptr && lets_in_the_same(*before, *after)) return {};
  std::set<core::ObjectKey> keys;
  for (const api::ApiKey* key : {before, after}) {
    if (key != nullptr && key->status.organization) add(caches, *key->status.organization, keys);
  }
  return all(keys);
}

Keys wakened_by_member(const Caches& caches, const api::Member* before, const api::Member* after) {
  const bool is_news = before == nullptr || after == nullptr ||
                       apikey::is_in_force(*before) != apikey::is_in_force(*after) ||
                       before->metadata.uid != after->metadata.uid || before->spec.email != after->spec.email;
  if (!is_news) return {};
  std::set<core::ObjectKey> keys;
  for (const api::Member* member : {before, after}) {
    if (member != nullptr && member->status.organization) add(caches, *member->status.organization, keys);
  }
  return all(keys);
}

Keys wakened_by_vmauth(const Caches& caches, const apikey::VmauthView* before, const apikey::VmauthView* after) {
  std::set<core::ObjectKey> keys;
  for (const apikey::VmauthView* view : {before, after}) {
    if (view == nullptr) continue;
    if (!view->organization.empty()) keys.insert({"", view->organization});
    // Who has its namespace or wants it, and who waits for the place of somebody else's.
    for (const auto& one : caches.organizations.list()) {
      const auto places = wanted_places(*one);
      if (has_namespace(*one, view->key.ns) || lists(*one, view->key.ns) ||
          std::ranges::find(places, view->key) != places.end())
        keys.insert(one->metadata.key());
    }
  }
  return all(keys);
}

Keys wakened_by_vmuser(const Caches& caches, const apikey::VmUserView* before, const apikey::VmUserView* after) {
  const bool is_news = before == nullptr || after == nullptr || before->spec != after->spec ||
                       before->token_hash != after->token_hash || before->api_key != after->api_key ||
                       before->is_labelled != after->is_labelled || before->owner_uid != after->owner_uid ||
                       before->deleting != after->deleting;
  std::set<core::ObjectKey> keys;
  for (const apikey::VmUserView* view : {before, after}) {
    if (is_news && view != nullptr) add_owner(caches, *view, keys);
  }
  return all(keys);
}

Keys wakened_by_writes(const Caches& caches, const std::string& organization, const std::set<core::ObjectKey>& places) {
  std::set<core::ObjectKey> keys{{"", organization}};
  for (const auto& one : caches.organizations.list()) {
    const auto is_listed = [&](const core::ObjectKey& place) { return lists(*one, place.ns); };
    if (std::ranges::any_of(places, is_listed)) keys.insert(one->metadata.key());
  }
  return all(keys);
}

Keys that_want_vmusers(const Caches& caches) {
  Keys keys;
  for (const auto& one : caches.organizations.list()) {
    if (vmusers_place(*one)) keys.push_back(one->metadata.key());
  }
  return keys;
}

}  // namespace guildhall::controllers::enforcement
