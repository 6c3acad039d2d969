#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "operator/core/audit_query.hpp"
#include "operator/store/audit_store.hpp"
#include "operator/store/entry_text.hpp"
#include "operator/store/sqlite_connection.hpp"
#include "operator/store/sqlite_id_index.hpp"
#include "operator/store/sqlite_selection.hpp"

namespace guildhall::store {

/// An entry as it lies in the database.
struct StoredEntry {
  core::AuditPosition position;
  std::uint64_t index = 0;
  std::string canonical;
};

/// Errors: Internal when it cannot be read, saying which row.
core::Result<core::RecordedEntry> parse_stored(const StoredEntry& stored);

/// Goes through the entries that fit a filter, the newest first, a slice at a time; between two slices it holds nothing
/// of the database. The filter outlives it.
class NewestFirst {
 public:
  NewestFirst(const core::AuditFilter& filter, const std::optional<core::AuditPosition>& after);

  /// Up to `limit` more, and of them those in which the filter's text may stand. That many or some MB at most.
  core::Result<std::vector<StoredEntry>> next(Connection& connection, std::size_t limit);
  /// Whether there is nothing more.
  [[nodiscard]] bool has_ended() const { return ended_; }

 private:
  struct Slice;
  core::Result<void> begin(Connection& connection);
  core::Result<void> go_to_week(Connection& connection);
  core::Result<void> read(Connection& connection, Slice& slice);

  const core::AuditFilter& filter_;
  EntryText text_;
  std::int64_t from_;
  core::AuditPosition before_;
  std::optional<Selection> selection_;
  std::optional<std::int64_t> week_;  // that is being read
  std::int64_t next_week_;            // that one or an older one comes next
  bool ended_ = false;
};

/// By which an Organization goes in the tables. Unset: it never had entries.
core::Result<std::optional<std::int64_t>> organization_number(Connection& connection, const std::string& uid);

/// AuditStore's functions of these names.
core::Result<AuditTail> recorded_after(Connection& connection, std::int64_t row, const core::AuditFilter& filter,
                                       std::size_t limit);
core::Result<std::int64_t> newest_row(Connection& connection);
core::Result<std::int64_t> removed_row(Connection& connection);
core::Result<std::vector<std::string>> known_ids(IndexedConnection& indexed, std::span<const std::string> ids);
core::Result<std::optional<core::RecordedEntry>> find_entry(IndexedConnection& indexed,
                                                            const std::string& organization_uid, const std::string& id);
core::Result<std::vector<KnownOrganization>> known_organizations(Connection& connection);
core::Result<std::vector<LeafHash>> read_leaves(Connection& connection, const std::string& organization_uid,
                                                std::uint64_t from_index, std::size_t limit);
core::Result<std::optional<std::string>> read_mark(Connection& connection, const std::string& name);

}  // namespace guildhall::store
