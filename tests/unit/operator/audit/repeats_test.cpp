#include "operator/audit/repeats.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::audit {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const core::ResourceType kMembers{"guildhall.dev", "v1alpha1", "members", "Member", true};
const core::Timestamp kStart = *core::parse_timestamp("2026-11-24T10:00:00Z");

Regarding member(const std::string& name) {
  return {kMembers, {"acme", name}, "u-" + name};
}

core::AuditNote refusal(const std::string& user = "ada") {
  return {.action = "MemberRemovalRefused",
          .note = "the last Admin",
          .identity = user,
          .actor = {"", user, ""},
          .source = core::AuditSource::Admission};
}

core::AuditNote repair(const std::string& binding) {
  return {.action = "OrganizationBindingRepaired", .note = binding + " was changed", .identity = binding};
}

TEST(Repeats, AreToldAtOnceAndThenOnceAMinuteWithTheirCount) {
  Repeats repeats;
  EXPECT_TRUE(repeats.is_first(member("ada"), refusal(), kStart));
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(repeats.is_first(member("ada"), refusal(), kStart + seconds{i}));
  EXPECT_THAT(repeats.due(kStart + seconds{59}), IsEmpty());
  const auto due = repeats.due(kStart + seconds{60});
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].note.count, 3);
  EXPECT_EQ(due[0].note.note, "the last Admin (3 times)");
  EXPECT_EQ(due[0].regarding.key.name, "ada");
  EXPECT_FALSE(repeats.is_first(member("ada"), refusal(), kStart + seconds{70})) << "it goes on";
  EXPECT_THAT(repeats.due(kStart + seconds{120}), SizeIs(1));
  EXPECT_THAT(repeats.due(kStart + seconds{180}), IsEmpty());
  EXPECT_TRUE(repeats.is_first(member("ada"), refusal(), kStart + seconds{181})) << "it had ended";
}

TEST(Repeats, OfOthersAreApart) {
  Repeats repeats;
  EXPECT_TRUE(repeats.is_first(member("ada"), refusal(), kStart));
  EXPECT_TRUE(repeats.is_first(member("ada"), refusal("bob"), kStart));
  EXPECT_TRUE(repeats.is_first(member("jane"), refusal(), kStart));
  EXPECT_TRUE(repeats.is_first(member("ada"), repair("one"), kStart));
  EXPECT_TRUE(repeats.is_first(member("ada"), repair("another"), kStart));
  EXPECT_FALSE(repeats.is_first(member("ada"), repair("one"), kStart));
}

TEST(Repeats, OfAnotherRequestAreApart) {
  Repeats repeats;
  core::AuditNote demotion = refusal();
  demotion.changes = {{"spec.role", "Admin", "Viewer"}};
  core::AuditNote removal = refusal();
  removal.changes = {{"object", "", "deleted"}};
  EXPECT_TRUE(repeats.is_first(member("ada"), demotion, kStart));
  EXPECT_TRUE(repeats.is_first(member("ada"), removal, kStart));
  EXPECT_FALSE(repeats.is_first(member("ada"), demotion, kStart + seconds{7}));
  const auto due = repeats.due(kStart + seconds{60});
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].note.changes, demotion.changes);
  EXPECT_EQ(due[0].note.at, kStart + seconds{7}) << "when it was done";
}

// Whoever is refused chooses the values.
TEST(Repeats, AreThoseOfOtherValuesToo) {
  Repeats repeats;
  core::AuditNote first = refusal();
  first.changes = {{"spec.role", "Admin", "Viewer"}, {"spec.invitation.resendAt", "", "1"}};
  core::AuditNote other = refusal();
  other.changes = {{"spec.invitation.delivery", "", "None"}, {"spec.role", "Admin", "Editor"}};
  EXPECT_TRUE(repeats.is_first(member("ada"), first, kStart));
  EXPECT_FALSE(repeats.is_first(member("ada"), other, kStart));
}

TEST(Repeats, OfVeryManyShareOneCount) {
  Repeats repeats;
  int told = 0;
  for (std::size_t i = 0; i < 2 * Repeats::kMostApart; ++i)
    told += repeats.is_first(member(std::to_string(i)), refusal(), kStart) ? 1 : 0;
  EXPECT_EQ(told, Repeats::kMostApart + 1);
  EXPECT_THAT(repeats.due(kStart + seconds{60}), SizeIs(1));
}

TEST(Repeats, AreAllTakenOutAtTheEnd) {
  Repeats repeats;
  EXPECT_TRUE(repeats.is_first(member("ada"), refusal(), kStart));
  EXPECT_FALSE(repeats.is_first(member("ada"), refusal(), kStart));
  EXPECT_THAT(repeats.all(), SizeIs(1));
  EXPECT_THAT(repeats.all(), IsEmpty());
}

}  // namespace
}  // namespace guildhall::audit
