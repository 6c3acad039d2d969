#include "operator/audit/sentence.hpp"

#include <fmt/format.h>

#include <vector>

#include "operator/core/text.hpp"

namespace guildhall::audit {

namespace {

constexpr std::size_t kLongestNote = 1024;
constexpr std::string_view kMore = " ...";

std::string shown(const std::string& value) {
  return value.empty() ? "(none)" : value;
}

/// Of what is gone only what it was is of interest.
bool is_gone(const core::AuditEntry& entry) {
  return entry.action.ends_with("Deleted") || entry.action.ends_with("Left");
}

std::string said(const core::FieldChange& change, bool is_gone) {
  if (is_gone) return fmt::format("{} {}", change.field, shown(change.old_value));
  return fmt::format("{} {} -> {}", change.field, shown(change.old_value), shown(change.new_value));
}

}  // namespace

std::string sentence(const core::AuditEntry& entry) {
  std::vector<std::string> changes;
  changes.reserve(entry.changes.size());
  for (const core::FieldChange& change : entry.changes)
    changes.push_back(said(change, is_gone(entry)));
  const std::string& who = entry.actor.email.empty() ? entry.actor.user : entry.actor.email;
  std::string text =
      changes.empty() ? fmt::format("by {}", shown(who)) : fmt::format("{}: {}", shown(who), fmt::join(changes, ", "));
  if (text.size() <= kLongestNote) return text;
  return std::string(core::cut_text(text, kLongestNote - kMore.size())) + std::string(kMore);
}

std::string outline(const core::AuditEntry& entry) {
  std::vector<std::string_view> fields;
  fields.reserve(entry.changes.size());
  for (const core::FieldChange& change : entry.changes)
    fields.push_back(change.field);
  const std::string where = fmt::format("kubectl get auditentries -n {} --field-selector object={}",
                                        entry.organization.home, entry.object.to_string());
  const std::string what = fields.empty() ? "" : fmt::format("{}; ", fmt::join(fields, ", "));
  return std::string(core::cut_text(what, kLongestNote - where.size())) + where;
}

}  // namespace guildhall::audit
