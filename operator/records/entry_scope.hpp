#pragma once

#include <optional>
#include <string>

#include "operator/core/audit_query.hpp"
#include "operator/records/entry_selection.hpp"
#include "operator/records/entry_source.hpp"

namespace guildhall::records {

/// Which entries may be seen in a namespace: those of the Organization that claims it now, or of everyone.
struct EntryScope {
  bool nothing = false;      ///< no Organization claims it
  core::AuditFilter filter;  ///< what is selected, of that Organization

  /// Whether it is of that Organization.
  [[nodiscard]] bool holds(const core::AuditEntry& entry) const {
    return !nothing && (filter.organization_uid.empty() || filter.organization_uid == entry.organization.uid);
  }
  bool operator==(const EntryScope&) const = default;
};

/// The scope of a request in `ns` (empty: the whole cluster). Errors: those of the lookup.
core::Result<EntryScope> scope_of(const std::string& ns, const EntrySelection& selection,
                                  const OrganizationLookup& organization_of);

}  // namespace guildhall::records
