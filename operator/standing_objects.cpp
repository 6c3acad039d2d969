#include "operator/standing_objects.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "controllers/organization/caches.hpp"
#include "controllers/organization/home.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/audit/audit_event.hpp"
#include "operator/told_deletions.hpp"

namespace guildhall {

namespace {

namespace organization = controllers::organization;

std::string mark_of(const std::string& uid) {
  return "standing/" + uid;
}

std::string name_of(const core::ResourceType& type, const core::ObjectMeta& meta) {
  return type.kind + "/" + meta.name;
}

void add(const core::ResourceType& type, const auto& objects, audit::Standing& standing) {
  for (const auto& object : objects) {
    if (!object->metadata.is_deleting()) standing[object->metadata.uid] = name_of(type, object->metadata);
  }
}

/// `name`: "Member/jane".
core::AuditObject object_of(const std::string& uid, const std::string& name) {
  const auto slash = name.find('/');
  return {.kind = name.substr(0, slash), .name = name.substr(slash + 1), .uid = uid};
}

}  // namespace

/// Unset: its home is not its own just now, and nothing can be concluded.
std::optional<audit::Standing> StandingObjects::standing_in(const api::Organization& one) const {
  const std::string home = organization::home_namespace(one);
  const auto found = organization::find_home(at_.informers.organizations, at_.informers.namespaces, home, false);
  if (found.state != organization::HomeState::Claimed || found.claimant->metadata.uid != one.metadata.uid)
    return std::nullopt;
  audit::Standing standing;
  add(api::member_type(), at_.informers.members.by_index(organization::kMembersByNamespace, home), standing);
  add(api::api_key_type(), at_.informers.api_keys.by_index(organization::kApiKeysByNamespace, home), standing);
  return standing;
}

bool StandingObjects::tell(const runtime::Regarding& regarding, const std::stop_token& stop) {
  const auto told = at_.trail.tell(regarding, audit::unattended_deletion(regarding.type.kind, regarding.uid), stop);
  if (told) return true;
  spdlog::warn("it is not told that {} is gone, and will be tried again: {}",
               core::describe(regarding.type, regarding.key), told.error().describe());
  return false;
}

void StandingObjects::begin(const std::stop_token& stop) {
  for (const auto& one : at_.informers.organizations.list()) {
    if (!one->metadata.is_deleting()) continue;
    const auto events = at_.informers.events.list();
    const bool is_event = std::ranges::any_of(events, [&](const auto& event) {
      const auto entry = audit::sealed_entry(*event, at_.sealer);
      return entry && audit::tells_deletion(*entry, one->metadata.uid);
    });
    const auto told = log_tells_deletion(at_.log.reader(), one->metadata.uid,
                                         name_of(api::organization_type(), one->metadata), one->metadata.uid);
    if (is_event || !told || *told) continue;
    tell({.type = api::organization_type(), .key = one->metadata.key(), .uid = one->metadata.uid}, stop);
  }
}

void StandingObjects::hear(const core::AuditEntry& entry) {
  const std::scoped_lock lock(mutex_);
  audit::hear(entry, heard_[entry.organization.uid]);
}

audit::Standing StandingObjects::heard_of(const std::string& organization_uid) const {
  const std::scoped_lock lock(mutex_);
  const auto found = heard_.find(organization_uid);
  return found == heard_.end() ? audit::Standing{} : found->second;
}

void StandingObjects::forget(const std::string& organization_uid, const audit::Standing& heard) {
  const std::scoped_lock lock(mutex_);
  const auto found = heard_.find(organization_uid);
  if (found == heard_.end()) return;
  std::erase_if(found->second, [&](const auto& one) { return heard.contains(one.first); });
  if (found->second.empty()) heard_.erase(found);
}

void StandingObjects::forget_organizations_that_are_gone() {
  const std::scoped_lock lock(mutex_);
  std::erase_if(heard_, [this](const auto& one) {
    return at_.informers.organizations.by_index(organization::kOrganizationsByUid, one.first).empty();
  });
}

void StandingObjects::look(const std::stop_token& stop) {
  for (const auto& one : at_.informers.organizations.list()) {
    if (stop.stop_requested()) return;
    // In this order: what is made between the two stands.
    const audit::Standing heard = heard_of(one->metadata.uid);
    const auto now = standing_in(*one);
    if (now && !look_at(*one, heard, *now, stop)) return;
  }
  forget_organizations_that_are_gone();
}

/// `heard` was known before `now`. False: the log does not answer.
bool StandingObjects::look_at(const api::Organization& one, const audit::Standing& heard, const audit::Standing& now,
                              const std::stop_token& stop) {
  store::AuditStore* store = at_.log.writer();
  const std::string& uid = one.metadata.uid;
  if (store == nullptr) return false;
  if (!kept_.contains(uid)) {
    const auto marked = store->marked(mark_of(uid));
    if (!marked) return false;
    kept_[uid] = audit::parse_standing(marked->value_or(""));
  }
  audit::Standing missing = audit::gone(kept_[uid], now);
  missing.merge(audit::gone(heard, now));
  audit::Standing wanted = now;
  for (const auto& [gone, name] : missing) {
    if (!settle(one, gone, name, stop)) wanted[gone] = name;
  }
  if (wanted != kept_[uid] && !store->mark(mark_of(uid), audit::format_standing(wanted))) return false;
  kept_[uid] = std::move(wanted);
  forget(uid, heard);
  return true;
}

bool StandingObjects::settle(const api::Organization& one, const std::string& uid, const std::string& name,
                             const std::stop_token& stop) {
  const auto told = log_tells_deletion(at_.log.reader(), one.metadata.uid, name, uid);
  if (!told || *told) return told.has_value();
  const runtime::Regarding gone = regarding(object_of(uid, name), organization::home_namespace(one));
  const auto is_gone = asks_and_finds_gone(at_.client, gone, stop);
  if (!is_gone || !*is_gone) return false;
  const auto comes = is_on_its_way(gone, stop);
  return comes && !*comes && tell(gone, stop);
}

/// A webhook tells before the object goes; its Event may have come to the API server and not to us.
core::Result<bool> StandingObjects::is_on_its_way(const runtime::Regarding& regarding,
                                                  const std::stop_token& stop) const {
  const auto at_home = deletion_events(
      at_.client, at_.sealer,
      {.ns = regarding.key.ns, .label_selector = {}, .field_selector = "regarding.uid=" + regarding.uid}, regarding.uid,
      stop);
  if (!at_home) return std::unexpected(at_home.error());
  const auto at_ours = deletion_events(
      at_.client, at_.sealer, {.ns = at_.ns, .label_selector = {}, .field_selector = "regarding.kind=ServiceAccount"},
      regarding.uid, stop);
  if (!at_ours) return std::unexpected(at_ours.error());
  // What another webhook refused is known: it was asked for, and did not come about then.
  const auto is_news = [this](const std::string& id) { return !at_.log.knows(id); };
  return std::ranges::any_of(*at_home, is_news) || std::ranges::any_of(*at_ours, is_news);
}

}  // namespace guildhall
