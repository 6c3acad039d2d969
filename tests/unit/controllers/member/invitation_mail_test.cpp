// Invitations by mail: one mail for each, whatever fails and wherever the operator is killed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "tests/unit/controllers/member/invited_by_mail.hpp"

namespace guildhall::controllers::member {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(InvitationByMail, SendsOneMailWhoseLinkTheStatusKnows) {
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  EXPECT_THAT(world.post.arrived, ElementsAre(hash()));
  ASSERT_THAT(world.post.links, SizeIs(1));
  EXPECT_EQ(InvitationWorld::hash_of(world.post.links.front()), hash());
  EXPECT_THAT(world.post.inviters, ElementsAre("ada@acme.example"));
  EXPECT_EQ(world.invitation("jane")["attempts"], 1);
  EXPECT_EQ(world.invitation("jane")["sentAt"], "2026-11-24T10:00:00Z");
  EXPECT_THAT(world.secrets, IsEmpty());
}

TEST_F(InvitationByMail, RecordsThatItIsHandedOverBeforeItGoes) {
  world.look("jane");  // drawn
  world.look("jane");  // sent off
  world.post.step();   // at the door
  world.look("jane");
  EXPECT_TRUE(world.invitation("jane").contains("handedOverAt"));
  world.post.step();
  EXPECT_THAT(world.post.arrived, IsEmpty()) << "it goes only when that is seen to stand";
  world.look("jane");
  world.post.step();
  EXPECT_THAT(world.post.arrived, ElementsAre(hash()));
}

TEST_F(InvitationByMail, ResendAtSendsAnotherAndKillsTheOneBefore) {
  world.settle();
  const std::string before = hash();
  world.now += minutes{5};
  resend_now();
  world.settle();
  EXPECT_THAT(world.post.arrived, ElementsAre(before, hash()));
  EXPECT_FALSE(world.is_open("jane", before));
  EXPECT_TRUE(world.is_open("jane", hash()));
  EXPECT_EQ(world.invitation("jane")["attempts"], 1);
}

TEST_F(InvitationByMail, AnotherWithinAMinuteWaits) {
  world.settle();
  world.now += std::chrono::seconds{20};
  resend_now();
  world.settle();
  EXPECT_EQ(world.ready("jane"), "False/MailThrottled");
  EXPECT_THAT(world.message("jane"), HasSubstr("goes at 2026-11-24T10:01:00Z"));
  EXPECT_EQ(world.look_again_after, std::chrono::seconds{40});
  world.now += std::chrono::seconds{40};
  world.settle();
  EXPECT_THAT(world.post.arrived, SizeIs(2));
}

TEST_F(InvitationByMail, TheLinkBeforeIsDeadAlsoWhileTheNextOneWaits) {
  const auto pause = [](InvitationWorld& w) {
    w.member("jane")["metadata"]["annotations"]["guildhall.dev/paused"] = "true";
  };
  for (const bool paused : {false, true}) {
    InvitationWorld fresh;
    fresh.add_member("jane");
    fresh.settle();
    const std::string before = fresh.invitation("jane")["tokenHash"];
    if (paused) pause(fresh);
    fresh.edit("jane", {{"invitation", {{"resendAt", core::format_timestamp(fresh.now)}}}});
    fresh.settle();
    EXPECT_EQ(fresh.ready("jane"), paused ? "False/Paused" : "False/MailThrottled");
    EXPECT_FALSE(fresh.is_open("jane", before));
    fresh.member("jane")["metadata"].erase("annotations");
    fresh.now += minutes{1};
    fresh.edit("jane", {{"displayName", "Jane"}});
    fresh.settle();
    EXPECT_EQ(fresh.ready("jane"), "True/PendingInvitation");
    EXPECT_THAT(fresh.post.arrived, SizeIs(2));
  }
}

TEST_F(InvitationByMail, InactiveKillsTheLinkForGood) {
  world.settle();
  const std::string before = hash();
  world.edit("jane", {{"state", "Inactive"}});
  world.settle();
  world.edit("jane", {{"state", "Active"}});
  world.now += minutes{1};
  world.settle();
  EXPECT_FALSE(world.is_open("jane", before));
  EXPECT_TRUE(world.is_open("jane", hash()));
  EXPECT_THAT(world.post.arrived, SizeIs(2));
}

TEST_F(InvitationByMail, WithoutAMailServerWhatWasSentGoesOn) {
  world.settle();
  world.means.sends_mail = false;
  world.crash();
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  world.now += std::chrono::hours{24};
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/ExpiredInvitation");
  resend_now();
  world.settle();
  EXPECT_EQ(world.ready("jane"), "False/NoMailServer");
}

TEST_F(InvitationByMail, WhatWasNeverSentTakesNoRoom) {
  world.post.before_the_end = failed("451 later");
  world.settle();
  world.remove("jane");
  world.look("jane");
  world.post.before_the_end = {.stage = MailStage::AtTheDoor, .words = {}};
  world.add_member("jane");
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
}

TEST_F(InvitationByMail, DeletingAndMakingAMemberAnewIsNoWayAroundThat) {
  world.settle();
  world.remove("jane");
  world.look("jane");
  world.now += std::chrono::seconds{20};
  world.add_member("jane");
  world.settle();
  EXPECT_EQ(world.ready("jane"), "False/MailThrottled");
}

TEST_F(InvitationByMail, AMemberThatGoesTakesItsMailAlong) {
  world.look("jane");
  world.look("jane");
  world.post.step();
  world.remove("jane");
  world.look("jane");
  world.post.step();
  world.post.step();
  EXPECT_THAT(world.post.arrived, IsEmpty());
}

TEST_F(InvitationByMail, IsNotSentToWhoHasAcceptedMeanwhile) {
  world.look("jane");
  world.look("jane");
  world.post.step();
  world.accept("jane");
  world.settle();
  EXPECT_THAT(world.post.arrived, IsEmpty());
  EXPECT_EQ(world.phase("jane"), "Active");
}

TEST_F(InvitationByMail, BecomesALinkWhenThatIsAskedFor) {
  world.settle();
  const std::string before = hash();
  world.edit("jane", {{"invitation", {{"delivery", "Link"}}}});
  world.settle();
  EXPECT_EQ(InvitationWorld::hash_of(world.link("jane")), hash());
  EXPECT_FALSE(world.is_open("jane", before));
  world.now += std::chrono::hours{48};
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/ExpiredInvitation");
}

TEST(InvitationMails, OfAHundredAndFiveMembersFiveWait) {
  InvitationWorld world;
  for (int i = 0; i < 105; ++i)
    world.add_member("m" + std::to_string(i));
  world.settle();
  EXPECT_THAT(world.post.arrived, SizeIs(100));
  world.crash();
  world.settle();
  EXPECT_THAT(world.post.arrived, SizeIs(100)) << "the next operator reads from the statuses what was sent";
  world.now += std::chrono::hours{1};
  world.settle();
  EXPECT_THAT(world.post.arrived, SizeIs(105));
}

TEST(InvitationMails, AreInTheNameOfPeopleOnly) {
  InvitationWorld world;
  world.creator = "system:serviceaccount:flux-system:kustomize-controller";
  world.add_member("jane");
  world.settle();
  EXPECT_THAT(world.post.inviters, ElementsAre(""));
}

SeenMail any_outcome(bool at_the_end) {
  switch (*rc::gen::inRange(0, 7)) {
    case 0:
      return failed("451 later");
    case 1:
      return refused("550 no");
    case 2:
      return at_the_end ? SeenMail{.stage = MailStage::Uncertain, .words = "lost"} : failed("timed out");
    case 3:
      return {.stage = MailStage::Withheld, .words = {}};
    default:
      return {.stage = at_the_end ? MailStage::Delivered : MailStage::AtTheDoor, .words = {}};
  }
}

/// Whatever the mail server answers, however many writes stand when the operator dies, and however often: no second
/// mail arrives for one wish, no mail arrives whose link does not work, and at the end the status says how it is.
RC_GTEST_PROP(InvitationMails, OneWishIsOneMail, ()) {
  InvitationWorld world;
  world.add_member("jane");
  std::size_t arrived = 0;
  std::set<std::string> ids;
  const auto note_arrivals = [&] {
    for (const auto& id : world.post.arrived) {
      ++arrived;
      RC_ASSERT(ids.insert(id).second);
      RC_ASSERT(world.is_open("jane", id));
    }
    world.post.arrived.clear();
  };
  for (int step = 0; step < 40; ++step) {
    world.post.before_the_end = any_outcome(false);
    world.post.after_the_end = any_outcome(true);
    world.look("jane", *rc::gen::inRange(0, 4));
    if (*rc::gen::inRange(0, 3) > 0) world.post.step();
    note_arrivals();
    if (*rc::gen::inRange(0, 8) == 0) world.crash();
    if (*rc::gen::inRange(0, 4) == 0) world.now += std::chrono::seconds{*rc::gen::inRange(1, 600)};
  }
  RC_ASSERT(arrived <= 1U);
  world.post.before_the_end = {.stage = MailStage::AtTheDoor, .words = {}};
  world.post.after_the_end = {.stage = MailStage::Delivered, .words = {}};
  for (int i = 0; i < 3; ++i) {
    world.now += std::chrono::hours{1};
    world.settle();
    note_arrivals();
  }
  RC_ASSERT(arrived <= 1U);
  const std::string ready = world.ready("jane");
  RC_ASSERT(ready == "True/PendingInvitation" || ready == "False/MailRefused" || ready == "False/MailUncertain");
  RC_ASSERT(ready != "True/PendingInvitation" || arrived == 1U);
}

}  // namespace
}  // namespace guildhall::controllers::member
