#include "operator/store/log_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/unit/operator/store/memory_store.hpp"
#include "tests/unit/operator/store/sample_entries.hpp"

namespace guildhall::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Le;

class SetClock final : public core::Clock {
 public:
  [[nodiscard]] core::Timestamp now() const override { return now_; }
  void set(core::Timestamp now) { now_ = now; }

 private:
  std::atomic<core::Timestamp> now_ = kNoon;
};

/// Fails as often as it is told to, and can be held.
class TroubledStore final : public MemoryStore {
 public:
  core::Result<std::vector<core::RecordedEntry>> append(std::span<const core::AuditEntry> entries) override {
    {
      std::unique_lock lock(mutex_);
      ++attempts_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return !held_; });
      sizes_.push_back(entries.size());
      if (failures_ > 0) {
        --failures_;
        return core::fail(core::ErrorKind::Unavailable, "the volume is full");
      }
    }
    return MemoryStore::append(entries);
  }
  void fail(int times) {
    const std::scoped_lock lock(mutex_);
    failures_ = times;
  }
  void hold(bool held) {
    const std::scoped_lock lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  void wait_for_attempt(int number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return attempts_ >= number; });
  }
  std::vector<std::size_t> sizes() {
    const std::scoped_lock lock(mutex_);
    return sizes_;
  }
  int attempts() {
    const std::scoped_lock lock(mutex_);
    return attempts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int failures_ = 0;
  int attempts_ = 0;
  bool held_ = false;
  std::vector<std::size_t> sizes_;
};

constexpr LogWriterLimits kQuick{
    .waiting = 10, .batch = 4, .first_retry = milliseconds(1), .longest_retry = milliseconds(2)};

class LogWriterTest : public ::testing::Test {
 protected:
  LogWriter::Heard heard() {
    return [this](std::span<const core::AuditEntry> durable, std::span<const core::RecordedEntry> added) {
      for (const core::AuditEntry& entry : durable)
        durable_.push_back(entry.id);
      for (const core::RecordedEntry& one : added)
        added_.push_back(one.entry.id);
    };
  }
  static bool flush(LogWriter& writer) { return writer.flush(steady_clock::now() + std::chrono::minutes(1)); }

  TroubledStore store_;
  SetClock clock_;
  std::vector<std::string> durable_;  // to be read when the writer is flushed
  std::vector<std::string> added_;
};

TEST_F(LogWriterTest, RecordsInOrderAndTellsWhatIsDurable) {
  ASSERT_TRUE(store_.append(std::vector{sample_entry("02")}));
  LogWriter writer(store_, clock_, heard(), kQuick);
  ASSERT_TRUE(writer.submit(std::vector{sample_entry("01"), sample_entry("02")}));
  ASSERT_TRUE(writer.submit(std::vector{sample_entry("03")}));
  ASSERT_TRUE(flush(writer));
  EXPECT_THAT(durable_, ElementsAre("01", "02", "03"));
  EXPECT_THAT(added_, ElementsAre("01", "03"));
  const LogWriterState state = writer.state();
  EXPECT_EQ(state.waiting, 0U);
  EXPECT_FALSE(state.waiting_since);
  EXPECT_FALSE(state.failure);
}

TEST_F(LogWriterTest, WhatWaitsGoesTogetherUpToABatch) {
  store_.hold(true);
  LogWriter writer(store_, clock_, heard(), kQuick);
  ASSERT_TRUE(writer.submit(std::vector{sample_entry("00")}));
  store_.wait_for_attempt(1);
  for (int i = 1; i < 10; ++i)
    ASSERT_TRUE(writer.submit(std::vector{sample_entry("0" + std::to_string(i))}));
  store_.hold(false);
  ASSERT_TRUE(flush(writer));
  EXPECT_THAT(store_.sizes(), ElementsAre(1U, 4U, 4U, 1U));
}

