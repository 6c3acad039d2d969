#include "operator/plugin/invitation.hpp"

#include <gmock/gmock.h>

#include "tests/unit/operator/plugin/members.hpp"

namespace guildhall::plugin {
namespace {

using testing::HasSubstr;

InviteMember invite(const std::string& email, const std::string& role = "Editor") {
  InviteMember command;
  command.email = email;
  command.role = role;
  return command;
}

std::string became(const MemberView& member) {
  const auto story = what_became(member);
  return story ? *story : "error: " + story.error().message;
}

TEST(InvitationTest, MakesAMemberNamedAfterTheEmail) {
  auto command = invite("jane.doe@acme.example");
  command.display_name = "Jane Doe";
  command.delivery = "Link";
  const auto plan = plan_invitation(command, "acme", {view("ada")});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_FALSE(plan->exists);
  EXPECT_EQ(plan->object, nlohmann::json::parse(R"({
      "apiVersion": "guildhall.dev/v1alpha1", "kind": "Member", "metadata": {"name": "jane.doe", "namespace": "acme"},
      "spec": {"email": "jane.doe@acme.example", "role": "Editor", "displayName": "Jane Doe",
               "invitation": {"delivery": "Link"}}})"));
}

TEST(InvitationTest, ATakenNameGetsANumber) {
  const auto plan = plan_invitation(invite("jane@other.example"), "acme", {view("jane"), view("jane-2")});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->name, "jane-3");
}

TEST(InvitationTest, AGivenNameThatIsTakenIsRefused) {
  auto command = invite("jane@other.example");
  command.name = "jane";
  EXPECT_EQ(plan_invitation(command, "acme", {view("jane")}).error().message,
            "the name jane is taken by another email; give another --name, or leave it out");
}

TEST(InvitationTest, WhoIsAMemberAlreadyIsNotInvitedTwice) {
  const auto plan = plan_invitation(invite("jane@acme.example"), "acme", {view("jane")});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_TRUE(plan->exists);
  EXPECT_EQ(plan->name, "jane");
  EXPECT_EQ(plan_invitation(invite("jane@acme.example", "Viewer"), "acme", {view("jane")}).error().message,
            "jane@acme.example is a Member already: jane, as Editor. Change its role: kubectl guildhall members role "
            "jane Viewer -n acme");
}

TEST(InvitationTest, WhatAMemberHasOtherwiseIsNotDroppedInSilence) {
  auto command = invite("jane@acme.example");
  command.delivery = "Link";
  command.display_name = "Jane's";
  EXPECT_EQ(
      plan_invitation(command, "acme", {view("jane")}).error().message,
      "jane@acme.example is a Member already: jane, and not as you ask for it. Change it: kubectl patch gmem jane "
      "-n acme --type=merge -p '{\"spec\":{\"displayName\":\"Jane'\\''s\",\"invitation\":{\"delivery\":\"Link\"}}}'");
  auto same = view("jane");
  same.delivery = "Link";
  same.display_name = "Jane's";
  EXPECT_TRUE(plan_invitation(command, "acme", {same}));
}

TEST(InvitationTest, WhoMustBeAskedAgainIsNoSuccess) {
  auto member = view("jane");
  member.phase = "ExpiredInvitation";
  member.message = "the invitation was declined";
  EXPECT_EQ(became(member),
            "error: member.guildhall.dev/jane is there, but is ExpiredInvitation: the invitation was declined\nkubectl "
            "guildhall members resend jane -n acme");
  member.phase = "Inactive";
  EXPECT_THAT(became(member), HasSubstr("members activate jane -n acme"));
}

TEST(InvitationTest, IsSettledWhenGuildhallIsDoneOrStuckWithThisVerySpec) {
  EXPECT_TRUE(is_settled(view("jane")));
  EXPECT_TRUE(is_settled(view("jane", {}, not_ready("NoMailServer", ""))));
  EXPECT_TRUE(is_settled(view("jane", {}, not_ready("Paused", "", false))));
  EXPECT_FALSE(is_settled(view("jane", {}, not_ready("SendingInvitation", "", false))));
  EXPECT_FALSE(is_settled(view("jane", {}, {{"conditions", nullptr}})));
  auto edited = member_json("jane");
  edited["metadata"]["generation"] = 4;
  EXPECT_FALSE(is_settled(member_view(edited)));
}

TEST(InvitationTest, SaysWhatComes) {
  EXPECT_THAT(what_comes(invite("jane@acme.example"), "jane", "acme"),
              HasSubstr("Guildhall sends a mail with a link to jane@acme.example."));
  auto link = invite("jane@acme.example");
  link.delivery = "Link";
  EXPECT_THAT(what_comes(link, "jane", "acme"), HasSubstr("kubectl get gmem jane -n acme -o jsonpath="));
  auto none = invite("jane@acme.example");
  none.delivery = "None";
  EXPECT_THAT(what_comes(none, "jane", "acme"), HasSubstr("No invitation is sent"));
  none.email = "o'brien@acme.example";
  EXPECT_THAT(what_comes(none, "jane", "acme"), HasSubstr(R"(--email='o'\''brien@acme.example' -o wide)"));
}

nlohmann::json pending(const nlohmann::json& invitation) {
  nlohmann::json status = not_ready("PendingInvitation", "invited", false);
  status["conditions"][0]["status"] = "True";
  status["invitation"] = invitation;
  return status;
}

TEST(InvitationTest, SaysWhatBecameOfIt) {
  EXPECT_EQ(became(view("jane")), "jane@acme.example is Active as Editor.");
  EXPECT_EQ(
      became(view("jane", {}, pending({{"sentAt", "2026-11-24T10:00:00Z"}, {"expiresAt", "2026-11-25T10:00:00Z"}}))),
      "A mail with the link was sent to jane@acme.example at 2026-11-24 10:00 UTC. The link works until "
      "2026-11-25 10:00 UTC.");
  EXPECT_EQ(became(view("jane", {},
                        pending({{"secret", {{"name", "jane-invitation"}}}, {"expiresAt", "2026-11-25T10:00:00Z"}}))),
            "Read the link, and hand it over: kubectl get secret jane-invitation -n acme -o "
            "go-template='{{.data.link | base64decode}}{{\"\\n\"}}'\nThe link works until 2026-11-25 10:00 UTC.");
  EXPECT_EQ(became(view("jane", {}, pending(nullptr))), "invited");
}

TEST(InvitationTest, SaysWhatIsInTheWayAndTheWayOut) {
  EXPECT_EQ(became(view("jane", {}, not_ready("DuplicateEmail", "Member ada has this email"))),
            "error: member.guildhall.dev/jane is there, but cannot go on: DuplicateEmail: Member ada has this email\n"
            "Remove this one: kubectl guildhall members delete jane -n acme");
  EXPECT_THAT(became(view("jane", {}, not_ready("NoMailServer", "no mail server"))),
              HasSubstr("kubectl patch gmem jane -n acme --type=merge -p "
                        "'{\"spec\":{\"invitation\":{\"delivery\":\"Link\"}}}'"));
  EXPECT_THAT(became(view("jane", {}, not_ready("MailUncertain", "lost"))), HasSubstr("members resend jane -n acme"));
  EXPECT_THAT(became(view("jane", {}, not_ready("NotAHome", "no home"))), HasSubstr("home namespace (-n)"));
  EXPECT_THAT(became(view("jane", {}, not_ready("NoPublicPage", "no page"))), HasSubstr("--public-url"));
  EXPECT_THAT(became(view("jane", {}, not_ready("Paused", "paused", false))), HasSubstr("guildhall.dev/paused-"));
  EXPECT_THAT(became(view("jane", {}, not_ready("MailFailed", "421 later", false))),
              HasSubstr("is there, but not done yet: MailFailed: 421 later"));
  EXPECT_THAT(became(view("jane", {}, {{"conditions", nullptr}})), HasSubstr("is Guildhall's operator running?"));
}

}  // namespace
}  // namespace guildhall::plugin
