#include "operator/audit/repeats.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace guildhall::audit {

namespace {

std::string uid_of(const Regarding& regarding) {
  return regarding.uid.empty() ? regarding.type.kind + "/" + regarding.key.to_string() : regarding.uid;
}

/// So that what is counted is much the same each time. Which fields, not their values, nor what lies in them: there is
/// no end of those, and whoever is refused chooses them.
std::string asked_for(const core::AuditNote& note) {
  std::set<std::string> fields;
  for (const core::FieldChange& change : note.changes)
    fields.insert(change.field.substr(0, change.field.find('.', change.field.find('.') + 1)));
  return fmt::format("\n{}", fmt::join(fields, "\n"));
}

}  // namespace

Repeats::Key Repeats::key_of(const Regarding& regarding, const core::AuditNote& note) const {
  const bool is_ours = note.source == core::AuditSource::Reconciler;
  Key key{uid_of(regarding), std::string(note.action.text()), is_ours ? note.note : note.actor.user + asked_for(note)};
  if (windows_.size() < kMostApart || windows_.contains(key)) return key;
  return {regarding.key.ns, std::string(note.action.text()), ""};
}

bool Repeats::is_first(const Regarding& regarding, const core::AuditNote& note, core::Timestamp now) {
  const std::scoped_lock lock(mutex_);
  const auto [found, is_new] = windows_.try_emplace(key_of(regarding, note));
  Window& window = found->second;
  if (is_new) window.end = now + kWindow;
  if (is_new) return true;
  ++window.count;
  window.last = Counted{regarding, note};
  if (!note.at) window.last->note.at = now;
  return false;
}

Repeats::Counted Repeats::counted(const Window& window) {
  Counted one = *window.last;
  one.note.count = window.count;
  if (window.count > 1) one.note.note += fmt::format(" ({} times)", window.count);
  return one;
}

std::vector<Repeats::Counted> Repeats::due(core::Timestamp now) {
  const std::scoped_lock lock(mutex_);
  std::vector<Counted> result;
  for (auto at = windows_.begin(); at != windows_.end();) {
    Window& window = at->second;
    const bool is_over = now >= window.end;
    if (is_over && window.count == 0) {
      at = windows_.erase(at);
      continue;
    }
    if (is_over) {
      result.push_back(counted(window));
      // What goes on is told once a minute from now on.
      window.end = now + kWindow;
      window.count = 0;
    }
    ++at;
  }
  return result;
}

std::vector<Repeats::Counted> Repeats::all() {
  const std::scoped_lock lock(mutex_);
  std::vector<Counted> result;
  for (const auto& [key, window] : windows_) {
    if (window.count > 0) result.push_back(counted(window));
  }
  windows_.clear();
  return result;
}

}  // namespace guildhall::audit
