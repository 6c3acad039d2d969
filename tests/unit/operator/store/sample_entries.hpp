#pragma once

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <vector>

#include "operator/core/audit_entry.hpp"
#include "operator/core/audit_query.hpp"

namespace guildhall::store {

inline const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");

inline core::AuditOrganization organization_of(const std::string& name) {
  return {.name = name, .uid = "uid-of-" + name, .home = name + "-home"};
}

/// Of "acme", at noon.
inline core::AuditEntry sample_entry(const std::string& id) {
  return {.id = id,
          .time = kNoon,
          .organization = organization_of("acme"),
          .scope = core::AuditScope::Organization,
          .action = "MemberRoleChanged",
          .outcome = core::AuditOutcome::Success,
          .actor = {.email = "ada@acme.example", .user = "oidc:ada", .credential = "OIDC"},
          .source = core::AuditSource::Admission,
          .object = {.kind = "Member", .name = "jane", .uid = "uid-of-jane"},
          .changes = {{.field = "spec.role", .old_value = "Viewer", .new_value = "Editor"}},
          .note = "As she asked.",
          .count = 1};
}

inline core::AuditEntry sample_entry(const std::string& id, std::chrono::seconds after_noon) {
  core::AuditEntry entry = sample_entry(id);
  entry.time += after_noon;
  return entry;
}

/// "many-0", "many-1", ...
inline std::vector<core::AuditEntry> many_entries(int count, std::chrono::seconds apart) {
  std::vector<core::AuditEntry> entries;
  entries.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    entries.push_back(sample_entry("many-" + std::to_string(i), apart * i));
  return entries;
}

inline core::AuditEntry entry_in(const std::string& organization, const std::string& id) {
  core::AuditEntry entry = sample_entry(id);
  entry.organization = organization_of(organization);
  return entry;
}

/// A filter with these conditions: where(&AuditFilter::action, "MemberInvited", ...).
template <class... More>
core::AuditFilter where(auto member, const auto& value, const More&... more) {
  core::AuditFilter filter;
  if constexpr (sizeof...(more) > 0) filter = where(more...);
  filter.*member = value;
  return filter;
}

inline std::vector<std::string> ids_of(const auto& recorded) {
  std::vector<std::string> ids;
  std::ranges::transform(recorded, std::back_inserter(ids), [](const auto& one) { return one.entry.id; });
  return ids;
}

}  // namespace guildhall::store
