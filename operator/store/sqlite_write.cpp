#include "operator/store/sqlite_write.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "operator/store/leaf_hash.hpp"
#include "operator/store/sqlite_read.hpp"
#include "operator/store/sqlite_selection.hpp"
#include "operator/store/stored_id.hpp"

namespace guildhall::store {
namespace {

using core::Result;

constexpr std::size_t kTrimmedAtOnce = 500;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

std::int64_t microseconds_of(core::Timestamp time) {
  return time.time_since_epoch().count();
}

/// A log that a batch adds to.
struct Log {
  std::int64_t number = 0;  // 0: it is to begin
  std::int64_t next_index = 0;
  std::int64_t trimmed_until = kNever;
  const core::AuditOrganization* newest = nullptr;  // as the batch has it; null: nothing was added
};

/// The statements of one batch.
struct Statements {
  Query read_log;
  Query add_log;
  Query add_id;
  Query add_entry;
  Query add_leaf;
};

Result<Statements> prepare(Connection& connection) {
  auto read_log =
      connection.query("SELECT number, next_index, ifnull(trimmed_until, ?2) FROM organizations WHERE uid = ?1");
  if (!read_log) return std::unexpected(std::move(read_log.error()));
  auto add_log = connection.query("INSERT INTO organizations (uid, name, home) VALUES (?1, ?2, ?3) RETURNING number");
  if (!add_log) return std::unexpected(std::move(add_log.error()));
  auto add_id = connection.query("INSERT OR IGNORE INTO entry_ids (segment, id, row) VALUES (?1, ?2, ?3)");
  if (!add_id) return std::unexpected(std::move(add_id.error()));
  auto add_entry = connection.query(
      "INSERT INTO entries (row, organization, place, time, week, action, email, object, outcome, scope, body) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
  if (!add_entry) return std::unexpected(std::move(add_entry.error()));
  auto add_leaf = connection.query("INSERT INTO leaves (organization, place, row, hash) VALUES (?1, ?2, ?3, ?4)");
  if (!add_leaf) return std::unexpected(std::move(add_leaf.error()));
  return Statements{std::move(*read_log), std::move(*add_log), std::move(*add_id), std::move(*add_entry),
                    std::move(*add_leaf)};
}

/// What is recorded of an entry in which something was no UTF-8: it as its canonical form reads. Unset: all was.
std::optional<core::AuditEntry> with_replacements(const std::string& canonical) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  if (canonical.find(kReplacement) == std::string::npos) return std::nullopt;
  auto read = core::parse_audit_entry(canonical);
  return read ? std::optional(std::move(*read)) : std::nullopt;
}

class Batch {
 public:
  Batch(IndexedConnection& indexed, Statements& statements, std::int64_t newest_row)
      : connection_(indexed.connection), ids_(indexed.ids), statements_(statements), newest_row_(newest_row) {}

  Result<void> add(const core::AuditEntry& entry);
  /// Writes down how far rows and indexes are.
  Result<void> finish();
  std::vector<core::RecordedEntry>& added() { return added_; }

 private:
  /// Whether it was unknown.
  Result<bool> add_id(const StoredId& id);
  Result<Log*> log_of(const core::AuditOrganization& organization);
  Result<Log> read_log(const std::string& uid);
  Result<void> begin(const core::AuditOrganization& organization, Log& log);
  Result<void> record(const core::AuditEntry& entry, Log& log);
  Result<void> keep_newest_row();
  Result<void> begin_segment();

