#include "operator/core/deletion.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace guildhall::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Timestamp kAsked{hours{1'000}};
constexpr Timestamp kNow = kAsked + minutes{30};

const ResourceType& type() {
  return types::secrets();
}

ObjectMeta deleting() {
  ObjectMeta meta;
  meta.ns = "acme";
  meta.name = "grafana";
  meta.deletion_timestamp = kAsked;
  return meta;
}

Condition reconciling(std::string reason, Timestamp since) {
  return {.type = "Reconciling",
          .status = true,
          .reason = std::move(reason),
          .message = "",
          .observed_generation = 1,
          .last_transition_time = since};
}

struct Row {
  std::string name;
  std::optional<Condition> told;
  std::optional<Timestamp> failing_since;
  Timestamp now;
  Timestamp begin;
};

class BeginOfDeletion : public testing::TestWithParam<Row> {};

TEST_P(BeginOfDeletion, Is) {
  const Row& row = GetParam();
  std::vector<Condition> told;
  if (row.told) told.push_back(*row.told);
  std::vector<WriteFailure> failures{{"Secret other/copy", ErrorKind::Forbidden, "of no account"}};
  if (row.failing_since)
    failures.push_back({"Secret acme/grafana (status)", ErrorKind::Forbidden, "no", *row.failing_since});
  EXPECT_EQ(begin_of_deletion(type(), deleting(), told, failures, row.now), row.begin);
}

INSTANTIATE_TEST_SUITE_P(
    , BeginOfDeletion,
    testing::Values(
        Row{"TheFirstLook", {}, {}, kNow, kNow},
        Row{"TheFirstLookAfterDays", {}, {}, kAsked + hours{72}, kAsked + hours{72}},
        Row{"TheDeletionByAnotherClock", {}, {}, kAsked - minutes{1}, kAsked},
        Row{"AsTold", reconciling("Deleting", kAsked + minutes{5}), {}, kNow, kAsked + minutes{5}},
        Row{"AsToldByAClockBehind", reconciling("Deleting", kAsked - minutes{5}), {}, kNow, kAsked},
        Row{"AsToldThoughRefusedNow", reconciling("Deleting", kAsked + minutes{5}), kNow, kNow, kAsked + minutes{5}},
        Row{"NotWhenItWaitedForSomethingElse", reconciling("WritingSecrets", kAsked - hours{5}), {}, kNow, kNow},
        Row{"TheFirstFailureOfItsStatus", {}, kNow, kNow + minutes{5}, kNow},
        Row{"TheDeletionIfItFailedBefore", {}, kAsked - hours{5}, kNow, kAsked},
        Row{"ADayAfterAtTheLatest", {}, kAsked + hours{72}, kAsked + hours{72}, kAsked + hours{24}}),
    [](const auto& info) { return info.param.name; });

TEST(ConditionsBefore, AreAllWhileNothingIsDeleted) {
  const std::vector<Condition> told{reconciling("WritingSecrets", kAsked)};
  EXPECT_EQ(conditions_before(ObjectMeta{}, told), told);
}

TEST(ConditionsBefore, AreWithoutAReconcilingOfSomethingElseInADeletion) {
  EXPECT_TRUE(conditions_before(deleting(), {reconciling("WritingSecrets", kAsked)}).empty());
  const std::vector<Condition> told{reconciling("Deleting", kAsked)};
  EXPECT_EQ(conditions_before(deleting(), told), told);
}

}  // namespace
}  // namespace guildhall::core
