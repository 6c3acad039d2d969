#include "operator/admission/first_values.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ranges>

namespace guildhall::admission {

namespace {

/// From the creation to `generation`, each that follows is of the same one or of the next.
bool tell_all(const std::vector<ChangeEntry>& entries, std::int64_t generation, bool is_ours) {
  const bool tells_creation = !entries.empty() && entries.front().is_creation();
  if (!tells_creation && !is_ours) return false;
  std::int64_t known = 1;
  for (const ChangeEntry& entry : entries) {
    if (entry.dropped || entry.generation < known || entry.generation > known + 1) return false;
    known = entry.generation;
  }
  return known == generation;
}

void take_back(const FieldChange& change, std::vector<FieldChange>& fields) {
  std::erase_if(fields, [&](const FieldChange& field) { return field.field == change.field; });
  if (!change.old_value.empty())
    fields.push_back({.field = change.field, .old_value = "", .new_value = change.old_value});
}

}  // namespace

std::vector<FieldChange> first_values(const nlohmann::json& spec, const std::vector<ChangeEntry>& entries,
                                      std::int64_t generation, bool is_ours) {
  if (!tell_all(entries, generation, is_ours)) return {};
  std::vector<FieldChange> fields = differences(nlohmann::json::object(), spec);
  for (const ChangeEntry& entry : entries | std::views::reverse) {
    if (!entry.is_creation()) take_back(entry.change, fields);
  }
  std::ranges::sort(fields, {}, &FieldChange::field);
  if (fields.size() > kMostFieldsTold) fields.resize(kMostFieldsTold);
  return fields;
}

}  // namespace guildhall::admission
