// Mails that the mail server does not take, or may not have taken: what is said, and when the next one goes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/member/invitation_mail.hpp"
#include "tests/unit/controllers/member/invited_by_mail.hpp"

namespace guildhall::controllers::member {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(InvitationByMail, SaysWhatTheServerSaidAndTriesAgainWithAnotherLink) {
  world.post.before_the_end = failed("421 4.3.2 closing down");
  world.settle();
  EXPECT_EQ(world.ready("jane"), "False/MailFailed");
  EXPECT_THAT(world.message("jane"), HasSubstr("421 4.3.2 closing down; tried again at 2026-11-24T10:01:00Z"));
  EXPECT_EQ(world.look_again_after, minutes{1});
  const std::string before = hash();
  world.post.before_the_end = {.stage = MailStage::AtTheDoor, .words = {}};
  world.now += minutes{1};
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  EXPECT_EQ(world.invitation("jane")["attempts"], 2);
  EXPECT_NE(hash(), before);
  EXPECT_THAT(world.post.arrived, ElementsAre(hash()));
}

TEST_F(InvitationByMail, TheReasonOfAFailureStaysWhileItIsTriedAgain) {
  world.post.before_the_end = failed("no route");
  world.settle();
  world.now += minutes{1};
  world.look("jane");
  EXPECT_EQ(world.ready("jane"), "False/MailFailed");
  EXPECT_THAT(world.message("jane"), HasSubstr("no route"));
}

TEST_F(InvitationByMail, ThePauseAfterAFailureOutlivesTheOperator) {
  world.post.before_the_end = failed("no route");
  for (const minutes pause : {minutes{0}, minutes{1}, minutes{2}}) {
    world.now += pause;
    world.settle();
  }
  ASSERT_EQ(world.invitation("jane")["attempts"], 3);
  world.now += minutes{1};
  world.crash();
  world.settle();
  EXPECT_EQ(world.invitation("jane")["attempts"], 3);
  EXPECT_THAT(world.post.links, SizeIs(3));
  EXPECT_EQ(world.ready("jane"), "False/MailFailed");
  EXPECT_THAT(world.message("jane"), HasSubstr("no route; tried again at 2026-11-24T10:07:00Z"));
  EXPECT_EQ(world.look_again_after, minutes{3});
  world.post.before_the_end = {.stage = MailStage::AtTheDoor, .words = {}};
  world.now += minutes{3};
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  EXPECT_EQ(world.invitation("jane")["attempts"], 4);
}

TEST_F(InvitationByMail, KilledDuringAnotherTryItSaysWhenTheNextOneIs) {
  world.post.before_the_end = failed("no route");
  world.settle();
  world.now += minutes{1};
  world.look("jane");
  ASSERT_EQ(world.invitation("jane")["attempts"], 2);
  world.crash();
  world.settle();
  EXPECT_EQ(world.invitation("jane")["attempts"], 2);
  EXPECT_EQ(world.ready("jane"), "False/MailFailed");
  EXPECT_THAT(world.message("jane"), HasSubstr("no route; tried again at 2026-11-24T10:03:00Z"));
}

TEST_F(InvitationByMail, AFirstTryThatCameToNoFailureIsMadeAgainAtOnce) {
  world.look("jane");
  world.look("jane");
  ASSERT_THAT(world.post.links, SizeIs(1));
  world.crash();
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  EXPECT_THAT(world.post.links, SizeIs(2));
}

TEST_F(InvitationByMail, WhatTheEndOfTheOperatorCalledBackGoesAtOnceAfterIt) {
  const SeenMail withheld{.stage = MailStage::Withheld, .words = {}};
  for (const bool at_the_end : {false, true}) {
    InvitationWorld fresh;
    (at_the_end ? fresh.post.after_the_end : fresh.post.before_the_end) = withheld;
    fresh.add_member("jane");
    fresh.settle();
    EXPECT_EQ(fresh.ready("jane"), "False/SendingInvitation");
    EXPECT_FALSE(fresh.invitation("jane").contains("handedOverAt"));
    EXPECT_EQ(fresh.look_again_after, minutes{1}) << "if it does not end after all";
    fresh.crash();
    fresh.post.before_the_end = {.stage = MailStage::AtTheDoor, .words = {}};
    fresh.post.after_the_end = {.stage = MailStage::Delivered, .words = {}};
    fresh.settle();
    EXPECT_EQ(fresh.ready("jane"), "True/PendingInvitation");
    EXPECT_THAT(fresh.post.arrived, SizeIs(1));
  }
}

TEST_F(InvitationByMail, ThePauseDoesNotHideThatThereIsNoMailServerAnyMore) {
  world.post.before_the_end = failed("no route");
  world.settle();
  world.means.sends_mail = false;
  world.crash();
  world.settle();
  EXPECT_EQ(world.ready("jane"), "False/NoMailServer");
}

TEST_F(InvitationByMail, ResendAtDoesNotWaitForThePause) {
  world.post.before_the_end = failed("no route");
  world.settle();
  world.crash();
  world.post.before_the_end = {.stage = MailStage::AtTheDoor, .words = {}};
  resend_now();
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
}

TEST_F(InvitationByMail, AnswersOfFourHundredAfterTheEndAreTriedAgainToo) {
  world.post.after_the_end = failed("451 4.7.1 greylisted");
  world.settle();
  EXPECT_EQ(world.ready("jane"), "False/MailFailed");
  EXPECT_FALSE(world.invitation("jane").contains("handedOverAt"));
  world.post.after_the_end = {.stage = MailStage::Delivered, .words = {}};
  world.now += minutes{1};
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  EXPECT_THAT(world.post.arrived, SizeIs(1));
}

TEST_F(InvitationByMail, ARefusalIsForAPersonToMend) {
  for (const bool at_the_end : {false, true}) {
    InvitationWorld fresh;
    (at_the_end ? fresh.post.after_the_end : fresh.post.before_the_end) = refused("550 5.1.1 no such user");
    fresh.add_member("jane");
    fresh.settle();
    EXPECT_EQ(fresh.ready("jane"), "False/MailRefused");
    EXPECT_THAT(fresh.message("jane"), HasSubstr("550 5.1.1 no such user"));
    EXPECT_EQ(fresh.invitation("jane")["refusal"], "550 5.1.1 no such user");
    EXPECT_FALSE(fresh.is_open("jane", fresh.invitation("jane")["tokenHash"]))
        << "the words may hold pieces of its link";
    fresh.crash();
    fresh.now += std::chrono::hours{48};
    fresh.settle();
    EXPECT_EQ(fresh.ready("jane"), "False/MailRefused") << "also the next operator knows";
    EXPECT_THAT(fresh.post.arrived, IsEmpty());
  }
}

TEST_F(InvitationByMail, AfterARefusalResendAtSendsAnother) {
  world.post.before_the_end = refused("550 no");
  world.settle();
  world.post.before_the_end = {.stage = MailStage::AtTheDoor, .words = {}};
  world.now += minutes{2};
  resend_now();
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  EXPECT_FALSE(world.invitation("jane").contains("refusal"));
  EXPECT_TRUE(world.is_open("jane", hash()));
}

TEST_F(InvitationByMail, WhatMayHaveArrivedIsNotSentTwice) {
  world.post.after_the_end = {.stage = MailStage::Uncertain, .words = "connection lost"};
  world.settle();
  EXPECT_EQ(world.ready("jane"), "False/MailUncertain");
  EXPECT_THAT(world.message("jane"), HasSubstr("connection lost"));
  EXPECT_TRUE(world.is_open("jane", hash())) << "its link works";
  world.now += std::chrono::hours{1};
  world.settle();
  EXPECT_THAT(world.post.arrived, SizeIs(1));
  world.now += std::chrono::hours{23};
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/ExpiredInvitation");
}

TEST_F(InvitationByMail, KilledWhileItIsHandedOverItIsNotSentTwice) {
  for (int rounds = 0; rounds < 3; ++rounds) {
    world.look("jane");
    world.post.step();
  }
  ASSERT_TRUE(world.invitation("jane").contains("handedOverAt"));
  world.crash();
  world.settle();
  EXPECT_EQ(world.ready("jane"), "False/MailUncertain");
  EXPECT_THAT(world.post.arrived, IsEmpty());
}

TEST(PausesOfMails, GrowToAnHour) {
  EXPECT_EQ(mail_pause(1), minutes{1});
  EXPECT_EQ(mail_pause(2), minutes{2});
  EXPECT_EQ(mail_pause(6), minutes{32});
  EXPECT_EQ(mail_pause(7), minutes{60});
  EXPECT_EQ(mail_pause(1'000'000), minutes{60});
  EXPECT_EQ(mail_pause(0), minutes{1});
}

}  // namespace
}  // namespace guildhall::controllers::member
