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
  Deletions deletions_{[this](const core::AuditEntry&) { return state_; }};
};

TEST_F(DeletionsTest, AreHeldWhileTheObjectStands) {
  deletions_.hold(deletion());
  EXPECT_THAT(deletions_.settle(kTime + seconds{19}), IsEmpty());
  EXPECT_FALSE(deletions_.empty());
  state_ = ObjectState::Going;
  const auto settled = deletions_.settle(kTime + seconds{19});
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled.front(), deletion());
  EXPECT_TRUE(deletions_.empty());
}

TEST_F(DeletionsTest, OfWhatIsGoneAreTold) {
  state_ = ObjectState::Gone;
  deletions_.hold(deletion());
  EXPECT_THAT(deletions_.settle(kTime), SizeIs(1));
}

TEST_F(DeletionsTest, ThatDidNotComeAboutAreToldAsRefused) {
  deletions_.hold(deletion("MemberLeft"));
  const auto settled = deletions_.settle(kTime + seconds{20});
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
