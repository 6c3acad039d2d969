// Ids over several segments of the log: what is known, to whom, and what retention leaves of it.
#include "operator/store/sqlite_id_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/store/sqlite_store.hpp"
#include "tests/unit/operator/store/sample_entries.hpp"
#include "tests/unit/operator/store/temporary_directory.hpp"

namespace guildhall::store {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t kLength = 4;

/// "many-FIRST" and those after it.
std::vector<core::AuditEntry> entries_from(int first, int count) {
  const std::vector<core::AuditEntry> all = many_entries(first + count, seconds(1));
  return {all.begin() + first, all.end()};
}

std::vector<std::string> ids_from(int first, int count) {
  std::vector<std::string> ids;
  for (const core::AuditEntry& entry : entries_from(first, count))
    ids.push_back(entry.id);
  return ids;
}

class SqliteIdIndexTest : public ::testing::Test {
 protected:
  /// One by one.
  static void append(SqliteStore& store, int first, int count) {
    for (const core::AuditEntry& entry : entries_from(first, count)) {
      const auto added = store.append(std::vector{entry});
      ASSERT_TRUE(added) << added.error().describe();
      ASSERT_THAT(ids_of(*added), ElementsAre(entry.id));
    }
  }
  std::vector<std::int64_t> segments() {
    Connection connection = *Connection::open(file_, Connection::Access::ReadOnly);
    Query query = *connection.query("SELECT first_row FROM segments ORDER BY first_row");
    std::vector<std::int64_t> found;
    while (*query.next())
      found.push_back(query.integer(0));
    return found;
  }

