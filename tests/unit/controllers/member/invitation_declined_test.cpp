// Who declined is a Member only after it was asked anew, and what is told of that is true.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controllers/member/invitation_world.hpp"

namespace guildhall::controllers::member {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kWithoutInvitation = "jane@acme.example is a member of acme without an invitation";

json by(const char* delivery) {
  return {{"invitation", {{"delivery", delivery}}}};
}

/// What may be changed after a refusal, and is no question anew.
struct Change {
  const char* name;
  const char* invited_by;
  const char* delivery;
  bool auto_accept;
};

class DeclinedInvitation : public testing::TestWithParam<Change> {
 protected:
  DeclinedInvitation() {
    world.add_member("jane", by(GetParam().invited_by));
    world.settle();
    world.now += minutes{5};
    world.decline("jane");
    world.settle();
    declined_hash = world.invitation("jane").value("tokenHash", "");
    change();
    world.settle();
  }
  void change() {
    world.edit("jane", by(GetParam().delivery));
    if (GetParam().auto_accept) world.edit_organization({{"invitations", {{"autoAccept", true}}}});
  }
  [[nodiscard]] static bool needs_none() {
    return GetParam().auto_accept || std::string_view(GetParam().delivery) == "None";
  }
  void resend_at(core::Timestamp at) {
    world.edit("jane", {{"invitation", {{"resendAt", core::format_timestamp(at)}}}});
  }
  void expect_declined() {
    EXPECT_EQ(world.ready("jane"), "True/ExpiredInvitation");
    EXPECT_EQ(world.phase("jane"), "ExpiredInvitation");
    EXPECT_THAT(world.message("jane"), HasSubstr("declined at 2026-11-24T10:05:00Z"));
    EXPECT_EQ(world.invitation("jane")["declinedAt"], "2026-11-24T10:05:00Z");
    EXPECT_THAT(world.told, Not(Contains("MemberAccepted")));
    EXPECT_EQ(world.invitation("jane")["tokenHash"], declined_hash);
    EXPECT_THAT(world.secrets, IsEmpty());
    EXPECT_EQ(world.look("jane"), 0);
  }

  InvitationWorld world;
  std::string declined_hash;
};

TEST_P(DeclinedInvitation, StaysDeclined) {
  expect_declined();
  world.now += std::chrono::hours{24 * 30};
  world.settle();
  expect_declined();
  world.crash();
  world.settle();
  expect_declined();
}

TEST_P(DeclinedInvitation, StaysDeclinedWhoWasInactiveMeanwhile) {
  world.edit("jane", {{"state", "Inactive"}});
  world.settle();
  EXPECT_EQ(world.phase("jane"), "Inactive");
  world.edit("jane", {{"state", "Active"}});
  world.settle();
  expect_declined();
}

TEST_P(DeclinedInvitation, IsAskedAnewWhenThatIsDue) {
  resend_at(world.now + minutes{10});
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/ExpiredInvitation");
  EXPECT_EQ(world.look_again_after, minutes{10});
  world.now += minutes{10};
  world.settle();
  EXPECT_FALSE(world.invitation("jane").contains("declinedAt"));
  EXPECT_EQ(world.phase("jane"), needs_none() ? "Active" : "PendingInvitation");
  if (!needs_none()) return;
  EXPECT_THAT(world.notes, Contains(kWithoutInvitation));
  EXPECT_FALSE(world.status("jane").contains("lastAction")) << "it answered nothing";
  world.now += minutes{10};
  EXPECT_EQ(world.look("jane"), 0);
}

INSTANTIATE_TEST_SUITE_P(
    , DeclinedInvitation,
    testing::Values(Change{"LinkThenTheSame", "Link", "Link", false}, Change{"LinkThenEmail", "Link", "Email", false},
                    Change{"LinkThenNone", "Link", "None", false}, Change{"LinkThenAutoAccept", "Link", "Link", true},
                    Change{"EmailThenLink", "Email", "Link", false}, Change{"EmailThenNone", "Email", "None", false},
                    Change{"EmailThenAutoAccept", "Email", "Email", true}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(WithoutInvitation, APendingLinkIsDeadBeforeItsMemberIsAcceptedWithoutIt) {
  InvitationWorld world;
  world.add_member("jane", by("Link"));
  world.settle();
  const std::string before = world.invitation("jane")["tokenHash"];
  world.edit("jane", by("None"));
  world.look("jane", 1);
  EXPECT_EQ(world.phase("jane"), "PendingInvitation");
  EXPECT_FALSE(world.is_open("jane", before));
  world.settle();
  EXPECT_EQ(world.phase("jane"), "Active");
  EXPECT_THAT(world.notes, Contains(kWithoutInvitation));
  EXPECT_FALSE(world.status("jane").contains("lastAction"));
  EXPECT_THAT(world.secrets, IsEmpty());
}

TEST(WithoutInvitation, WhoUsedTheLinkBeforeThatIsToldToHaveAccepted) {
  InvitationWorld world;
  world.add_member("jane", by("Link"));
  world.settle();
  world.accept("jane");
  world.edit("jane", by("None"));
  world.settle();
  EXPECT_EQ(world.phase("jane"), "Active");
  EXPECT_THAT(world.notes, Contains("jane@acme.example accepted the invitation"));
}

TEST(WithoutInvitation, WhoseTimeWasOverIsAccepted) {
  InvitationWorld world;
  world.add_member("jane", by("Link"));
  world.settle();
  world.now += std::chrono::hours{25};
  world.settle();
  ASSERT_EQ(world.phase("jane"), "ExpiredInvitation");
  world.edit_organization({{"invitations", {{"autoAccept", true}}}});
  world.settle();
  EXPECT_EQ(world.phase("jane"), "Active");
  EXPECT_THAT(world.notes, Contains(kWithoutInvitation));
}

}  // namespace
}  // namespace guildhall::controllers::member
