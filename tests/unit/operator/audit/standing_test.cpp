#include "operator/audit/standing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::audit {
namespace {

using ::testing::IsEmpty;

const Standing kStanding = {{"u-1", "Member/jane"}, {"u-2", "ApiKey/grafana"}};

TEST(Standing, IsReadAsItIsWritten) {
  EXPECT_EQ(parse_standing(format_standing(kStanding)), kStanding);
  EXPECT_THAT(parse_standing(format_standing({})), IsEmpty());
  for (const char* text : {"", "{", "[]", "7", R"({"u-1":7})"})
    EXPECT_THAT(parse_standing(text), IsEmpty()) << text;
}

TEST(Standing, MissesWhatIsGone) {
  EXPECT_THAT(gone(kStanding, kStanding), IsEmpty());
  EXPECT_THAT(gone({}, kStanding), IsEmpty());
  EXPECT_EQ(gone(kStanding, {{"u-2", "ApiKey/grafana"}}), (Standing{{"u-1", "Member/jane"}}));
  EXPECT_EQ(gone(kStanding, {{"u-3", "Member/jane"}, {"u-2", "ApiKey/grafana"}}), (Standing{{"u-1", "Member/jane"}}))
      << "another of the same name";
}

TEST(Standing, HearsOfWhatLivesByItsEntries) {
  const auto heard = [](const char* kind, const char* uid, const char* action) {
    core::AuditEntry entry;
    entry.object = {.kind = kind, .name = "jane", .uid = uid};
    entry.action = action;
    Standing standing;
    hear(entry, standing);
    return standing;
  };
  EXPECT_EQ(heard("Member", "u-1", "MemberCreated"), (Standing{{"u-1", "Member/jane"}}));
  EXPECT_EQ(heard("ApiKey", "u-2", "ApiKeyRotated"), (Standing{{"u-2", "ApiKey/jane"}}));
  EXPECT_THAT(heard("Member", "u-1", "MemberLeft"), IsEmpty()) << "it tells of its end";
  EXPECT_THAT(heard("ApiKey", "u-2", "ApiKeyDeletedUnattended"), IsEmpty());
  EXPECT_THAT(heard("Member", "", "SignupRefused"), IsEmpty()) << "there never was one";
  EXPECT_THAT(heard("Organization", "u-3", "OrganizationCreated"), IsEmpty()) << "a finalizer holds those";
}

TEST(Standing, KnowsTheEntriesThatTellOfADeletion) {
  core::AuditEntry entry;
  entry.object.uid = "u-1";
  for (const char* action : {"MemberDeleted", "MemberLeft", "ApiKeyDeleted", "MemberDeletedUnattended"}) {
    entry.action = action;
    entry.outcome = core::AuditOutcome::Success;
    EXPECT_TRUE(tells_deletion(entry, "u-1")) << action;
    EXPECT_FALSE(tells_deletion(entry, "u-2")) << action;
  }
  for (const char* action : {"MemberDeletionRefused", "MemberRoleChanged", "ApiKeyDeletionStepAbandoned"}) {
    entry.action = action;
    EXPECT_FALSE(tells_deletion(entry, "u-1")) << action;
  }
}

TEST(Standing, HasOneEntryForWhatNobodySawGo) {
  const core::AuditNote note = unattended_deletion("ApiKey", "u-2");
  EXPECT_EQ(note.action.text(), "ApiKeyDeletedUnattended");
  EXPECT_EQ(note.actor.user, "(unknown)");
  EXPECT_EQ(note.identity, unattended_deletion("ApiKey", "u-2").identity);
  EXPECT_EQ(unattended_deletion("Member", "u").action.text(), "MemberDeletedUnattended");
  EXPECT_EQ(unattended_deletion("Organization", "u").action.text(), "OrganizationDeletedUnattended");
}

}  // namespace
}  // namespace guildhall::audit
