#include "operator/store/sqlite_read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "operator/store/stored_id.hpp"

namespace guildhall::store {
namespace {

using core::Result;

constexpr std::int64_t kEarliest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kRowsOfSlice = 1'000;
constexpr std::size_t kBytesOfSlice = 4'000'000;

std::int64_t microseconds_of(core::Timestamp time) {
  return time.time_since_epoch().count();
}

core::Timestamp time_of(std::int64_t microseconds) {
  return core::Timestamp(std::chrono::microseconds(microseconds));
}

std::int64_t lower_bound_of(const core::AuditFilter& filter) {
  return filter.from ? microseconds_of(*filter.from) : kEarliest;
}

/// What comes first in the order among what is asked for comes after this.
core::AuditPosition upper_bound_of(const core::AuditFilter& filter, const std::optional<core::AuditPosition>& after) {
  const core::AuditPosition latest{.time = time_of(kLatest), .row = kLatest};
  const core::AuditPosition to = filter.to ? core::AuditPosition{.time = *filter.to, .row = 0} : latest;
  return after ? std::min(*after, to) : to;
}

void bind_values(Query& query, const Selection& selection) {
  int place = Selection::kFirstValue;
  for (const auto& value : selection.values)
    std::visit([&](auto bound) { query.bind(place++, bound); }, value);
}

/// Of a Selection's row.
StoredEntry stored_entry(const Query& query) {
  return {.position = {.time = time_of(query.integer(1)), .row = query.integer(0)},
          .index = static_cast<std::uint64_t>(query.integer(2)),
          .canonical = std::string(query.text(3))};
}

/// Some of those that were recorded after that row, in order of rows.
Result<std::vector<StoredEntry>> read_slice(Connection& connection, const Selection& selection,
                                            const core::AuditFilter& filter, std::int64_t row) {
  auto query = connection.query(selection.sql);
  if (!query) return std::unexpected(std::move(query.error()));
  query->bind(Selection::kBeforeTime, filter.to ? microseconds_of(*filter.to) : kLatest);
  query->bind(Selection::kBeforeRow, row);
  query->bind(Selection::kFromTime, lower_bound_of(filter));
  query->bind(Selection::kLimit, static_cast<std::int64_t>(kRowsOfSlice));
  bind_values(*query, selection);
  std::vector<StoredEntry> slice;
  while (slice.size() < kRowsOfSlice) {
    const auto found = query->next();
    if (!found) return std::unexpected(found.error());
    if (!*found) break;
    slice.push_back(stored_entry(*query));
  }
  return slice;
}

/// Of those in a slice of rows, the ones in which the text stands, until there are `limit`.
Result<void> keep_fitting(std::span<const StoredEntry> slice, const EntryText& text, std::size_t limit,
                          AuditTail& tail) {
  for (const StoredEntry& stored : slice) {
    if (tail.entries.size() == limit) break;
    tail.row = stored.position.row;
    auto entry = parse_stored(stored);
    if (!entry) return std::unexpected(std::move(entry.error()));
    if (text.stands_in(entry->entry)) tail.entries.push_back(std::move(*entry));
  }
  return {};
}

}  // namespace

Result<core::RecordedEntry> parse_stored(const StoredEntry& stored) {
  auto entry = core::parse_audit_entry(stored.canonical);
  if (!entry)
    return core::fail(core::ErrorKind::Internal, fmt::format("the audit log is damaged: row {} holds {}",
                                                             stored.position.row, entry.error().message));
  return core::RecordedEntry{.entry = std::move(*entry), .index = stored.index, .position = stored.position};
}

NewestFirst::NewestFirst(const core::AuditFilter& filter, const std::optional<core::AuditPosition>& after)
    : filter_(filter),
      text_(filter.text),
      from_(lower_bound_of(filter)),
      before_(upper_bound_of(filter, after)),
      next_week_(week_of(microseconds_of(before_.time))) {}

/// What one call of next() gathers.
struct NewestFirst::Slice {
  std::vector<StoredEntry> entries;
  std::size_t room = 0;   // rows that may still be looked at
  std::size_t bytes = 0;  // of canonical forms

