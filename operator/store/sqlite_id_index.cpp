#include "operator/store/sqlite_id_index.hpp"

#include <array>
#include <span>
#include <utility>

namespace guildhall::store {
namespace {

using core::Result;
using Segment = std::optional<std::int64_t>;

/// The first of the segments that has it.
Result<Segment> first_that_has(Connection& connection, std::span<const std::int64_t> segments, const StoredId& id) {
  if (segments.empty()) return std::nullopt;
  auto query = connection.query("SELECT 1 FROM entry_ids WHERE segment = ?1 AND id = ?2");
  if (!query) return std::unexpected(std::move(query.error()));
  id.bind_to(*query, 2);
  for (const std::int64_t segment : segments) {
    query->bind(1, segment);
    const auto row = query->next();
    if (!row) return std::unexpected(row.error());
    if (*row) return segment;
    query->rewind();
  }
  return std::nullopt;
}

}  // namespace

Result<void> IdIndex::catch_up(Connection& connection) {
  const auto active = connection.integer_of("SELECT max(first_row) FROM segments");
  if (!active) return std::unexpected(active.error());
  if (*active == active_segment_) return {};
  auto query = connection.query("SELECT segment, id FROM entry_ids WHERE segment >= ?1 AND segment < ?2");
  if (!query) return std::unexpected(std::move(query.error()));
  query->bind_all(active_segment_, *active);
  while (true) {
    const auto row = query->next();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    filters_.add(query->integer(0), query->bytes(1));
  }
  active_segment_ = *active;
  return {};
}

Result<Segment> IdIndex::find_finished(Connection& connection, const StoredId& id) const {
  return first_that_has(connection, filters_.candidates(id.bytes()), id);
}

Result<Segment> IdIndex::find(Connection& connection, const StoredId& id) {
  auto finished = find_finished(connection, id);
  if (!finished || *finished) return finished;
  const std::int64_t former = active_segment_;
  if (auto done = catch_up(connection); !done) return std::unexpected(std::move(done.error()));
  if (active_segment_ != former) finished = find_finished(connection, id);
  if (!finished || *finished) return finished;
  return first_that_has(connection, std::array{active_segment_}, id);
}

bool IdIndex::is_full(std::int64_t newest_row) const {
  return newest_row + 1 - active_segment_ >= static_cast<std::int64_t>(segment_length_);
}

}  // namespace guildhall::store
