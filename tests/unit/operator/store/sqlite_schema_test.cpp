#include "operator/store/sqlite_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>

#include "operator/store/sqlite_store.hpp"
#include "tests/unit/operator/store/sample_entries.hpp"
#include "tests/unit/operator/store/temporary_directory.hpp"

namespace guildhall::store {
namespace {

using core::ErrorKind;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class SqliteSchemaTest : public ::testing::Test {
 protected:
  Connection connect() {
    if (!fs::exists(file_)) make_empty();
    return std::move(*Connection::open(file_, Connection::Access::ReadWrite));
  }
  void make_empty() { const std::ofstream made(file_); }
  /// By the statements of a file beside this one.
  void make_by(const std::string& statements) {
    std::ifstream written(fs::path(GUILDHALL_SOURCE_DIR) / "tests/unit/operator/store" / statements);
    const auto done = connect().execute({std::istreambuf_iterator<char>(written), {}});
    ASSERT_TRUE(done) << done.error().describe();
  }
  /// With these steps instead of ours.
  core::Result<void> migrate_by(std::span<const std::string> steps) {
    Connection connection = connect();
    return migrate(connection, file_, steps);
  }

  TemporaryDirectory directory_;
  const fs::path file_ = directory_.path() / "records.db";
};

TEST_F(SqliteSchemaTest, StepsFollowEachOtherAndAreDoneOnce) {
  const std::array<std::string, 2> steps = {"CREATE TABLE first (number INTEGER)",
                                            "CREATE TABLE second (number INTEGER); INSERT INTO second VALUES (2)"};
  ASSERT_TRUE(migrate_by(std::span(steps).first(1)));
  ASSERT_TRUE(migrate_by(steps));
  ASSERT_TRUE(migrate_by(steps));
  Connection connection = connect();
  EXPECT_EQ(*connection.integer_of("SELECT count(*) FROM first"), 0);
  EXPECT_EQ(*connection.integer_of("SELECT count(*) FROM second"), 1);
  EXPECT_EQ(*connection.integer_of("PRAGMA user_version"), 2);
}

TEST_F(SqliteSchemaTest, AStepThatFailsLeavesTheVersionBeforeIt) {
  const std::array<std::string, 2> steps = {"CREATE TABLE first (number INTEGER)",
                                            "CREATE TABLE second (number INTEGER); SELECT nonsense"};
  const auto failed = migrate_by(steps);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().describe(), HasSubstr("cannot be brought to version 2; it stays as it was"));
  Connection connection = connect();
  EXPECT_EQ(*connection.integer_of("PRAGMA user_version"), 1);
  EXPECT_FALSE(connection.integer_of("SELECT count(*) FROM second"));
}

/// As version 1 wrote it, by hand: what was released stays readable, whatever the steps say today.
TEST_F(SqliteSchemaTest, AFileOfTheFirstVersionStaysReadable) {
  const core::AuditEntry entry = sample_entry("00ff");
  make_by("version_1.sql");
  SqliteStore store(file_);
  const auto found = store.find("uid-of-acme", "00ff");
  ASSERT_TRUE(found) << found.error().describe();
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->entry, entry);
  EXPECT_EQ((*found)->index, 1U);
  EXPECT_EQ(*store.leaves("uid-of-acme", 1, 1), std::vector{leaf_hash(core::canonical_audit_entry(entry))});
  EXPECT_EQ(*store.marked("complete until"), "noon");
  const auto organizations = *store.organizations();
  ASSERT_EQ(organizations.size(), 1U);
  EXPECT_EQ(organizations[0].trimmed_until, kNoon - std::chrono::days(2) + std::chrono::microseconds(1));
  EXPECT_EQ(store.append(std::vector{sample_entry("02")})->at(0).index, 2U);
  EXPECT_EQ(*store.trim("uid-of-acme", kNoon + std::chrono::seconds(1), {}), 2U);
}

TEST_F(SqliteSchemaTest, IdsOfTheFirstVersionStayKnownAsSegments) {
  make_by("version_1_later.sql");
  const std::vector<std::string> ids = {"00ff", "01", "not hexadecimal", "02"};
  {
    SqliteStore store(file_);
    EXPECT_EQ(*store.known(ids), ids);
    std::vector<core::AuditEntry> told;
    for (const std::string& id : ids) {
      told.push_back(sample_entry(id));
      const auto found = store.find("uid-of-acme", id);
      ASSERT_TRUE(found && *found) << id;
      EXPECT_EQ((*found)->entry, told.back());
    }
    EXPECT_THAT(*store.append(told), IsEmpty());
    EXPECT_EQ(*store.removed_row(), 39999);
    EXPECT_EQ(store.append(std::vector{sample_entry("03", std::chrono::seconds(1))})->at(0).position.row, 40001);
    EXPECT_EQ(*store.trim("uid-of-acme", kNoon + std::chrono::seconds(1), {}), 4U);
    EXPECT_THAT(*store.known(ids), IsEmpty());
  }
  Connection connection = connect();
  EXPECT_EQ(*connection.integer_of("SELECT count(*) FROM entry_ids"), 1);
  EXPECT_EQ(*connection.integer_of("SELECT segment FROM entry_ids"), 32769);
  EXPECT_EQ(*connection.integer_of("SELECT sum(first_row) FROM segments"), 1 + 16385 + 32769);
}

