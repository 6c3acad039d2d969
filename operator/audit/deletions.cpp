#include "operator/audit/deletions.hpp"

#include <utility>

namespace guildhall::audit {

namespace {

core::AuditEntry refused(core::AuditEntry entry) {
  entry.action = entry.object.kind + "DeletionRefused";
  entry.outcome = core::AuditOutcome::Refused;
  entry.note = "asked for and not done: another admission webhook, or the API server, refused it";
  return entry;
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

bool Deletions::empty() const {
  const std::scoped_lock lock(mutex_);
  return held_.empty();
}

}  // namespace guildhall::audit
