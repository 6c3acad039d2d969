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
  return one_of_each(take_decided(now));
}

std::vector<core::AuditEntry> Deletions::held() const {
  const std::scoped_lock lock(mutex_);
  std::vector<core::AuditEntry> entries;
  entries.reserve(held_.size());
  for (const auto& [id, entry] : held_)
    entries.push_back(entry);
  return entries;
}

/// What a cache shows to stand may have gone since.
Deletions::Outcome Deletions::outcome_of(const core::AuditEntry& entry, core::Timestamp now) const {
  if (look_(entry) != ObjectState::Stands) return Outcome::CameAbout;
  if (now < entry.time + kPatience) return Outcome::Open;
  const std::optional<bool> stands = ask_(entry);
  if (!stands) return Outcome::Open;
  return *stands ? Outcome::Refused : Outcome::CameAbout;
}

/// Nothing is locked while others are asked.
std::vector<core::AuditEntry> Deletions::take_decided(core::Timestamp now) {
  std::vector<core::AuditEntry> decided;
  for (core::AuditEntry& entry : held()) {
    const Outcome outcome = outcome_of(entry, now);
    if (outcome == Outcome::Open) continue;
    {
      const std::scoped_lock lock(mutex_);
      held_.erase(entry.id);
    }
    decided.push_back(outcome == Outcome::CameAbout ? std::move(entry) : refused(std::move(entry)));
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
