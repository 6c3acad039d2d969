#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "operator/core/audit_query.hpp"
#include "operator/core/result.hpp"
#include "operator/records/field_selector.hpp"

namespace guildhall::records {

/// Which entries a request selects, whatever its namespace.
struct EntrySelection {
  core::AuditFilter filter;         ///< its organization_uid is not said here
  std::optional<std::string> name;  ///< metadata.name: the one of that id; then the filter holds nothing
  std::optional<std::string> ns;    ///< metadata.namespace
  bool operator==(const EntrySelection&) const = default;
};

/// Gives terms their meaning: `from`, `to` relative to `now` (moment.hpp), `actions` is every action there is.
/// Errors: Invalid, saying what is allowed, for an unknown key or word, `!=`, two values for one key, and `from` not
/// before `to`.
core::Result<EntrySelection> select_entries(const std::vector<FieldTerm>& terms, std::span<const std::string> actions,
                                            core::Timestamp now);

}  // namespace guildhall::records
