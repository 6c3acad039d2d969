#include "operator/store/sqlite_store.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "operator/store/sqlite_read.hpp"
#include "operator/store/sqlite_write.hpp"

namespace guildhall::store {
namespace {

using core::Result;

/// What `look` returns of the connection that looks for ids.
template <class Look>
auto with_id_reader(SqliteFile& file, const Look& look) -> decltype(look(std::declval<IndexedConnection&>())) {
  auto reader = file.id_reader();
  if (!reader) return std::unexpected(std::move(reader.error()));
  return look(reader->indexed());
}

/// What `read` returns of a connection that reads.
template <class Read>
auto with_reader(SqliteFile& file, const Read& read) -> decltype(read(std::declval<Connection&>())) {
  auto reader = file.reader();
  if (!reader) return std::unexpected(std::move(reader.error()));
  return read(reader->connection());
}

template <class Write>
auto with_writer(SqliteFile& file, const Write& write) -> decltype(write(std::declval<IndexedConnection&>())) {
  auto writer = file.writer();
  if (!writer) return std::unexpected(std::move(writer.error()));
  return write(*writer->indexed);
}

/// Shows the entries of a slice in which the text stands. False: no more are wanted.
Result<bool> show(std::span<const StoredEntry> slice, const EntryText& text, const AuditVisitor& visit) {
  for (const StoredEntry& stored : slice) {
    auto entry = parse_stored(stored);
    if (!entry) return std::unexpected(std::move(entry.error()));
    if (text.stands_in(entry->entry) && !visit(std::move(*entry))) return false;
  }
  return true;
}

/// With nothing of the database held while `visit` is called. `slice`: so many are read at once.
Result<void> walk(SqliteFile& file, NewestFirst walk, std::size_t slice, const EntryText& text,
                  const AuditVisitor& visit) {
  while (!walk.has_ended()) {
    const auto entries = with_reader(file, [&](Connection& connection) { return walk.next(connection, slice); });
    if (!entries) return std::unexpected(entries.error());
    const auto wants_more = show(*entries, text, visit);
    if (!wants_more) return std::unexpected(wants_more.error());
    if (!*wants_more) break;
  }
  return {};
}

}  // namespace

Result<std::vector<core::RecordedEntry>> SqliteStore::append(std::span<const core::AuditEntry> entries) {
  for (const core::AuditEntry& entry : entries) {
    if (auto complete = check_complete(entry); !complete) return std::unexpected(std::move(complete.error()));
  }
  return with_writer(file_, [&](IndexedConnection& indexed) { return append_entries(indexed, entries); });
}

Result<std::vector<std::string>> SqliteStore::known(std::span<const std::string> ids) {
  return with_id_reader(file_, [&](IndexedConnection& indexed) { return known_ids(indexed, ids); });
}

Result<AuditPage> SqliteStore::page(const core::AuditFilter& filter, const std::optional<core::AuditPosition>& after,
                                    std::size_t limit) {
  AuditPage page;
  const auto take = [&page, limit](core::RecordedEntry entry) {
    page.more = page.entries.size() == limit;
    if (!page.more) page.entries.push_back(std::move(entry));
    return !page.more;
  };
  // One more shows whether there are more.
  auto done = walk(file_, NewestFirst(filter, after), std::max(limit, limit + 1), EntryText(filter.text), take);
  if (!done) return std::unexpected(std::move(done.error()));
  return page;
}

Result<std::optional<core::RecordedEntry>> SqliteStore::find(const std::string& organization_uid,
                                                             const std::string& id) {
  return with_id_reader(file_, [&](IndexedConnection& indexed) { return find_entry(indexed, organization_uid, id); });
}

Result<void> SqliteStore::scan(const core::AuditFilter& filter, const AuditVisitor& visit) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  return walk(file_, NewestFirst(filter, {}), kAll, EntryText(filter.text), visit);
}

Result<AuditTail> SqliteStore::recorded_after(std::int64_t row, const core::AuditFilter& filter, std::size_t limit) {
  return with_reader(file_,
                     [&](Connection& connection) { return store::recorded_after(connection, row, filter, limit); });
}

Result<std::int64_t> SqliteStore::newest_row() {
  return with_reader(file_, [](Connection& connection) { return store::newest_row(connection); });
}

Result<std::int64_t> SqliteStore::removed_row() {
  return with_reader(file_, [](Connection& connection) { return store::removed_row(connection); });
}

Result<std::uint64_t> SqliteStore::trim(const std::string& organization_uid, core::Timestamp before,
                                        const std::stop_token& stop) {
  std::uint64_t removed = 0;
  std::int64_t week = std::numeric_limits<std::int64_t>::min();
  while (!stop.stop_requested()) {
    const auto trimmed = with_writer(file_, [&](IndexedConnection& indexed) {
      return trim_some(indexed.connection, organization_uid, before, week);
    });
    if (!trimmed) return std::unexpected(trimmed.error());
    removed += trimmed->removed;
    week = trimmed->next_week;
    if (!trimmed->more) break;
  }
  return removed;
}

Result<std::vector<KnownOrganization>> SqliteStore::organizations() {
  return with_reader(file_, [](Connection& connection) { return known_organizations(connection); });
}

Result<std::vector<LeafHash>> SqliteStore::leaves(const std::string& organization_uid, std::uint64_t from_index,
                                                  std::size_t limit) {
  return with_reader(
      file_, [&](Connection& connection) { return read_leaves(connection, organization_uid, from_index, limit); });
}

Result<void> SqliteStore::mark(const std::string& name, const std::string& text) {
  return with_writer(file_, [&](IndexedConnection& indexed) { return write_mark(indexed.connection, name, text); });
}

Result<std::optional<std::string>> SqliteStore::marked(const std::string& name) {
  return with_reader(file_, [&](Connection& connection) { return read_mark(connection, name); });
}

}  // namespace guildhall::store