  Connection& connection_;
  const IdIndex& ids_;
  Statements& statements_;
  std::int64_t newest_row_;
  std::unordered_map<std::string_view, Log> logs_;  // by UID
  std::vector<core::RecordedEntry> added_;
};

Result<Log> Batch::read_log(const std::string& uid) {
  Query& read = statements_.read_log;
  read.bind_all(uid, kNever);
  const auto found = read.next();
  if (!found) return std::unexpected(found.error());
  Log log;
  if (*found) log = {.number = read.integer(0), .next_index = read.integer(1), .trimmed_until = read.integer(2)};
  read.rewind();
  return log;
}

Result<void> Batch::begin(const core::AuditOrganization& organization, Log& log) {
  Query& add = statements_.add_log;
  add.bind_all(organization.uid, organization.name, organization.home);
  if (const auto done = add.next(); !done) return std::unexpected(done.error());
  log.number = add.integer(0);
  add.rewind();
  return {};
}

Result<Log*> Batch::log_of(const core::AuditOrganization& organization) {
  const auto found = logs_.find(organization.uid);
  if (found != logs_.end()) return &found->second;
  auto log = read_log(organization.uid);
  if (!log) return std::unexpected(std::move(log.error()));
  return &logs_.emplace(organization.uid, *log).first->second;
}

Result<void> Batch::add(const core::AuditEntry& entry) {
  auto log = log_of(entry.organization);
  if (!log) return std::unexpected(std::move(log.error()));
  if (microseconds_of(entry.time) < (*log)->trimmed_until) return {};
  const auto is_new = add_id(StoredId(entry.id));
  if (!is_new) return std::unexpected(is_new.error());
  return *is_new ? record(entry, **log) : Result<void>{};
}

Result<bool> Batch::add_id(const StoredId& id) {
  const auto finished = ids_.find_finished(connection_, id);
  if (!finished) return std::unexpected(finished.error());
  if (*finished) return false;
  Query& add = statements_.add_id;
  add.bind(1, ids_.active_segment());
  id.bind_to(add, 2);
  add.bind(3, newest_row_ + 1);
  if (auto done = add.run(); !done) return std::unexpected(std::move(done.error()));
  return connection_.changes() != 0;
}

Result<void> Batch::record(const core::AuditEntry& entry, Log& log) {
  if (log.number == 0) {
    if (auto done = begin(entry.organization, log); !done) return done;
  }
  const std::string canonical = core::canonical_audit_entry(entry);
  const LeafHash leaf = leaf_hash(canonical);
  const std::optional<core::AuditEntry> replaced = with_replacements(canonical);
  const core::AuditEntry& recorded = replaced ? *replaced : entry;
  const std::string object = recorded.object.to_string();
  const std::int64_t time = microseconds_of(recorded.time);
  const std::int64_t row = ++newest_row_;
  const std::int64_t index = log.next_index++;
  log.newest = &entry.organization;
  statements_.add_entry.bind_all(row, log.number, index, time, week_of(time), recorded.action, recorded.actor.email,
                                 object, core::word_of(recorded.outcome), core::word_of(recorded.scope), canonical);
  if (auto done = statements_.add_entry.run(); !done) return done;
  statements_.add_leaf.bind_all(log.number, index, row, std::span<const std::uint8_t>(leaf));
  if (auto done = statements_.add_leaf.run(); !done) return done;
  added_.push_back(
      {.entry = recorded, .index = static_cast<std::uint64_t>(index), .position = {.time = recorded.time, .row = row}});
  return {};
}

Result<void> Batch::finish() {
  auto keep = connection_.query("UPDATE organizations SET next_index = ?2, name = ?3, home = ?4 WHERE number = ?1");
  if (!keep) return std::unexpected(std::move(keep.error()));
  for (const auto& [uid, log] : logs_) {
    if (log.newest == nullptr) continue;
    keep->bind_all(log.number, log.next_index, log.newest->name, log.newest->home);
    if (auto done = keep->run(); !done) return done;
  }
  if (auto done = keep_newest_row(); !done) return done;
  return ids_.is_full(newest_row_) ? begin_segment() : Result<void>{};
}

Result<void> Batch::keep_newest_row() {
  auto newest = connection_.query("UPDATE newest SET row = ?1");
  if (!newest) return std::unexpected(std::move(newest.error()));
  newest->bind(1, newest_row_);
  return newest->run();
}

Result<void> Batch::begin_segment() {
  auto begin = connection_.query("INSERT INTO segments (first_row) VALUES (?1 + 1)");
  if (!begin) return std::unexpected(std::move(begin.error()));
  begin->bind(1, newest_row_);
  return begin->run();
}

/// An entry that retention is to remove.
struct Old {
  std::int64_t row = 0;
  std::string id;
  std::int64_t time = 0;
};

Result<std::vector<Old>> find_old(Connection& connection, std::int64_t number, std::int64_t before, std::int64_t week) {
  auto query = connection.query(
      "SELECT row, time, body FROM entries INDEXED BY by_organization WHERE week = ?1 AND organization = ?2 AND "
      "time < ?3 ORDER BY time LIMIT ?4");
  if (!query) return std::unexpected(std::move(query.error()));
  query->bind_all(week, number, before, static_cast<std::int64_t>(kTrimmedAtOnce));
  std::vector<Old> found;
  while (true) {
    const auto row = query->next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    const StoredEntry stored{
        .position = {.time = {}, .row = query->integer(0)}, .index = 0, .canonical = std::string(query->text(2))};
    auto parsed = parse_stored(stored);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    found.push_back({.row = query->integer(0), .id = std::move(parsed->entry.id), .time = query->integer(1)});
  }
}

Result<void> remove(Connection& connection, std::span<const Old> entries) {
  auto remove_id = connection.query(
      "DELETE FROM entry_ids WHERE segment = (SELECT max(first_row) FROM segments WHERE first_row <= ?1) AND id = ?2");
  if (!remove_id) return std::unexpected(std::move(remove_id.error()));
  auto remove_entry = connection.query("DELETE FROM entries WHERE row = ?1");
  if (!remove_entry) return std::unexpected(std::move(remove_entry.error()));
  auto note = connection.query("UPDATE newest SET removed = max(removed, ?1)");
  if (!note) return std::unexpected(std::move(note.error()));
  note->bind(1, std::ranges::max(entries, {}, &Old::row).row);
  if (auto done = note->run(); !done) return done;
  for (const Old& entry : entries) {
    const StoredId id(entry.id);
    remove_id->bind(1, entry.row);
    id.bind_to(*remove_id, 2);
    if (auto done = remove_id->run(); !done) return done;
    remove_entry->bind(1, entry.row);
    if (auto done = remove_entry->run(); !done) return done;
  }
  return {};
}

/// What was removed is not to come back, and the first index is that of what is left.
Result<void> note_trimmed(Connection& connection, std::int64_t number, std::int64_t until) {
  auto note = connection.query(
      "UPDATE organizations SET trimmed_until = max(ifnull(trimmed_until, ?2), ?2), first_index = ifnull("
      "(SELECT leaves.place FROM leaves CROSS JOIN entries ON entries.row = leaves.row "
      "WHERE leaves.organization = ?1 AND leaves.place >= first_index ORDER BY leaves.place LIMIT 1), next_index) "
      "WHERE number = ?1");
  if (!note) return std::unexpected(std::move(note.error()));
  note->bind_all(number, until);
  return note->run();
}

/// The first week from that one on in which anybody has entries.
Result<std::optional<std::int64_t>> first_week(Connection& connection, std::int64_t from) {
  auto query = connection.query("SELECT min(week) FROM entries INDEXED BY by_organization WHERE week >= ?1");
  if (!query) return std::unexpected(std::move(query.error()));
  query->bind(1, from);
  if (const auto row = query->next(); !row) return std::unexpected(row.error());
  return query->is_null(0) ? std::nullopt : std::optional(query->integer(0));
}

}  // namespace

Result<std::vector<core::RecordedEntry>> append_entries(IndexedConnection& indexed,
                                                        std::span<const core::AuditEntry> entries) {
  Connection& connection = indexed.connection;
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  const auto newest_row = connection.integer_of("SELECT row FROM newest");
  if (!newest_row) return std::unexpected(newest_row.error());
  auto statements = prepare(connection);
  if (!statements) return std::unexpected(std::move(statements.error()));
  if (auto done = indexed.ids.catch_up(connection); !done) return std::unexpected(std::move(done.error()));
  Batch batch(indexed, *statements, *newest_row);
  for (const core::AuditEntry& entry : entries) {
    if (auto done = batch.add(entry); !done) return std::unexpected(std::move(done.error()));
  }
  if (batch.added().empty()) return std::vector<core::RecordedEntry>{};
  if (auto done = batch.finish(); !done) return std::unexpected(std::move(done.error()));
  if (auto done = transaction->commit(); !done) return std::unexpected(std::move(done.error()));
  return std::move(batch.added());
}

Result<Trimmed> trim_some(Connection& connection, const std::string& organization_uid, core::Timestamp before,
                          std::int64_t from_week) {
  const std::int64_t limit = microseconds_of(before);
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  const auto number = organization_number(connection, organization_uid);
  if (!number) return std::unexpected(number.error());
  const auto week = first_week(connection, from_week);
  if (!week) return std::unexpected(week.error());
  if (!*number || !*week || **week > week_of(limit)) return Trimmed{};
  const auto old = find_old(connection, **number, limit, **week);
  if (!old) return std::unexpected(old.error());
  // A full batch may have left some of this week.
  const Trimmed trimmed{
      .removed = old->size(), .next_week = old->size() < kTrimmedAtOnce ? **week + 1 : **week, .more = true};
  if (old->empty()) return trimmed;
  if (auto done = remove(connection, *old); !done) return std::unexpected(std::move(done.error()));
  const std::int64_t until = std::ranges::max(*old, {}, &Old::time).time + 1;
  if (auto done = note_trimmed(connection, **number, until); !done) return std::unexpected(std::move(done.error()));
  if (auto done = transaction->commit(); !done) return std::unexpected(std::move(done.error()));
  return trimmed;
}

Result<void> write_mark(Connection& connection, const std::string& name, const std::string& text) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  auto keep = connection.query("INSERT OR REPLACE INTO marks (name, text) VALUES (?1, ?2)");
  if (!keep) return std::unexpected(std::move(keep.error()));
  keep->bind_all(name, text);
  if (auto done = keep->run(); !done) return done;
  return transaction->commit();
}

}  // namespace guildhall::store
