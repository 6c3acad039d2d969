#include "operator/store/audit_store.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace guildhall::store {

namespace {

/// RFC 3339 knows no others.
bool has_four_digit_year(core::Timestamp time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return date.year() >= std::chrono::year(0) && date.year() <= std::chrono::year(9999);
}

}  // namespace

core::Result<void> check_complete(const core::AuditEntry& entry) {
  const std::array<std::pair<std::string_view, bool>, 8> members{
      {{"id", entry.id.empty()},
       {"time of four-digit years", !has_four_digit_year(entry.time)},
       {"action", entry.action.empty()},
       {"organization.name", entry.organization.name.empty()},
       {"organization.uid", entry.organization.uid.empty()},
       {"object.kind", entry.object.kind.empty()},
       {"object.name", entry.object.name.empty()},
       {"count", entry.count < 1}}};
  for (const auto& [name, is_missing] : members) {
    if (is_missing)
      return core::fail(core::ErrorKind::Invalid, "an audit entry without " + std::string(name),
                        "audit entry " + entry.id);
  }
  const auto has_no_field = [](const core::FieldChange& change) { return change.field.empty(); };
  if (std::ranges::any_of(entry.changes, has_no_field))
    return core::fail(core::ErrorKind::Invalid, "an audit entry without changes.field", "audit entry " + entry.id);
  return {};
}

}  // namespace guildhall::store
