#include "operator/core/condition.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace guildhall::core {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr Timestamp kBefore{seconds{1'000}};
constexpr Timestamp kNow{seconds{2'000}};

Condition condition(std::string type, bool status, std::string reason, Timestamp since = {}) {
  return {.type = std::move(type),
          .status = status,
          .reason = std::move(reason),
          .message = "",
          .observed_generation = 1,
          .last_transition_time = since};
}

TEST(MergeConditions, CutsAMessageToWhatAServerTakes) {
  Condition wordy = condition("Ready", false, "WriteRefused");
  wordy.message = std::string(32'767, 'x') + "\u00e4";
  const auto merged = merge_conditions({}, {wordy}, 1, kNow);
  EXPECT_EQ(merged.at(0).message, std::string(32'767, 'x'));
  EXPECT_EQ(merge_conditions(merged, {wordy}, 1, kNow), merged);
}

TEST(FindCondition, FindsByType) {
  const std::vector<Condition> conditions{condition("Issued", true, "Issued"), condition("Ready", false, "Pending")};
  ASSERT_NE(find_condition(conditions, "Ready"), nullptr);
  EXPECT_EQ(find_condition(conditions, "Ready")->reason, "Pending");
  EXPECT_EQ(find_condition(conditions, "ready"), nullptr);
  EXPECT_EQ(find_condition({}, "Ready"), nullptr);
}

TEST(MergeConditions, GivesANewOneTheTimeNow) {
  const auto merged = merge_conditions({}, {condition("Ready", true, "Active")}, 7, kNow);
  ASSERT_EQ(merged.size(), 1U);
  EXPECT_EQ(merged[0].last_transition_time, kNow);
  EXPECT_EQ(merged[0].observed_generation, 7);
}

TEST(MergeConditions, KeepsTheTimeWhileTheStatusStays) {
  const auto merged = merge_conditions({condition("Ready", false, "Pending", kBefore)},
                                       {condition("Ready", false, "QuotaExceeded")}, 2, kNow);
  EXPECT_EQ(merged[0].last_transition_time, kBefore);
  EXPECT_EQ(merged[0].reason, "QuotaExceeded");
  EXPECT_EQ(merged[0].observed_generation, 2);
}

TEST(MergeConditions, TakesTheTimeNowWhenTheStatusFlips) {
  const auto merged =
      merge_conditions({condition("Ready", false, "Pending", kBefore)}, {condition("Ready", true, "Active")}, 1, kNow);
  EXPECT_EQ(merged[0].last_transition_time, kNow);
}

TEST(MergeConditions, DropsWhatIsNoLongerWanted) {
  const auto merged = merge_conditions(
      {condition("Ready", true, "Active", kBefore), condition("Stalled", true, "ForeignSecret", kBefore)},
      {condition("Ready", true, "Active")}, 1, kNow);
  ASSERT_EQ(merged.size(), 1U);
  EXPECT_EQ(merged[0].type, "Ready");
}

TEST(MergeConditions, WritesTimesThatReadBackTheSame) {
  const auto merged = merge_conditions({}, {condition("Ready", true, "Active")}, 1, kNow + microseconds{5});
  EXPECT_EQ(merged[0].last_transition_time, kNow);
}

/// Conditions in any order, each type at most once, as a listType=map keeps them.
std::vector<Condition> any_conditions() {
  std::vector<Condition> conditions;
  for (const std::string type : {"Ready", "Issued", "Stalled", "Reconciling", "ExpiringSoon"}) {
    if (!*rc::gen::arbitrary<bool>()) continue;
    conditions.push_back(condition(type, *rc::gen::arbitrary<bool>(), *rc::gen::element<std::string>("A", "B"),
                                   Timestamp{seconds{*rc::gen::inRange(0, 5'000)}}));
  }
  for (std::size_t i = 1; i < conditions.size(); ++i)
    std::swap(conditions[i], conditions[*rc::gen::inRange<std::size_t>(0, i + 1)]);
  return conditions;
}

RC_GTEST_PROP(MergeConditions, AgainChangesNothing, ()) {
  const auto before = any_conditions();
  const auto wanted = any_conditions();
  const auto once = merge_conditions(before, wanted, 3, kNow);
  RC_ASSERT((merge_conditions(once, wanted, 3, kNow + seconds{60}) == once));
  RC_ASSERT((merge_conditions(once, once, 3, kNow + seconds{60}) == once));
}

RC_GTEST_PROP(MergeConditions, DoesNotDependOnAnyOrder, ()) {
  auto before = any_conditions();
  auto wanted = any_conditions();
  const auto merged = merge_conditions(before, wanted, 3, kNow);
  std::reverse(before.begin(), before.end());
  std::rotate(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(wanted.size() / 2), wanted.end());
  RC_ASSERT((merge_conditions(before, wanted, 3, kNow) == merged));
}

RC_GTEST_PROP(MergeConditions, SaysJustWhatIsWantedSortedByType, ()) {
  const auto before = any_conditions();
  const auto wanted = any_conditions();
  const auto merged = merge_conditions(before, wanted, 3, kNow);
  RC_ASSERT(merged.size() == wanted.size());
  RC_ASSERT(std::is_sorted(merged.begin(), merged.end(), [](const auto& a, const auto& b) { return a.type < b.type; }));
  for (const Condition& want : wanted) {
    const Condition* found = find_condition(merged, want.type);
    RC_ASSERT(found != nullptr);
    RC_ASSERT(found->status == want.status);
    RC_ASSERT(found->reason == want.reason);
    RC_ASSERT(found->observed_generation == 3);
  }
}

}  // namespace
}  // namespace guildhall::core
