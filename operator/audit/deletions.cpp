#include "operator/audit/deletions.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace guildhall::audit {

namespace {

core::AuditEntry refused(core::AuditEntry entry) {
  entry.action = entry.object.kind + "DeletionRefused";
  entry.outcome = core::AuditOutcome::Refused;
  entry.note = "asked for and not done: another admission webhook, or the API server, refused it";
  return entry;
}

void add_asker(core::AuditEntry& entry, const std::string& user) {
  if (user == entry.actor.user || entry.note.contains(user)) return;
  if (entry.note.empty())
    entry.note = "which of them did it is not known; at the same moment it was asked for by ";
  else
    entry.note += ", ";
  entry.note += user;
}

}  // namespace

bool Deletions::is_deletion(const core::AuditEntry& entry) {
  return entry.source == core::AuditSource::Admission &&
         (entry.action == entry.object.kind + "Deleted" || entry.action == entry.object.kind + "Left");
}

void Deletions::hold(core::AuditEntry entry) {
  const std::scoped_lock lock(mutex_);
  std::string id = entry.id;
  held_.emplace(std::move(id), std::move(entry));
}

std::vector<core::AuditEntry> Deletions::settle(core::Timestamp now) {
  const std::scoped_lock lock(mutex_);
  return one_of_each(take_decided(now));
}

std::vector<core::AuditEntry> Deletions::take_decided(core::Timestamp now) {
  std::vector<core::AuditEntry> decided;
  for (auto at = held_.begin(); at != held_.end();) {
    const core::AuditEntry& entry = at->second;
    const bool came_about = look_(entry) != ObjectState::Stands;
    if (!came_about && now < entry.time + kPatience) {
      ++at;
      continue;
    }
    decided.push_back(came_about ? entry : refused(entry));
    at = held_.erase(at);
  }
  return decided;
}

/// The earliest stays. Who of several it was cannot be known: each was asked about before the object went.
std::vector<core::AuditEntry> Deletions::one_of_each(std::vector<core::AuditEntry> decided) {
  std::ranges::sort(decided, {}, [](const core::AuditEntry& entry) { return std::tuple(entry.time, entry.id); });
  std::vector<core::AuditEntry> kept;
  for (core::AuditEntry& entry : decided) {
    const auto same = std::ranges::find_if(kept, [&](const core::AuditEntry& one) {
      return is_deletion(one) && is_deletion(entry) && one.object.uid == entry.object.uid;
    });
    if (same != kept.end()) {
      add_asker(*same, entry.actor.user);
    } else if (!is_deletion(entry) || is_first(entry)) {
      kept.push_back(std::move(entry));
    }
  }
  return kept;
}

bool Deletions::is_first(const core::AuditEntry& entry) {
  const std::string& uid = entry.object.uid;
  if (gone_.contains(uid) || is_told_(entry)) return false;
  gone_.insert(uid);
  gone_in_order_.push_back(uid);
  if (gone_in_order_.size() <= kMostRemembered) return true;
  gone_.erase(gone_in_order_.front());
  gone_in_order_.pop_front();
  return true;
}

bool Deletions::empty() const {
  const std::scoped_lock lock(mutex_);
  return held_.empty();
}

}  // namespace guildhall::audit