  [[nodiscard]] bool is_full() const { return room == 0 || bytes >= kBytesOfSlice; }
};

Result<void> NewestFirst::begin(Connection& connection) {
  std::optional<std::int64_t> organization;
  if (!filter_.organization_uid.empty()) {
    const auto number = organization_number(connection, filter_.organization_uid);
    if (!number) return std::unexpected(number.error());
    organization = *number;
    ended_ = !organization;
  }
  selection_ = select_newest_first(filter_, organization);
  return {};
}

/// To the newest week in which anybody has entries, of next_week_ and those before it.
Result<void> NewestFirst::go_to_week(Connection& connection) {
  auto query = connection.query("SELECT max(week) FROM entries INDEXED BY by_organization WHERE week <= ?1");
  if (!query) return std::unexpected(std::move(query.error()));
  query->bind(1, next_week_);
  if (const auto row = query->next(); !row) return std::unexpected(row.error());
  ended_ = query->is_null(0) || query->integer(0) < week_of(from_);
  week_ = query->integer(0);
  next_week_ = *week_ - 1;
  return {};
}

/// What is left of the week, or of all when the selection is not by week; until the slice is full.
Result<void> NewestFirst::read(Connection& connection, Slice& slice) {
  auto query = connection.query(selection_->sql);
  if (!query) return std::unexpected(std::move(query.error()));
  query->bind(Selection::kWeek, week_.value_or(0));
  query->bind(Selection::kBeforeTime, microseconds_of(before_.time));
  query->bind(Selection::kBeforeRow, before_.row);
  query->bind(Selection::kFromTime, from_);
  query->bind(Selection::kLimit, static_cast<std::int64_t>(slice.room));
  bind_values(*query, *selection_);
  while (!slice.is_full()) {
    const auto row = query->next();
    if (!row) return std::unexpected(row.error());
    if (!*row) {
      ended_ = !selection_->by_week;
      week_.reset();
      return {};
    }
    --slice.room;
    before_ = {.time = time_of(query->integer(1)), .row = query->integer(0)};
    if (!text_.may_stand_in(query->text(3))) continue;
    slice.entries.push_back(stored_entry(*query));
    slice.bytes += slice.entries.back().canonical.size();
  }
  return {};
}

Result<std::vector<StoredEntry>> NewestFirst::next(Connection& connection, std::size_t limit) {
  if (!selection_) {
    if (auto done = begin(connection); !done) return std::unexpected(std::move(done.error()));
  }
  Slice slice;
  // With a text few of the rows may be wanted.
  slice.room = text_.empty() ? std::min(limit, kRowsOfSlice) : kRowsOfSlice;
  while (!ended_ && !slice.is_full()) {
    if (selection_->by_week && !week_) {
      if (auto done = go_to_week(connection); !done) return std::unexpected(std::move(done.error()));
      continue;
    }
    if (auto done = read(connection, slice); !done) return std::unexpected(std::move(done.error()));
  }
  return std::move(slice.entries);
}

Result<AuditTail> recorded_after(Connection& connection, std::int64_t row, const core::AuditFilter& filter,
                                 std::size_t limit) {
  const auto newest = newest_row(connection);
  if (!newest) return std::unexpected(newest.error());
  AuditTail tail{.entries = {}, .row = row};
  if (limit == 0) return tail;
  std::optional<std::int64_t> organization;
  if (!filter.organization_uid.empty()) {
    const auto number = organization_number(connection, filter.organization_uid);
    if (!number) return std::unexpected(number.error());
    if (!*number) return AuditTail{.entries = {}, .row = std::max(row, *newest)};
    organization = *number;
  }
  const EntryText text(filter.text);
  const Selection selection = select_recorded_after(filter, organization);
  while (tail.entries.size() < limit) {
    const auto slice = read_slice(connection, selection, filter, tail.row);
    if (!slice) return std::unexpected(slice.error());
    if (auto done = keep_fitting(*slice, text, limit, tail); !done) return std::unexpected(std::move(done.error()));
    if (slice->size() == kRowsOfSlice || tail.entries.size() == limit) continue;
    tail.row = std::max(tail.row, *newest);
    break;
  }
  return tail;
}

Result<std::int64_t> newest_row(Connection& connection) {
  return connection.integer_of("SELECT row FROM newest");
}

Result<std::int64_t> removed_row(Connection& connection) {
  return connection.integer_of("SELECT removed FROM newest");
}

Result<std::optional<std::int64_t>> organization_number(Connection& connection, const std::string& uid) {
  auto query = connection.query("SELECT number FROM organizations WHERE uid = ?1");
  if (!query) return std::unexpected(std::move(query.error()));
  query->bind(1, uid);
  const auto row = query->next();
  if (!row) return std::unexpected(row.error());
  return *row ? std::optional(query->integer(0)) : std::nullopt;
}

Result<std::vector<std::string>> known_ids(IndexedConnection& indexed, std::span<const std::string> ids) {
  std::vector<std::string> known;
  for (const std::string& id : ids) {
    const auto segment = indexed.ids.find(indexed.connection, StoredId(id));
    if (!segment) return std::unexpected(segment.error());
    if (*segment) known.push_back(id);
  }
  return known;
}

Result<std::optional<core::RecordedEntry>> find_entry(IndexedConnection& indexed, const std::string& organization_uid,
                                                      const std::string& id) {
  const StoredId stored(id);
  const auto segment = indexed.ids.find(indexed.connection, stored);
  if (!segment) return std::unexpected(segment.error());
  if (!*segment) return std::nullopt;
  auto query = indexed.connection.query(
      "SELECT entries.row, time, place, body FROM entry_ids JOIN entries ON entries.row = entry_ids.row "
      "JOIN organizations ON number = organization WHERE segment = ?1 AND id = ?2 AND (?3 = '' OR uid = ?3)");
  if (!query) return std::unexpected(std::move(query.error()));
  query->bind(1, **segment);
  stored.bind_to(*query, 2);
  query->bind(3, organization_uid);
  const auto row = query->next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  auto entry = parse_stored(stored_entry(*query));
  if (!entry) return std::unexpected(std::move(entry.error()));
  return std::move(*entry);
}

Result<std::vector<KnownOrganization>> known_organizations(Connection& connection) {
  auto query = connection.query(
      "SELECT uid, name, home, first_index, next_index, trimmed_until FROM organizations ORDER BY name, uid");
  if (!query) return std::unexpected(std::move(query.error()));
  std::vector<KnownOrganization> known;
  while (true) {
    const auto row = query->next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return known;
    known.push_back({.organization = {.name = std::string(query->text(1)),
                                      .uid = std::string(query->text(0)),
                                      .home = std::string(query->text(2))},
                     .first_index = static_cast<std::uint64_t>(query->integer(3)),
                     .next_index = static_cast<std::uint64_t>(query->integer(4)),
                     .trimmed_until = {}});
    if (!query->is_null(5)) known.back().trimmed_until = time_of(query->integer(5));
  }
}

Result<std::vector<LeafHash>> read_leaves(Connection& connection, const std::string& organization_uid,
                                          std::uint64_t from_index, std::size_t limit) {
  auto query = connection.query(
      "SELECT hash FROM organizations CROSS JOIN leaves ON organization = number WHERE uid = ?1 AND place >= ?2 "
      "ORDER BY place LIMIT ?3");
  if (!query) return std::unexpected(std::move(query.error()));
  query->bind_all(organization_uid, static_cast<std::int64_t>(from_index), static_cast<std::int64_t>(limit));
  std::vector<LeafHash> leaves;
  while (true) {
    const auto row = query->next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return leaves;
    const auto bytes = query->bytes(0);
    std::copy_n(bytes.begin(), std::min(bytes.size(), LeafHash{}.size()), leaves.emplace_back().begin());
  }
}

Result<std::optional<std::string>> read_mark(Connection& connection, const std::string& name) {
  auto query = connection.query("SELECT text FROM marks WHERE name = ?1");
  if (!query) return std::unexpected(std::move(query.error()));
  query->bind(1, name);
  const auto row = query->next();
  if (!row) return std::unexpected(row.error());
  return *row ? std::optional(std::string(query->text(0))) : std::nullopt;
}

}  // namespace guildhall::store
