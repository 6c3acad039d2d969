#include "tests/unit/operator/store/memory_store.hpp"

#include <algorithm>
#include <cctype>
#include <functional>

namespace guildhall::store {
namespace {

using core::Result;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return text;
}

bool has_text(const core::AuditEntry& entry, const std::string& text) {
  std::vector<std::string> read = {entry.action, entry.actor.email, entry.actor.user, entry.object.to_string(),
                                   entry.note};
  for (const core::FieldChange& change : entry.changes)
    read.insert(read.end(), {change.field, change.old_value, change.new_value});
  return std::ranges::any_of(
      read, [&text](const std::string& one) { return lower(one).find(lower(text)) != std::string::npos; });
}

/// Whether a condition is not set, or holds.
template <class Value>
bool holds(const std::optional<Value>& wanted, const Value& value) {
  return !wanted || *wanted == value;
}

bool fits(const core::AuditEntry& entry, const core::AuditFilter& filter) {
  const bool in_organization = filter.organization_uid.empty() || filter.organization_uid == entry.organization.uid;
  const bool in_time = entry.time >= filter.from.value_or(entry.time) && !(filter.to && entry.time >= *filter.to);
  return in_organization && in_time && holds(filter.action, entry.action) && holds(filter.email, entry.actor.email) &&
         holds(filter.outcome, entry.outcome) && holds(filter.scope, entry.scope) &&
         holds(filter.object, entry.object.to_string()) && has_text(entry, filter.text);
}

}  // namespace

bool MemoryStore::is_known(const core::AuditEntry& entry) const {
  const auto log = logs_.find(entry.organization.uid);
  const bool is_trimmed = log != logs_.end() && entry.time < log->second.known.trimmed_until;
  return is_trimmed || ids_.contains(entry.id);
}

Result<std::vector<core::RecordedEntry>> MemoryStore::append(std::span<const core::AuditEntry> entries) {
  for (const core::AuditEntry& entry : entries) {
    if (auto complete = check_complete(entry); !complete) return std::unexpected(complete.error());
  }
  const std::scoped_lock lock(mutex_);
  std::vector<core::RecordedEntry> added;
  for (const core::AuditEntry& entry : entries) {
    if (is_known(entry)) continue;
    const std::string canonical = core::canonical_audit_entry(entry);
    Log& log = logs_[entry.organization.uid];
    log.known.organization = entry.organization;
    log.leaves.push_back(leaf_hash(canonical));
    ids_.insert(entry.id);
    added.push_back({.entry = *core::parse_audit_entry(canonical),
                     .index = log.known.next_index++,
                     .position = {.time = entry.time, .row = ++newest_row_}});
  }
  entries_.insert(entries_.end(), added.begin(), added.end());
  return added;
}

Result<std::vector<std::string>> MemoryStore::known(std::span<const std::string> ids) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> known;
  std::ranges::copy_if(ids, std::back_inserter(known), [this](const std::string& id) { return ids_.contains(id); });
  return known;
}

std::vector<core::RecordedEntry> MemoryStore::newest_first(const core::AuditFilter& filter) {
  const std::scoped_lock lock(mutex_);
  std::vector<core::RecordedEntry> found;
  std::ranges::copy_if(entries_, std::back_inserter(found),
                       [&filter](const core::RecordedEntry& one) { return fits(one.entry, filter); });
  std::ranges::sort(found, std::greater(), &core::RecordedEntry::position);
  return found;
}

Result<AuditPage> MemoryStore::page(const core::AuditFilter& filter, const std::optional<core::AuditPosition>& after,
                                    std::size_t limit) {
  AuditPage page;
  for (core::RecordedEntry& one : newest_first(filter)) {
    if (after && one.position >= *after) continue;
    page.more = page.entries.size() == limit;
    if (page.more) break;
    page.entries.push_back(std::move(one));
  }
  return page;
}

Result<std::optional<core::RecordedEntry>> MemoryStore::find(const std::string& organization_uid,
                                                             const std::string& id) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(entries_, [&](const core::RecordedEntry& one) {
    return one.entry.id == id && (organization_uid.empty() || one.entry.organization.uid == organization_uid);
  });
  return found == entries_.end() ? std::nullopt : std::optional(*found);
}

Result<void> MemoryStore::scan(const core::AuditFilter& filter, const AuditVisitor& visit) {
  for (core::RecordedEntry& one : newest_first(filter)) {
    if (!visit(std::move(one))) break;
  }
  return {};
}

Result<AuditTail> MemoryStore::recorded_after(std::int64_t row, const core::AuditFilter& filter, std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  AuditTail tail{.entries = {}, .row = row};
  if (limit == 0) return tail;
  for (const core::RecordedEntry& one : entries_) {
    if (one.position.row <= row || !fits(one.entry, filter)) continue;
    tail.entries.push_back(one);
    tail.row = one.position.row;
    if (tail.entries.size() == limit) return tail;
  }
  tail.row = std::max(row, newest_row_);
  return tail;
}

Result<std::int64_t> MemoryStore::newest_row() {
  const std::scoped_lock lock(mutex_);
  return newest_row_;
}

Result<std::int64_t> MemoryStore::removed_row() {
  const std::scoped_lock lock(mutex_);
  return removed_row_;
}

Result<std::uint64_t> MemoryStore::trim(const std::string& organization_uid, core::Timestamp before,
                                        const std::stop_token& stop) {
  const std::scoped_lock lock(mutex_);
  if (stop.stop_requested()) return 0;
  const auto log = logs_.find(organization_uid);
  if (log == logs_.end()) return 0;
  KnownOrganization& known = log->second.known;
  const auto is_old = [&](const core::RecordedEntry& one) {
    return one.entry.organization.uid == organization_uid && one.entry.time < before;
  };
  for (const core::RecordedEntry& one : entries_) {
    if (!is_old(one)) continue;
    ids_.erase(one.entry.id);
    removed_row_ = std::max(removed_row_, one.position.row);
    const core::Timestamp after = one.entry.time + std::chrono::microseconds(1);
    known.trimmed_until = std::max(known.trimmed_until.value_or(after), after);
  }
  const std::uint64_t removed = std::erase_if(entries_, is_old);
  known.first_index = known.next_index;
  for (const core::RecordedEntry& one : entries_) {
    if (one.entry.organization.uid == organization_uid) known.first_index = std::min(known.first_index, one.index);
  }
  return removed;
}

Result<std::vector<KnownOrganization>> MemoryStore::organizations() {
  const std::scoped_lock lock(mutex_);
  std::vector<KnownOrganization> known;
  std::ranges::transform(logs_, std::back_inserter(known), [](const auto& one) { return one.second.known; });
  std::ranges::sort(
      known, {}, [](const KnownOrganization& one) { return std::pair(one.organization.name, one.organization.uid); });
  return known;
}

Result<std::vector<LeafHash>> MemoryStore::leaves(const std::string& organization_uid, std::uint64_t from_index,
                                                  std::size_t limit) {
  const std::scoped_lock lock(mutex_);
  std::vector<LeafHash> leaves;
  const auto log = logs_.find(organization_uid);
  if (log == logs_.end()) return leaves;
  for (std::uint64_t index = from_index; index < log->second.leaves.size() && leaves.size() < limit; ++index)
    leaves.push_back(log->second.leaves[index]);
  return leaves;
}

Result<void> MemoryStore::mark(const std::string& name, const std::string& text) {
  const std::scoped_lock lock(mutex_);
  marks_[name] = text;
  return {};
}

Result<std::optional<std::string>> MemoryStore::marked(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = marks_.find(name);
  return found == marks_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace guildhall::store
