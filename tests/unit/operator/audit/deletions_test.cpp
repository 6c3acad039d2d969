#include "operator/audit/deletions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::audit {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const core::Timestamp kTime = *core::parse_timestamp("2026-11-24T10:00:00Z");

core::AuditEntry deletion(const std::string& action = "MemberDeleted") {
  core::AuditEntry entry;
  entry.id = "01";
  entry.time = kTime;
  entry.action = action;
  entry.source = core::AuditSource::Admission;
  entry.object = {"Member", "jane", "u-1"};
  return entry;
}

class DeletionsTest : public ::testing::Test {
 protected:
  ObjectState state_ = ObjectState::Stands;
  bool is_told_ = false;
  std::optional<bool> answer_ = true;  ///< of the API server: it stands
  Deletions deletions_{[this](const core::AuditEntry&) { return state_; },
                       [this](const core::AuditEntry&) { return answer_; },
                       [this](const core::AuditEntry&) { return is_told_; }};
};

TEST_F(DeletionsTest, AreHeldWhileTheObjectStands) {
  deletions_.hold(deletion());
  EXPECT_THAT(deletions_.settle(kTime + seconds{64}), IsEmpty()) << "other webhooks may take their time";
  EXPECT_FALSE(deletions_.empty());
  state_ = ObjectState::Going;
  const auto settled = deletions_.settle(kTime + seconds{64});
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled.front(), deletion());
  EXPECT_TRUE(deletions_.empty());
}

TEST_F(DeletionsTest, OfWhatIsGoneAreTold) {
  state_ = ObjectState::Gone;
  deletions_.hold(deletion());
  EXPECT_THAT(deletions_.settle(kTime), SizeIs(1));
}

TEST_F(DeletionsTest, AreNotSaidToBeRefusedByACacheThatLags) {
  deletions_.hold(deletion());
  answer_ = std::nullopt;
  EXPECT_THAT(deletions_.settle(kTime + seconds{65}), IsEmpty()) << "the API server does not answer";
  answer_ = false;
  const auto settled = deletions_.settle(kTime + seconds{66});
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled.front(), deletion());
}

TEST_F(DeletionsTest, ThatDidNotComeAboutAreToldAsRefused) {
  deletions_.hold(deletion("MemberLeft"));
  const auto settled = deletions_.settle(kTime + seconds{65});
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled.front().action, "MemberDeletionRefused");
  EXPECT_EQ(settled.front().outcome, core::AuditOutcome::Refused);
  EXPECT_EQ(settled.front().id, "01");
}

TEST_F(DeletionsTest, AreToldOnceHoweverOftenTheyCome) {
  state_ = ObjectState::Gone;
  deletions_.hold(deletion());
  deletions_.hold(deletion());
  EXPECT_THAT(deletions_.settle(kTime), SizeIs(1));
  EXPECT_THAT(deletions_.settle(kTime), IsEmpty());
}

core::AuditEntry asked_by(const std::string& user, int second) {
  core::AuditEntry entry = deletion();
  entry.id = "0" + std::to_string(second);
  entry.time = kTime + seconds{second};
  entry.actor.user = user;
  return entry;
}

// The API server asks again, with another UID, whenever the object changed meanwhile.
TEST_F(DeletionsTest, OfOneObjectAreOne) {
  deletions_.hold(asked_by("ada", 2));
  deletions_.hold(asked_by("ada", 1));
  EXPECT_THAT(deletions_.settle(kTime + seconds{3}), IsEmpty());
  state_ = ObjectState::Gone;
  const auto settled = deletions_.settle(kTime + seconds{3});
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled.front(), asked_by("ada", 1)) << "the first";
  deletions_.hold(asked_by("ada", 3));
  EXPECT_THAT(deletions_.settle(kTime + seconds{4}), IsEmpty()) << "from another replica";
  core::AuditEntry other = asked_by("ada", 4);
  other.object.uid = "u-2";
  deletions_.hold(other);
  EXPECT_THAT(deletions_.settle(kTime + seconds{5}), SizeIs(1)) << "of the next of that name";
}

TEST_F(DeletionsTest, ThatSeveralAskedForNameThemAll) {
  for (const auto& [user, second] : {std::pair("plat", 1), {"admin", 2}, {"eve", 3}, {"admin", 4}})
    deletions_.hold(asked_by(user, second));
  state_ = ObjectState::Gone;
  const auto settled = deletions_.settle(kTime + seconds{5});
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled.front().actor.user, "plat");
  EXPECT_EQ(settled.front().note,
            "which of them did it is not known; at the same moment it was asked for by admin, eve");
}

TEST_F(DeletionsTest, ThatTheLogHasAreNotToldByANewLeader) {
  is_told_ = true;
  state_ = ObjectState::Gone;
  deletions_.hold(asked_by("ada", 2));
  EXPECT_THAT(deletions_.settle(kTime + seconds{3}), IsEmpty());
}

TEST_F(DeletionsTest, ThatWereRefusedHideNoneThatComesLater) {
  deletions_.hold(asked_by("ada", 1));
  deletions_.hold(asked_by("bob", 1));
  EXPECT_THAT(deletions_.settle(kTime + seconds{66}), SizeIs(1)) << "held by one id";
  deletions_.hold(asked_by("ada", 70));
  state_ = ObjectState::Gone;
  const auto settled = deletions_.settle(kTime + seconds{71});
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled.front().action, "MemberDeleted");
}

TEST(IsDeletion, WhatAWebhookToldOfOne) {
  EXPECT_TRUE(Deletions::is_deletion(deletion()));
  EXPECT_TRUE(Deletions::is_deletion(deletion("MemberLeft")));
  EXPECT_FALSE(Deletions::is_deletion(deletion("MemberRoleChanged")));
  core::AuditEntry other = deletion();
  other.source = core::AuditSource::Reconciler;
  EXPECT_FALSE(Deletions::is_deletion(other));
}

}  // namespace
}  // namespace guildhall::audit