  TemporaryDirectory directory_;
  const std::filesystem::path file_ = directory_.path() / "records.db";
};

TEST_F(SqliteIdIndexTest, ASegmentEndsWithTheBatchThatFillsIt) {
  SqliteStore store(file_, Mode::ReadWrite, kLength);
  append(store, 0, 3);
  EXPECT_THAT(segments(), ElementsAre(1));
  append(store, 3, 1);
  EXPECT_THAT(segments(), ElementsAre(1, 5));
  ASSERT_TRUE(store.append(entries_from(4, 11)));
  EXPECT_THAT(segments(), ElementsAre(1, 5, 16));
  ASSERT_THAT(*store.append(entries_from(0, 15)), IsEmpty());
  EXPECT_THAT(segments(), ElementsAre(1, 5, 16));
}

TEST_F(SqliteIdIndexTest, AnIdIsKnownInWhateverSegment) {
  constexpr int kEntries = 70 * kLength + 2;
  SqliteStore store(file_, Mode::ReadWrite, kLength);
  append(store, 0, kEntries);
  SqliteStore later(file_, Mode::ReadWrite, kLength);
  for (SqliteStore* one : {&store, &later}) {
    EXPECT_THAT(*one->append(entries_from(0, kEntries)), IsEmpty());
    EXPECT_EQ(*one->known(ids_from(0, kEntries)), ids_from(0, kEntries));
    EXPECT_THAT(*one->known(ids_from(kEntries, 500)), IsEmpty());
    for (const core::AuditEntry& entry : entries_from(0, kEntries)) {
      const auto found = *one->find("uid-of-acme", entry.id);
      ASSERT_TRUE(found) << entry.id;
      EXPECT_EQ(found->entry, entry);
    }
  }
}

TEST_F(SqliteIdIndexTest, AStoreAsksPastTheEndOfASegmentThatAnotherHasWritten) {
  SqliteStore writing(file_, Mode::ReadWrite, kLength);
  SqliteStore reading(file_, Mode::ReadOnly);
  ASSERT_TRUE(writing.open());
  for (int count = 1; count < 5 * static_cast<int>(kLength); ++count) {
    append(writing, count - 1, 1);
    EXPECT_EQ(*reading.known(ids_from(0, count + 1)), ids_from(0, count));
    EXPECT_TRUE(reading.find("", ids_from(count - 1, 1)[0])->has_value());
  }
}

TEST_F(SqliteIdIndexTest, TwoThatWriteKnowEachOthersIds) {
  SqliteStore one(file_, Mode::ReadWrite, kLength);
  SqliteStore other(file_, Mode::ReadWrite, 3 * kLength);
  append(one, 0, 1);
  append(other, 1, 1);
  append(one, 2, 20);
  EXPECT_THAT(*other.append(entries_from(0, 22)), IsEmpty());
  append(other, 22, 20);
  EXPECT_THAT(*one.append(entries_from(0, 42)), IsEmpty());
}

TEST_F(SqliteIdIndexTest, RetentionTakesIdsOutOfFinishedSegmentsAndTheActiveOne) {
  constexpr int kEntries = 5 * kLength + 2;
  SqliteStore store(file_, Mode::ReadWrite, kLength);
  append(store, 0, kEntries);
  ASSERT_TRUE(store.append(std::vector{sample_entry("late", seconds(1))}));
  EXPECT_EQ(*store.known(ids_from(0, kEntries)), ids_from(0, kEntries)) << "so they are in the filters";
  ASSERT_EQ(*store.trim("uid-of-acme", kNoon + seconds(6), {}), 7U);
  EXPECT_EQ(*store.known(ids_from(0, kEntries)), ids_from(6, kEntries - 6));
  EXPECT_THAT(*store.known(std::vector<std::string>{"late"}), IsEmpty());
  EXPECT_THAT(*store.append(entries_from(0, kEntries)), IsEmpty()) << "retention remembers until when";
  EXPECT_THAT(ids_of(*store.append(std::vector{entry_in("globex", "many-0")})), ElementsAre("many-0"))
      << "another's, whose retention removed nothing";
  EXPECT_THAT(*store.known(std::vector<std::string>{"many-0"}), ElementsAre("many-0"));
  EXPECT_EQ(*store.trim("uid-of-acme", kNoon + std::chrono::days(1), {}), static_cast<std::uint64_t>(kEntries) - 6);
  Connection connection = *Connection::open(file_, Connection::Access::ReadOnly);
  EXPECT_EQ(*connection.integer_of("SELECT count(*) FROM entry_ids"), 1);
}

/// With 200 ids in filters for one all bits are set.
TEST_F(SqliteIdIndexTest, AFilterThatSaysMaybeWronglyIsNotBelieved) {
  constexpr int kEntries = 200;
  SqliteStore store(file_, Mode::ReadWrite, 1);
  ASSERT_TRUE(store.append(entries_from(0, kEntries)));
  ASSERT_TRUE(store.append(entries_from(kEntries, kEntries)));
  EXPECT_EQ(*store.known(ids_from(0, 3 * kEntries)), ids_from(0, 2 * kEntries));
  EXPECT_FALSE(store.find("", ids_from(2 * kEntries, 1)[0])->has_value());
  EXPECT_EQ(ids_of(*store.append(entries_from(0, 3 * kEntries))), ids_from(2 * kEntries, kEntries));
}

TEST_F(SqliteIdIndexTest, OfAFileThatTookAnothersPlaceNothingIsRemembered) {
  SqliteStore store(file_, Mode::ReadWrite, kLength);
  append(store, 0, 9);
  EXPECT_EQ(*store.known(ids_from(0, 9)), ids_from(0, 9));
  const std::filesystem::path backup = directory_.path() / "backup.db";
  {
    SqliteStore other(backup, Mode::ReadWrite, kLength);
    append(other, 100, 9);
  }
  for (const char* end : {"", "-wal", "-shm"}) {
    const std::filesystem::path from = backup.string() + end;
    std::filesystem::rename(from, file_.string() + end);
  }
  EXPECT_EQ(*store.known(ids_from(100, 9)), ids_from(100, 9));
  EXPECT_THAT(*store.known(ids_from(0, 9)), IsEmpty());
  EXPECT_THAT(*store.append(entries_from(100, 9)), IsEmpty());
  append(store, 0, 9);
}

}  // namespace
}  // namespace guildhall::store
