// A volume without room, one that cannot be written, and one whose writes fail: a clear word, reading goes on, and what
// was said to be durable is there afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "operator/store/sqlite_store.hpp"
#include "tests/unit/operator/store/private_volume.hpp"
#include "tests/unit/operator/store/sample_entries.hpp"

namespace guildhall::store {
namespace {

using core::ErrorKind;
using ::testing::HasSubstr;

constexpr std::size_t kVolume = 4'000'000;

/// With a note of some bytes.
core::AuditEntry big_entry(int number) {
  core::AuditEntry entry = sample_entry("big-" + std::to_string(number));
  entry.note = std::string(50'000, 'n');
  return entry;
}

class SqliteVolumeTest : public ::testing::Test {
 protected:
  /// Appends until it fails; the failure.
  core::Error append_until_it_fails() {
    for (int attempts = 0; attempts < 10'000; ++attempts) {
      const auto added = store_->append(std::vector{big_entry(count_), big_entry(count_ + 1)});
      if (!added) return added.error();
      count_ += 2;
    }
    ADD_FAILURE() << "nothing failed";
    return {};
  }
  void expect_all_that_was_acknowledged() {
    const auto tail = store_->recorded_after(0, {}, 10'000);
    ASSERT_TRUE(tail) << tail.error().describe();
    ASSERT_EQ(tail->entries.size(), static_cast<std::size_t>(count_));
    for (int i = 0; i < count_; ++i) {
      EXPECT_EQ(tail->entries[static_cast<std::size_t>(i)].entry.id, "big-" + std::to_string(i));
      EXPECT_EQ(tail->entries[static_cast<std::size_t>(i)].index, static_cast<std::uint64_t>(i));
    }
  }

  PrivateVolume volume_{kVolume};
  const std::filesystem::path file_ = volume_.path() / "records.db";
  std::optional<SqliteStore> store_{std::in_place, file_};
  int count_ = 0;  // entries that were acknowledged
};

TEST_F(SqliteVolumeTest, AFullOneIsSaidAndWorksAgainWhenThereIsRoom) {
  ASSERT_TRUE(store_->append(std::vector{big_entry(0)}));
  count_ = 1;
  volume_.fill();
  const core::Error full = append_until_it_fails();
  EXPECT_EQ(full.kind, ErrorKind::Unavailable);
  EXPECT_EQ(full.message,
            "the volume of " + file_.string() + " is full: 0 bytes free; entries wait until there is room");
  expect_all_that_was_acknowledged();
  volume_.make_room();
  const auto added = store_->append(std::vector{big_entry(count_), big_entry(count_ + 1)});
  ASSERT_TRUE(added) << added.error().describe();
  EXPECT_EQ(added->size(), 2U);
  count_ += 2;
  expect_all_that_was_acknowledged();
}

TEST_F(SqliteVolumeTest, AFullOneIsReadAfterANewStart) {
  ASSERT_TRUE(store_->append(std::vector{big_entry(0)}));
  count_ = 1;
  volume_.fill();
  static_cast<void>(append_until_it_fails());
  store_.emplace(file_);
  expect_all_that_was_acknowledged();
  EXPECT_FALSE(store_->append(std::vector{big_entry(count_), big_entry(count_ + 1)}));
  volume_.make_room();
  EXPECT_TRUE(store_->append(std::vector{big_entry(count_)}));
}

TEST_F(SqliteVolumeTest, ANewFileOnAFullOneIsMadeWhenThereIsRoom) {
  volume_.fill();
  const auto refused = store_->append(std::vector{big_entry(0)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(refused.error().describe(), HasSubstr("is full"));
  volume_.make_room();
  EXPECT_TRUE(store_->append(std::vector{big_entry(0)}));
}

TEST_F(SqliteVolumeTest, AReadOnlyOneIsSaidReadAndWrittenAgain) {
  ASSERT_TRUE(store_->append(std::vector{big_entry(0)}));
  count_ = 1;
  store_.reset();
  volume_.make_read_only(true);
  store_.emplace(file_);
  const auto refused = store_->append(std::vector{big_entry(1)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(refused.error().describe(), HasSubstr("read-only"));
  EXPECT_THAT(refused.error().describe(), HasSubstr(file_.string()));
  expect_all_that_was_acknowledged();
  volume_.make_read_only(false);
  EXPECT_TRUE(store_->append(std::vector{big_entry(1)}));
  count_ = 2;
  expect_all_that_was_acknowledged();
}

TEST_F(SqliteVolumeTest, AReadOnlyOneIsWrittenAgainOnceTheReadersOfTheProcessLetGo) {
  ASSERT_TRUE(store_->append(std::vector{big_entry(0)}));
  count_ = 1;
  store_.reset();
  volume_.make_read_only(true);
  SqliteStore reader(file_, Mode::ReadOnly);
  ASSERT_TRUE(reader.newest_row());
  store_.emplace(file_);
  store_->before_opening([&reader] { reader.close_idle(); });
  ASSERT_FALSE(store_->append(std::vector{big_entry(1)}));
  ASSERT_TRUE(reader.newest_row());
  volume_.make_read_only(false);
  EXPECT_TRUE(store_->append(std::vector{big_entry(1)}));
  count_ = 2;
  expect_all_that_was_acknowledged();
  EXPECT_TRUE(reader.newest_row());
}

TEST_F(SqliteVolumeTest, AReadOnlyOneWithoutTheFileIsSaid) {
  volume_.make_read_only(true);
  const auto refused = store_->open();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().describe(), HasSubstr(file_.string()));
  volume_.make_read_only(false);
  EXPECT_TRUE(store_->open());
}

/// So long as it lives no file of this process grows beyond so many bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(SqliteVolumeTest, WritesThatFailAreSaidAndNothingOfTheirBatchIsThere) {
  ASSERT_TRUE(store_->append(std::vector{big_entry(0)}));
  count_ = 1;
  {
    const FileSizeLimit limit(500'000);
    const core::Error failed = append_until_it_fails();
    EXPECT_EQ(failed.kind, ErrorKind::Unavailable);
    EXPECT_THAT(failed.message, HasSubstr("the volume of " + file_.string() + " cannot be read or written"));
    expect_all_that_was_acknowledged();
  }
  EXPECT_TRUE(store_->append(std::vector{big_entry(count_)}));
  ++count_;
  expect_all_that_was_acknowledged();
}

}  // namespace
}  // namespace guildhall::store
