#include "operator/admission/change_notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "operator/admission/changes.hpp"
#include "operator/admission/first_values.hpp"

namespace guildhall::admission {

namespace {

core::FieldChange shown(const FieldChange& change) {
  return {
      .field = change.field, .old_value = shown_value(change.old_value), .new_value = shown_value(change.new_value)};
}

std::string identity_of(const std::string& uid, const std::string& request, const core::ActionName& action) {
  return fmt::format("{}/{}/{}", uid, request, action.text());
}

/// The one that this change belongs to: of the same request and action.
core::AuditNote* find(std::vector<core::AuditNote>& notes, const std::string& identity) {
  const auto found = std::ranges::find(notes, identity, &core::AuditNote::identity);
  return found == notes.end() ? nullptr : &*found;
}

core::AuditNote begin_note(const ChangeEntry& entry, core::ActionName action, std::string identity) {
  return {.action = action,
          .note = {},
          .identity = std::move(identity),
          .actor = {.email = {}, .user = entry.user, .credential = entry.credential},
          .source = core::AuditSource::Admission,
          .changes = {},
          .at = entry.at};
}

std::optional<core::ActionName> action_of(const std::string& kind, const ChangeEntry& entry,
                                          core::ActionName creation) {
  if (entry.is_creation()) return creation;
  const core::AuditAction* action = core::action_of_change(kind, entry.change);
  if (action == nullptr) return std::nullopt;
  return core::ActionName(*action);
}

void add(const RecordedObject& object, const ChangeEntry& entry, std::vector<core::AuditNote>& notes) {
  const auto action = action_of(object.kind, entry, object.creation);
  if (!action) return;
  std::string identity = identity_of(object.metadata.uid, entry.id, *action);
  core::AuditNote* note = find(notes, identity);
  if (note == nullptr) note = &notes.emplace_back(begin_note(entry, *action, std::move(identity)));
  if (!entry.is_creation()) note->changes.push_back(shown(entry.change));
}

/// How far the entries reach; what was written before generations were noted reaches to wherever the object is.
std::int64_t newest_generation(const std::vector<ChangeEntry>& entries, std::int64_t present) {
  if (entries.empty()) return 0;
  const bool is_old = std::ranges::all_of(entries, [](const ChangeEntry& entry) { return entry.generation == 0; });
  if (is_old) return present;
  return std::ranges::max(entries, {}, &ChangeEntry::generation).generation;
}

/// The API server counts a deletion that waits for finalizers as one more (apiserver registry/rest/delete.go).
std::int64_t generation_of_spec(const core::ObjectMeta& object) {
  return object.generation - (object.is_deleting() ? 1 : 0);
}

/// Of changes after generation `known`, up to `generation`, of which nobody was told.
std::optional<core::AuditNote> unattended(const std::string& kind, const core::ObjectMeta& object, std::int64_t known,
                                          std::int64_t generation) {
  const core::AuditAction* action = core::find_audit_action(kind + "ChangedUnattended");
  if (known >= generation || action == nullptr) return std::nullopt;
  const std::string since = known == 0 ? "it was made" : fmt::format("generation {}", known);
  const std::string how =
      known == 0 && generation == 1
          ? std::string("nobody noted who made it")
          : fmt::format("nobody noted how the spec came to generation {}; nothing is noted since {}", generation,
                        since);
  return core::AuditNote{.action = core::ActionName(*action),
                         .note = how,
                         .identity = fmt::format("{}/unattended/{}", object.uid, generation),
                         .actor = {.email = {}, .user = core::kUnknownUser, .credential = {}},
                         .source = core::AuditSource::Reconciler,
                         .changes = {},
                         .at = known == 0 && generation == 1 ? std::optional(object.creation_timestamp) : std::nullopt};
}

/// The record keeps so many entries: of one that went it is known whether it was told, and those before it were told
/// before it.
std::optional<core::AuditNote> untold_before(const std::string& kind, const core::ObjectMeta& object,
                                             const DroppedEntry& dropped) {
  const core::AuditAction* own = core::action_of_change(kind, dropped.change);
  const core::AuditAction* action = core::find_audit_action(kind + "ChangedUnattended");
  if (own == nullptr || action == nullptr) return std::nullopt;
  return core::AuditNote{
      .action = core::ActionName(*action),
      .note = fmt::format("more changed before a leader looked than its record keeps ({} entries): what came before "
                          "generation {}, and that itself, may not be told",
                          kMostEntries, dropped.generation),
      .identity = fmt::format("{}/dropped/{}", object.uid, dropped.generation),
      .actor = {.email = {}, .user = core::kUnknownUser, .credential = {}},
      .source = core::AuditSource::Reconciler,
      .changes = {},
      .at = dropped.at,
      .unless_told = identity_of(object.uid, dropped.id, core::ActionName(*own))};
}

/// Of changes after generation `known` that came before that entry.
std::optional<core::AuditNote> unattended_before(const std::string& kind, const core::ObjectMeta& object,
                                                 std::int64_t known, const ChangeEntry& entry) {
  if (known == 0) return std::nullopt;
  auto note = unattended(kind, object, known, entry.generation - 1);
  if (note) note->at = entry.at - std::chrono::microseconds{1};  // before that, and always the same
  return note;
}

/// Between what is noted: what follows an outage must not hide it.
std::vector<core::AuditNote> unattended_between(const std::string& kind, const core::ObjectMeta& object,
                                                const std::vector<ChangeEntry>& entries) {
  std::vector<core::AuditNote> notes;
  std::int64_t known = 0;
  for (const ChangeEntry& entry : entries) {
    if (entry.dropped) {
      known = std::max(known, entry.dropped->generation);
      if (auto note = untold_before(kind, object, *entry.dropped)) notes.push_back(std::move(*note));
    }
    if (auto note = unattended_before(kind, object, known, entry)) notes.push_back(std::move(*note));
    known = std::max(known, entry.generation);
  }
  return notes;
}

}  // namespace

std::string shown_value(const std::string& json_text) {
  if (!json_text.starts_with('"')) return json_text;
  const auto value = nlohmann::json::parse(json_text, nullptr, false);
  return value.is_string() ? value.get<std::string>() : json_text;
}

std::vector<core::FieldChange> values_at_creation(const RecordedObject& object, const core::Sealer& sealer) {
  const auto entries = read_changes(object.kind, object.metadata, sealer);
  std::vector<core::FieldChange> values;
  for (const FieldChange& value :
       first_values(object.spec, entries, generation_of_spec(object.metadata), object.is_ours))
    values.push_back(shown(value));
  return values;
}

std::vector<core::AuditNote> change_notes(const RecordedObject& object, const core::Sealer& sealer) {
  const core::ObjectMeta& metadata = object.metadata;
  if (is_record_by_unknown_key(metadata, sealer)) return {};
  const auto entries = read_changes(object.kind, metadata, sealer);
  const std::int64_t present = generation_of_spec(metadata);
  std::vector<core::AuditNote> notes;
  for (const ChangeEntry& entry : entries)
    add(object, entry, notes);
  if (!entries.empty() && entries.front().is_creation())
    std::ranges::move(values_at_creation(object, sealer), std::back_inserter(notes.front().changes));
  std::ranges::move(unattended_between(object.kind, metadata, entries), std::back_inserter(notes));
  const std::int64_t known = std::max<std::int64_t>(newest_generation(entries, present), object.is_ours ? 1 : 0);
  if (auto note = unattended(object.kind, metadata, known, present)) notes.push_back(std::move(*note));
  return notes;
}

}  // namespace guildhall::admission
