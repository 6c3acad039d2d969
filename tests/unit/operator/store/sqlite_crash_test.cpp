// A process that is killed while it writes: what it acknowledged is there, and the log is whole.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <ctime>
#include <random>

#include "operator/store/sqlite_store.hpp"
#include "tests/unit/operator/store/sample_entries.hpp"
#include "tests/unit/operator/store/temporary_directory.hpp"

namespace guildhall::store {
namespace {

constexpr int kKills = 100;
constexpr int kOrganizations = 3;
constexpr std::size_t kShortSegment = 50;

std::string organization_name(std::int64_t number) {
  return "organization-" + std::to_string(number % kOrganizations);
}

core::AuditEntry numbered_entry(std::int64_t number) {
  core::AuditEntry entry = entry_in(organization_name(number), "number-" + std::to_string(number));
  entry.time += std::chrono::hours(number);
  return entry;
}

/// The kernel kills this process then, wherever it is.
void be_killed_in(std::chrono::microseconds life) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;
  timer_t timer{};
  itimerspec when{};
  when.it_value = {.tv_sec = life.count() / 1'000'000, .tv_nsec = life.count() % 1'000'000 * 1'000};
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) ::_exit(4);
  if (::timer_settime(timer, 0, &when, nullptr) != 0) ::_exit(5);
}

/// Appends in batches of several sizes, trims now and then, and writes down how many were acknowledged. Is killed so
/// long after the first.
[[noreturn]] void append_until_killed(const std::filesystem::path& file, std::int64_t next, int acknowledged,
                                      std::chrono::microseconds life) {
  SqliteStore store(file, Mode::ReadWrite, kShortSegment);
  for (std::int64_t turn = 0;; ++turn) {
    std::vector<core::AuditEntry> batch(static_cast<std::size_t>(1 + turn % 20));
    for (core::AuditEntry& entry : batch)
      entry = numbered_entry(next++);
    if (!store.append(batch)) ::_exit(1);
    if (::write(acknowledged, &next, sizeof(next)) != sizeof(next)) ::_exit(2);
    if (turn == 0) be_killed_in(life);
    const core::Timestamp before = kNoon + std::chrono::hours(next - 500);
    if (turn % 5 == 0 && !store.trim("uid-of-" + organization_name(turn), before, {})) ::_exit(3);
  }
}

class SqliteCrashTest : public ::testing::Test {
 protected:
  /// Returns how many entries were acknowledged.
  std::int64_t run_and_kill(std::int64_t first, std::chrono::microseconds life) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) append_until_killed(file_, first, ends[1], life);
    ::close(ends[1]);
    std::int64_t acknowledged = first;
    // Until its end of the pipe is closed by its death.
    while (::read(ends[0], &acknowledged, sizeof(acknowledged)) == sizeof(acknowledged)) {
    }
    ::close(ends[0]);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_GT(acknowledged, first) << "it was not killed before it began";
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself with " << WEXITSTATUS(status);
    return acknowledged;
  }

  /// Returns how many entries were ever recorded: at least those, and a batch that was about to be acknowledged.
  std::int64_t check(std::int64_t acknowledged) {
    SqliteStore store(file_);
    const auto newest = store.newest_row();
    if (!newest) {
      ADD_FAILURE() << newest.error().describe();
      return acknowledged;
    }
    EXPECT_GE(*newest, acknowledged);
    std::int64_t indexes = 0;
    for (int i = 0; i < kOrganizations; ++i)
      indexes += check_log(store, i, *newest);
    EXPECT_EQ(indexes, *newest) << "no index and no row was used twice or left out";
    check_entries(store);
    return *newest;
  }

 private:
  /// Entry n is in Organization n % 3, with index n / 3 and row n + 1.
  static std::int64_t check_log(SqliteStore& store, int organization, std::int64_t rows) {
    const auto leaves = store.leaves("uid-of-" + organization_name(organization), 0, 1'000'000);
    std::int64_t number = organization;
    for (const LeafHash& leaf : *leaves) {
      EXPECT_EQ(leaf, leaf_hash(core::canonical_audit_entry(numbered_entry(number)))) << number;
      number += kOrganizations;
    }
    EXPECT_GE(number, rows) << "a leaf is missing";
    return static_cast<std::int64_t>(leaves->size());
  }

  static void check_entries(SqliteStore& store) {
    const auto organizations = store.organizations();
    ASSERT_TRUE(organizations);
    std::vector<std::string> ids;
    for (const KnownOrganization& known : *organizations) {
      core::AuditFilter filter;
      filter.organization_uid = known.organization.uid;
      std::uint64_t index = known.next_index;
      ASSERT_TRUE(store.scan(filter, [&](const core::RecordedEntry& one) {
        ids.push_back(one.entry.id);
        EXPECT_EQ(one.index, --index);
        EXPECT_EQ(one.entry, numbered_entry(one.position.row - 1));
        return true;
      }));
      EXPECT_EQ(index, known.first_index);
    }
    EXPECT_EQ(*store.known(ids), ids);
  }

  TemporaryDirectory directory_;
  const std::filesystem::path file_ = directory_.path() / "records.db";
};

TEST_F(SqliteCrashTest, LosesNothingThatWasAcknowledged) {
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> microseconds(1, 20'000);
  std::int64_t recorded = 0;
  for (int kill = 0; kill < kKills && !HasFailure(); ++kill)
    recorded = check(run_and_kill(recorded, std::chrono::microseconds(microseconds(random))));
  EXPECT_GT(recorded, kKills);
}

}  // namespace
}  // namespace guildhall::store
