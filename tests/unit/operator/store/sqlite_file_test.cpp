#include "operator/store/sqlite_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <barrier>
#include <thread>

#include "operator/store/sqlite_store.hpp"
#include "tests/unit/operator/store/sample_entries.hpp"
#include "tests/unit/operator/store/temporary_directory.hpp"

namespace guildhall::store {
namespace {

using core::ErrorKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class SqliteFileTest : public ::testing::Test {
 protected:
  std::vector<std::string> ids(AuditStore& store) {
    const auto page = store.page({}, {}, 100);
    EXPECT_TRUE(page) << page.error().describe();
    return page ? ids_of(page->entries) : std::vector<std::string>();
  }

  TemporaryDirectory root_;
  const fs::path directory_ = root_.path() / "guildhall" / "records";
  const fs::path file_ = directory_ / "records.db";
};

TEST_F(SqliteFileTest, IsMadeWithItsDirectoryForTheOwnerAlone) {
  SqliteStore store(file_);
  ASSERT_TRUE(store.append(std::vector{sample_entry("01")}));
  for (const auto& one : fs::directory_iterator(directory_))
    EXPECT_EQ(one.status().permissions(), fs::perms::owner_read | fs::perms::owner_write) << one.path();
}

TEST_F(SqliteFileTest, IsNotMadeForReading) {
  SqliteStore reading(file_, Mode::ReadOnly);
  const auto opened = reading.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::NotFound);
  EXPECT_THAT(opened.error().message, HasSubstr(file_.string()));
  EXPECT_FALSE(fs::exists(directory_));
  SqliteStore writing(file_);
  ASSERT_TRUE(writing.append(std::vector{sample_entry("01")}));
  EXPECT_THAT(ids(reading), ElementsAre("01")) << "it is looked for anew";
}

TEST_F(SqliteFileTest, ForReadingRefusesToWrite) {
  SqliteStore writing(file_);
  ASSERT_TRUE(writing.open());
  SqliteStore reading(file_, Mode::ReadOnly);
  EXPECT_EQ(reading.append(std::vector{sample_entry("01")}).error().kind, ErrorKind::Invalid);
  EXPECT_EQ(reading.mark("name", "text").error().kind, ErrorKind::Invalid);
  EXPECT_EQ(reading.trim("uid-of-acme", kNoon, {}).error().kind, ErrorKind::Invalid);
}

TEST_F(SqliteFileTest, IsReadAfterTheWriterHasClosedIt) {
  {
    SqliteStore writing(file_);
    ASSERT_TRUE(writing.append(std::vector{sample_entry("01")}));
  }
  SqliteStore reading(file_, Mode::ReadOnly);
  EXPECT_THAT(ids(reading), ElementsAre("01"));
}

TEST_F(SqliteFileTest, WhatHasGoneIsNotMadeAnewAndIsUsedWhenItIsBack) {
  SqliteStore store(file_);
  ASSERT_TRUE(store.append(std::vector{sample_entry("01")}));
  EXPECT_THAT(ids(store), ElementsAre("01"));
  const fs::path elsewhere = root_.path() / "elsewhere";
  fs::rename(directory_, elsewhere);
  fs::create_directory(directory_);
  const auto refused = store.append(std::vector{sample_entry("02")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("was there and has gone"));
  EXPECT_EQ(store.page({}, {}, 1).error().kind, ErrorKind::Unavailable);
  EXPECT_FALSE(fs::exists(file_));
  fs::remove(directory_);
  fs::rename(elsewhere, directory_);
  EXPECT_TRUE(store.append(std::vector{sample_entry("02")}));
  EXPECT_THAT(ids(store), ElementsAre("02", "01"));
}

TEST_F(SqliteFileTest, WhatTookItsPlaceIsUsed) {
  SqliteStore store(file_);
  ASSERT_TRUE(store.append(std::vector{sample_entry("01")}));
  EXPECT_THAT(ids(store), ElementsAre("01"));
  const fs::path backup = root_.path() / "backup";
  {
    SqliteStore other(backup / "records.db");
    ASSERT_TRUE(other.append(std::vector{sample_entry("03")}));
  }
  fs::rename(directory_, root_.path() / "before");
  fs::rename(backup, directory_);
  EXPECT_THAT(ids(store), ElementsAre("03"));
  EXPECT_TRUE(store.append(std::vector{sample_entry("04")}));
  EXPECT_THAT(ids(store), ElementsAre("04", "03"));
}

TEST_F(SqliteFileTest, WhatStandsInAWalThatWasRemovedIsNotLost) {
  SqliteStore store(file_);
  SqliteStore reading(file_, Mode::ReadOnly);
  ASSERT_TRUE(store.append(std::vector{sample_entry("01")}));
  EXPECT_THAT(ids(reading), ElementsAre("01"));
  fs::remove(file_.string() + "-wal");
  ASSERT_TRUE(store.append(std::vector{sample_entry("02")}));
  EXPECT_THAT(ids(store), ElementsAre("02", "01"));
  EXPECT_THAT(ids(reading), ElementsAre("02", "01"));
  // As it is when the process is killed now.
  const fs::path killed = root_.path() / "killed";
  fs::create_directory(killed);
  for (const char* part : {"", "-wal"})
    fs::copy_file(file_.string() + part, killed / ("records.db" + std::string(part)));
  SqliteStore next(killed / "records.db");
  EXPECT_THAT(ids(next), ElementsAre("02", "01"));
}

TEST_F(SqliteFileTest, ManyMayMakeItAtOnce) {
  constexpr int kThreads = 8;
  std::barrier begin(kThreads);
  const auto open = [&](int thread) {
    SqliteStore store(file_);
    begin.arrive_and_wait();
    const auto added = store.append(std::vector{sample_entry(std::to_string(thread))});
    EXPECT_TRUE(added) << added.error().describe();
  };
  {
    std::vector<std::jthread> crowd;
    crowd.reserve(kThreads);
    for (int thread = 0; thread < kThreads; ++thread)
      crowd.emplace_back(open, thread);
  }
  SqliteStore store(file_);
  EXPECT_EQ(ids(store).size(), static_cast<std::size_t>(kThreads));
}

TEST_F(SqliteFileTest, TwoThatWriteTakeTurns) {
  SqliteStore one(file_);
  SqliteStore two(file_);
  ASSERT_TRUE(one.append(std::vector{sample_entry("01")}));
  ASSERT_TRUE(two.append(std::vector{sample_entry("02")}));
  const auto third = one.append(std::vector{sample_entry("02"), sample_entry("03")});
  ASSERT_TRUE(third);
  EXPECT_THAT(ids_of(*third), ElementsAre("03"));
  EXPECT_EQ(third->at(0).index, 2U);
}

/// Reads until it has seen so many rows, in another process.
int read_until(const fs::path& file, std::int64_t rows) {
  SqliteStore store(file, Mode::ReadOnly);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  std::int64_t row = 0;
  while (row < rows && std::chrono::steady_clock::now() < deadline) {
    const auto tail = store.recorded_after(row, {}, 1000);
    if (!tail) continue;  // it may not be there yet
    for (const core::RecordedEntry& one : tail->entries) {
      if (one.position.row != ++row) return 1;
    }
  }
  return row == rows ? 0 : 2;
}

TEST_F(SqliteFileTest, AnotherProcessReadsWhileThisOneWrites) {
  constexpr int kRows = 200;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(read_until(file_, kRows));
  SqliteStore store(file_);
  for (int i = 0; i < kRows; ++i)
    EXPECT_TRUE(store.append(std::vector{sample_entry(std::to_string(i))}));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace guildhall::store