TEST_F(SqliteSchemaTest, AReaderWaitsForTheSecondVersion) {
  make_by("version_1_later.sql");
  const std::string before = content_of(file_);
  const auto opened = SqliteStore(file_, Mode::ReadOnly).open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr("is of version 1, and this Guildhall reads version 2"));
  EXPECT_EQ(content_of(file_), before);
}

TEST_F(SqliteSchemaTest, ANewerVersionIsRefusedAndNotTouched) {
  ASSERT_TRUE(SqliteStore(file_).open());
  ASSERT_TRUE(connect().execute("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)"));
  const std::string before = content_of(file_);
  for (const Mode mode : {Mode::ReadWrite, Mode::ReadOnly}) {
    SqliteStore store(file_, mode);
    const auto opened = store.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::Invalid);
    EXPECT_THAT(opened.error().message, HasSubstr(file_.string()));
    EXPECT_THAT(opened.error().message, HasSubstr("newer Guildhall (version 99"));
    EXPECT_FALSE(store.page({}, {}, 1));
  }
  EXPECT_EQ(content_of(file_), before);
}

TEST_F(SqliteSchemaTest, AnotherProgramsDatabaseIsRefusedAndNotTouched) {
  ASSERT_TRUE(connect().execute("CREATE TABLE theirs (number INTEGER)"));
  const std::string before = content_of(file_);
  const auto opened = SqliteStore(file_).open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Invalid);
  EXPECT_THAT(opened.error().message, HasSubstr("another program's"));
  EXPECT_EQ(content_of(file_), before);
}

TEST_F(SqliteSchemaTest, WhatIsNoDatabaseIsRefusedAndNotTouched) {
  const std::string before(10'000, 'x');
  std::ofstream(file_) << before;
  const auto opened = SqliteStore(file_).open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Invalid);
  EXPECT_THAT(opened.error().message, HasSubstr("no SQLite database"));
  EXPECT_EQ(content_of(file_), before);
}

TEST_F(SqliteSchemaTest, AReaderWaitsForTheFirstVersion) {
  make_empty();
  const auto opened = SqliteStore(file_, Mode::ReadOnly).open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr("has yet to bring it there"));
}

class DamagedFileTest : public SqliteSchemaTest, public ::testing::WithParamInterface<Mode> {
 protected:
  /// Over the pages behind the first.
  void damage() {
    std::fstream stream(file_, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = fs::file_size(file_);
    for (std::uintmax_t at = 8192; at + 64 < size; at += 8192) {
      stream.seekp(static_cast<std::streamoff>(at));
      stream << std::string(64, '\x5a');
    }
  }
};

TEST_P(DamagedFileTest, IsSaidAndNotTouched) {
  {
    SqliteStore store(file_);
    ASSERT_TRUE(store.append(many_entries(200, std::chrono::seconds(0))));
  }
  ASSERT_TRUE(connect().execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  damage();
  const std::string before = content_of(file_);
  SqliteStore store(file_, GetParam());
  const auto opened = store.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Internal);
  EXPECT_THAT(opened.error().message, HasSubstr(file_.string() + " is damaged"));
  EXPECT_THAT(opened.error().message, HasSubstr("backup"));
  EXPECT_THAT(opened.error().message, testing::Not(HasSubstr("\n"))) << "it stands in a condition and in a log line";
  // Who only reads gets what can be read.
  if (GetParam() == Mode::ReadWrite) {
    EXPECT_FALSE(store.page({}, {}, 1));
  }
  EXPECT_FALSE(store.append(std::vector{sample_entry("late")}));
  EXPECT_EQ(content_of(file_), before);
}

INSTANTIATE_TEST_SUITE_P(Modes, DamagedFileTest, ::testing::Values(Mode::ReadWrite, Mode::ReadOnly));

TEST_F(SqliteSchemaTest, AnEntryThatCannotBeReadIsSaid) {
  {
    SqliteStore store(file_);
    ASSERT_TRUE(store.append(std::vector{sample_entry("01")}));
  }
  ASSERT_TRUE(connect().execute("UPDATE entries SET body = '{}'"));
  const auto page = SqliteStore(file_).page({}, {}, 1);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::Internal);
  EXPECT_THAT(page.error().message, HasSubstr("row 1 holds"));
}

}  // namespace
}  // namespace guildhall::store
