#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "operator/core/result.hpp"
#include "operator/store/segment_filters.hpp"
#include "operator/store/sqlite_connection.hpp"
#include "operator/store/stored_id.hpp"

namespace guildhall::store {

/// Of so many rows, more or less, is a segment of the log.
inline constexpr std::size_t kSegmentLength = 16'384;

/// Finds the segment in which an id is recorded. A segment is named by its first row; the active one, the last, is that
/// which entries are added to. Of the finished ones filters are held in memory, 2 MB for 1,000,000 entries.
class IdIndex {
 public:
  explicit IdIndex(std::size_t segment_length) : segment_length_(segment_length), filters_(segment_length) {}

  /// Of all segments. Unset: it is in none. Catches up when it has not found it in what it knows.
  core::Result<std::optional<std::int64_t>> find(Connection& connection, const StoredId& id);

  /// Reads the ids of the segments that were finished since; the first time, of all that are finished.
  core::Result<void> catch_up(Connection& connection);
  /// Of the segments that were finished at catch_up().
  core::Result<std::optional<std::int64_t>> find_finished(Connection& connection, const StoredId& id) const;

  /// As catch_up() found it.
  [[nodiscard]] std::int64_t active_segment() const { return active_segment_; }
  /// Whether the active segment is to end, when that is the newest row.
  [[nodiscard]] bool is_full(std::int64_t newest_row) const;

 private:
  std::size_t segment_length_;
  SegmentFilters filters_;  // of the segments before the active one
  std::int64_t active_segment_ = 0;
};

/// A connection and what was read over it. They end together: another connection may be one to another file.
struct IndexedConnection {
  Connection connection;
  IdIndex ids;
};

}  // namespace guildhall::store