TEST_F(LogWriterTest, SaysWhenThereIsNoRoomAndTakesNoneThen) {
  store_.hold(true);
  LogWriter writer(store_, clock_, heard(), kQuick);
  const std::vector<core::AuditEntry> many = many_entries(9, std::chrono::seconds(0));
  ASSERT_TRUE(writer.submit(many));
  const auto refused = writer.submit(std::vector{sample_entry("01"), sample_entry("02")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, core::ErrorKind::TooManyRequests);
  EXPECT_TRUE(writer.submit(std::vector{sample_entry("03")}));
  EXPECT_EQ(writer.state().waiting, 10U) << "also those that are being recorded";
  store_.hold(false);
  ASSERT_TRUE(flush(writer));
  EXPECT_EQ(durable_.size(), 10U);
  EXPECT_TRUE(writer.submit(many));
}

TEST_F(LogWriterTest, TriesAgainUntilItSucceedsAndLosesNothing) {
  store_.fail(5);
  LogWriter writer(store_, clock_, heard(), kQuick);
  ASSERT_TRUE(writer.submit(std::vector{sample_entry("01"), sample_entry("02")}));
  ASSERT_TRUE(flush(writer));
  EXPECT_EQ(store_.attempts(), 6);
  EXPECT_THAT(durable_, ElementsAre("01", "02"));
  EXPECT_THAT(added_, ElementsAre("01", "02"));
}

TEST_F(LogWriterTest, SaysSinceWhenItFailsAndWaits) {
  store_.fail(1'000'000);
  LogWriter writer(store_, clock_, heard(), kQuick);
  ASSERT_TRUE(writer.submit(std::vector{sample_entry("01")}));
  store_.wait_for_attempt(2);
  clock_.set(kNoon + std::chrono::hours(1));
  ASSERT_TRUE(writer.submit(std::vector{sample_entry("02")}));
  store_.wait_for_attempt(store_.attempts() + 2);
  const LogWriterState state = writer.state();
  EXPECT_EQ(state.waiting, 2U);
  EXPECT_EQ(state.waiting_since, kNoon);
  ASSERT_TRUE(state.failure);
  EXPECT_EQ(state.failure->message, "the volume is full");
  EXPECT_EQ(state.failing_since, kNoon);
  EXPECT_FALSE(writer.flush(steady_clock::now()));
  store_.fail(0);
  ASSERT_TRUE(flush(writer));
  EXPECT_FALSE(writer.state().failure);
  EXPECT_FALSE(writer.state().failing_since);
}

TEST_F(LogWriterTest, EndsWhileItFails) {
  store_.fail(1'000'000);
  LogWriterLimits patient = kQuick;
  patient.first_retry = patient.longest_retry = std::chrono::hours(1);
  {
    LogWriter writer(store_, clock_, heard(), patient);
    ASSERT_TRUE(writer.submit(std::vector{sample_entry("01")}));
    store_.wait_for_attempt(1);
  }
  EXPECT_THAT(durable_, IsEmpty());
}

TEST_F(LogWriterTest, TakesNothingThatIsNotComplete) {
  LogWriter writer(store_, clock_, heard(), kQuick);
  core::AuditEntry broken = sample_entry("02");
  broken.action.clear();
  const auto refused = writer.submit(std::vector{sample_entry("01"), broken});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, core::ErrorKind::Invalid);
  EXPECT_EQ(writer.state().waiting, 0U);
}

TEST_F(LogWriterTest, ManyMaySubmitAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kEach = 200;
  LogWriterLimits roomy = kQuick;
  roomy.waiting = std::size_t{kThreads} * kEach;
  LogWriter writer(store_, clock_, heard(), roomy);
  {
    std::vector<std::jthread> crowd;
    crowd.reserve(kThreads);
    for (int thread = 0; thread < kThreads; ++thread)
      crowd.emplace_back([&writer, thread] {
        for (int i = 0; i < kEach; ++i)
          EXPECT_TRUE(writer.submit(std::vector{sample_entry(std::to_string(thread) + "-" + std::to_string(i))}));
      });
  }
  ASSERT_TRUE(flush(writer));
  EXPECT_EQ(added_.size(), roomy.waiting);
  EXPECT_THAT(store_.sizes(), Each(Le(4U)));
}

}  // namespace
}  // namespace guildhall::store
