#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "operator/core/audit_query.hpp"
#include "operator/store/sqlite_connection.hpp"
#include "operator/store/sqlite_id_index.hpp"

namespace guildhall::store {

/// AuditStore::append() of entries that are complete.
core::Result<std::vector<core::RecordedEntry>> append_entries(IndexedConnection& indexed,
                                                              std::span<const core::AuditEntry> entries);

struct Trimmed {
  std::uint64_t removed = 0;
  std::int64_t next_week = 0;  ///< where to go on; what is older has gone
  bool more = false;
};

/// Removes, in one transaction, up to some hundred entries of that Organization from before that time, the oldest
/// first, but looks at none of weeks before `from_week`.
core::Result<Trimmed> trim_some(Connection& connection, const std::string& organization_uid, core::Timestamp before,
                                std::int64_t from_week);

core::Result<void> write_mark(Connection& connection, const std::string& name, const std::string& text);

}  // namespace guildhall::store
