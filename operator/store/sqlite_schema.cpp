#include "operator/store/sqlite_schema.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "operator/store/sqlite_errors.hpp"

namespace guildhall::store {
namespace {

using core::ErrorKind;

constexpr std::int64_t kApplicationId = 0x474c4841;  // "GLHA"

// Times are microseconds since 1970. A week is the seven days that begin on Thursdays, as 1970 did: what comes first in
// an index, so that the pages that are written to are those of this week, not those of all years
// (docs/decisions/0024-what-the-log-is-kept-in.md).
constexpr const char* kFirstVersion = R"(
CREATE TABLE organizations (
  number        INTEGER PRIMARY KEY,
  uid           TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  home          TEXT NOT NULL,
  first_index   INTEGER NOT NULL DEFAULT 0,
  next_index    INTEGER NOT NULL DEFAULT 0,
  trimmed_until INTEGER
) STRICT;

CREATE TABLE entries (
  row          INTEGER PRIMARY KEY,
  organization INTEGER NOT NULL,
  place        INTEGER NOT NULL,
  time         INTEGER NOT NULL,
  week         INTEGER NOT NULL,
  action       TEXT NOT NULL,
  email        TEXT NOT NULL,
  object       TEXT NOT NULL,
  outcome      TEXT NOT NULL,
  scope        TEXT NOT NULL,
  body         TEXT NOT NULL
) STRICT;
CREATE INDEX by_time ON entries (time);
CREATE INDEX by_organization ON entries (week, organization, time);
CREATE INDEX by_action ON entries (week, action, organization, time);
CREATE INDEX by_email ON entries (week, email, organization, time) WHERE email <> '';
CREATE INDEX by_object ON entries (week, object, organization, time);

CREATE TABLE entry_ids (
  id  ANY PRIMARY KEY NOT NULL,
  row INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE leaves (
  organization INTEGER NOT NULL,
  place        INTEGER NOT NULL,
  row          INTEGER NOT NULL,
  hash         BLOB NOT NULL,
  PRIMARY KEY (organization, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE newest (row INTEGER NOT NULL, removed INTEGER NOT NULL) STRICT;
INSERT INTO newest (row, removed) VALUES (0, 0);

CREATE TABLE marks (
  name TEXT PRIMARY KEY NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)";

// Ids by segments of the log (sqlite_id_index.hpp): they are hashes, so an index of all of them is written to all over.
// Read in order of ids, as here, it fills all segments at once, without a sorter's temporary file. The first files of
// version 1 have no newest.removed.
constexpr const char* kSecondVersion = R"(
PRAGMA cache_size = -16384;
ALTER TABLE newest RENAME TO former_newest;
CREATE TABLE newest (row INTEGER NOT NULL, removed INTEGER NOT NULL) STRICT;
INSERT INTO newest (row, removed)
  SELECT row, (SELECT removed FROM former_newest) FROM (SELECT 0 AS removed), former_newest;
DROP TABLE former_newest;

ALTER TABLE entry_ids RENAME TO former_ids;
CREATE TABLE segments (first_row INTEGER PRIMARY KEY) STRICT;
INSERT INTO segments (first_row)
  SELECT (row - 1) / 16384 * 16384 + 1 FROM former_ids UNION SELECT row / 16384 * 16384 + 1 FROM newest;
CREATE TABLE entry_ids (
  segment INTEGER NOT NULL,
  id      ANY NOT NULL,
  row     INTEGER NOT NULL,
  PRIMARY KEY (segment, id)
) STRICT, WITHOUT ROWID;
INSERT INTO entry_ids (segment, id, row) SELECT (row - 1) / 16384 * 16384 + 1, id, row FROM former_ids;
DROP TABLE former_ids;
)";

core::Error invalid(std::string message) {
  return {.kind = ErrorKind::Invalid,
          .message = std::move(message),
          .object = {},
          .reason = {},
          .retry_after = {},
          .cause = {}};
}

struct Identity {
  bool is_empty = false;
  std::int64_t version = 0;
};

/// What the file is; an error when it is not for this program. All of it at one moment: another may be making it.
core::Result<Identity> identify(Connection& connection, const std::filesystem::path& file, std::size_t newest) {
  auto asked = connection.query(
      "SELECT (SELECT count(*) FROM sqlite_schema), application_id, user_version "
      "FROM pragma_application_id, pragma_user_version");
  if (!asked) return std::unexpected(std::move(asked.error()));
  const auto row = asked->next();
  if (!row) return std::unexpected(row.error());
  const std::int64_t application = asked->integer(1);
  const std::int64_t version = asked->integer(2);
  if (asked->integer(0) == 0 && application == 0 && version == 0) return Identity{.is_empty = true, .version = 0};
  if (application != kApplicationId)
    return std::unexpected(invalid(fmt::format(
        "{} is another program's database: move it away or name another file; it is not touched", file.string())));
  if (version > static_cast<std::int64_t>(newest))
    return std::unexpected(invalid(
        fmt::format("{} was written by a newer Guildhall (version {}; this one knows versions up to {}): run the newer "
                    "one again, or put back the backup from before it; it is not touched",
                    file.string(), version, newest)));
  return Identity{.is_empty = false, .version = version};
}

core::Result<void> check_journal(Connection& connection, const std::filesystem::path& file) {
  auto mode = connection.query("PRAGMA journal_mode");
  if (!mode) return std::unexpected(std::move(mode.error()));
  const auto row = mode->next();
  if (!row) return std::unexpected(row.error());
  if (mode->text(0) == "wal") return {};
  return std::unexpected(invalid(
      fmt::format("the volume of {} cannot share memory between processes, which SQLite's WAL needs: name a file "
                  "on a local volume",
                  file.string())));
}

/// Where several do it at once, SQLite says to all but one that the file is busy, and waits for nobody: each would wait
/// for the others (sqlite3_busy_handler). Who begins to write waits until the one is done.
core::Result<void> use_wal(Connection& connection, const std::string& page_size) {
  constexpr int kTries = 50;
  for (int tries = 1;; ++tries) {
    auto done = connection.execute(page_size + "PRAGMA journal_mode = WAL");
    if (done || done.error().kind != core::ErrorKind::Unavailable || tries == kTries) return done;
    if (auto waited = connection.execute("BEGIN IMMEDIATE; COMMIT"); !waited) return waited;
  }
}

/// In one transaction with its number, unless another process was first.
core::Result<void> carry_out(Connection& connection, const std::string& step, std::int64_t version) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  const auto standing = connection.integer_of("PRAGMA user_version");
  if (!standing) return std::unexpected(standing.error());
  if (*standing >= version) return {};
  const auto done = connection.execute(
      fmt::format("{}; PRAGMA application_id = {}; PRAGMA user_version = {}", step, kApplicationId, version));
  if (!done) return done;
  return transaction->commit();
}

}  // namespace

std::span<const std::string> schema_steps() {
  static const std::array<std::string, 2> kSteps{kFirstVersion, kSecondVersion};
  return kSteps;
}

core::Result<void> migrate(Connection& connection, const std::filesystem::path& file,
                           std::span<const std::string> steps) {
  const auto identity = identify(connection, file, steps.size());
  if (!identity) return std::unexpected(identity.error());
  // The size of a page is settled when the first is written.
  const std::string page_size = identity->is_empty ? "PRAGMA page_size = 8192;" : "";
  if (auto done = use_wal(connection, page_size); !done) return done;
  if (auto done = check_journal(connection, file); !done) return done;
  for (auto version = static_cast<std::size_t>(identity->version); version < steps.size(); ++version) {
    auto done = carry_out(connection, steps[version], static_cast<std::int64_t>(version) + 1);
    if (!done)
      return core::fail(
          fmt::format("{} cannot be brought to version {}; it stays as it was", file.string(), version + 1),
          std::move(done.error()));
  }
  return {};
}

core::Result<void> check_version(Connection& connection, const std::filesystem::path& file) {
  const auto identity = identify(connection, file, schema_steps().size());
  if (!identity) return std::unexpected(identity.error());
  if (identity->version == static_cast<std::int64_t>(schema_steps().size())) return {};
  return core::fail(ErrorKind::Unavailable,
                    fmt::format("{} is of version {}, and this Guildhall reads version {}: the one that writes has yet "
                                "to bring it there",
                                file.string(), identity->version, schema_steps().size()));
}

core::Result<void> check_integrity(Connection& connection, const std::filesystem::path& file) {
  auto check = connection.query("PRAGMA quick_check(1)");
  if (!check) return std::unexpected(std::move(check.error()));
  const auto row = check->next();
  if (!row) return std::unexpected(row.error());
  if (check->text(0) == "ok") return {};
  return std::unexpected(damaged(file, std::string(check->text(0))));
}

}  // namespace guildhall::store
