// What retention takes away, and what it leaves: of every AuditStore.
#include <gmock/gmock.h>

#include "tests/unit/operator/store/audit_store_suite.hpp"
#include "tests/unit/operator/store/sample_entries.hpp"

namespace guildhall::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(AuditStoreSuite, RetentionRemovesWhatIsOlder) {
  append({sample_entry("02", seconds(2)), sample_entry("01", seconds(1)), sample_entry("03", seconds(3)),
          entry_in("globex", "04")});
  EXPECT_EQ(*store().removed_row(), 0);
  EXPECT_EQ(*store().trim("uid-of-acme", kNoon + seconds(3), {}), 2U);
  EXPECT_EQ(*store().removed_row(), 2);
  EXPECT_THAT(ids_that_fit({}), ElementsAre("03", "04"));
  EXPECT_FALSE(store().find("uid-of-acme", "01")->has_value());
  EXPECT_THAT(*store().known(std::vector<std::string>{"01", "03"}), ElementsAre("03"));
  EXPECT_EQ(known("acme").first_index, 2U);
  EXPECT_EQ(known("globex").first_index, 0U);
  EXPECT_EQ(*store().trim("uid-of-acme", kNoon + seconds(3), {}), 0U);
  EXPECT_EQ(*store().trim("nobody", kNoon + seconds(3), {}), 0U);
}

TEST_P(AuditStoreSuite, AnEntryThatCameLateGoesWithThoseOfItsTime) {
  append({sample_entry("03", seconds(3)), sample_entry("01", seconds(1)), sample_entry("04", seconds(4))});
  EXPECT_EQ(*store().trim("uid-of-acme", kNoon + seconds(2), {}), 1U);
  EXPECT_EQ(known("acme").first_index, 0U) << "the first that is left is still the first";
  EXPECT_EQ(*store().trim("uid-of-acme", kNoon + seconds(4), {}), 1U);
  EXPECT_EQ(known("acme").first_index, 2U) << "neither of the first two is left";
}

TEST_P(AuditStoreSuite, AnIndexIsNeverUsedTwice) {
  append({sample_entry("01"), sample_entry("02")});
  EXPECT_EQ(*store().trim("uid-of-acme", kNoon + seconds(1), {}), 2U);
  reopen();
  EXPECT_EQ(known("acme").first_index, 2U);
  EXPECT_EQ(known("acme").next_index, 2U);
  EXPECT_EQ(*store().newest_row(), 2);
  const auto added = append({sample_entry("03", seconds(1))});
  ASSERT_EQ(added.size(), 1U);
  EXPECT_EQ(added[0].index, 2U);
  EXPECT_EQ(added[0].position.row, 3);
}

TEST_P(AuditStoreSuite, WhatRetentionRemovedDoesNotComeBack) {
  append({sample_entry("01"), sample_entry("02", seconds(9))});
  EXPECT_EQ(*store().trim("uid-of-acme", kNoon + seconds(5), {}), 1U);
  reopen();
  EXPECT_THAT(append({sample_entry("01")}), IsEmpty());
  EXPECT_EQ(known("acme").trimmed_until, kNoon + std::chrono::microseconds(1));
  EXPECT_THAT(ids_of(append({sample_entry("03", seconds(1))})), ElementsAre("03"))
      << "nothing so young was removed: it is not known";
  EXPECT_THAT(ids_of(append({entry_in("globex", "04")})), ElementsAre("04")) << "retention is each Organization's own";
}

TEST_P(AuditStoreSuite, ARetentionThatReachesIntoTheFutureLosesNothingThatComes) {
  append({sample_entry("01")});
  EXPECT_EQ(*store().trim("uid-of-acme", kNoon + std::chrono::years(10), {}), 1U);
  EXPECT_THAT(ids_of(append({sample_entry("02", seconds(1))})), ElementsAre("02"));
}

TEST_P(AuditStoreSuite, RetentionOfManyIsCompleteAndCanBeStopped) {
  const std::vector<core::AuditEntry> entries = many_entries(1200, std::chrono::minutes(10));
  append(entries);
  const std::stop_source stopped = [] {
    std::stop_source source;
    source.request_stop();
    return source;
  }();
  EXPECT_EQ(*store().trim("uid-of-acme", kNoon + std::chrono::years(1), stopped.get_token()), 0U);
  EXPECT_EQ(*store().trim("uid-of-acme", kNoon + std::chrono::years(1), {}), 1200U);
  EXPECT_THAT(ids_that_fit({}), IsEmpty());
}

TEST_P(AuditStoreSuite, LeafHashesOutlastRetention) {
  const std::vector<core::AuditEntry> entries = {sample_entry("01"), sample_entry("02", seconds(1)),
                                                 sample_entry("03", seconds(2))};
  append(entries);
  EXPECT_EQ(*store().trim("uid-of-acme", kNoon + seconds(2), {}), 2U);
  reopen();
  std::vector<LeafHash> want;
  want.reserve(entries.size());
  for (const core::AuditEntry& entry : entries)
    want.push_back(leaf_hash(core::canonical_audit_entry(entry)));
  EXPECT_EQ(*store().leaves("uid-of-acme", 0, 10), want);
  EXPECT_THAT(*store().leaves("uid-of-acme", 1, 1), ElementsAre(want[1]));
  EXPECT_THAT(*store().leaves("uid-of-acme", 3, 10), IsEmpty());
  EXPECT_THAT(*store().leaves("nobody", 0, 10), IsEmpty());
}

}  // namespace
}  // namespace guildhall::store
