#include "operator/mail/smtp_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "tests/unit/operator/mail/sample_mail.hpp"
#include "tests/unit/operator/mail/smtp_peer.hpp"

namespace guildhall::mail {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

bool let_go() {
  return true;
}

Outcome send(SmtpPeer& peer, const Release& release = let_go) {
  return SmtpTransport(plain_server(peer.port())).send(sample_mail(), release, {});
}

TEST(SmtpTransport, DeliversAMail) {
  SmtpPeer peer;
  EXPECT_EQ(send(peer), (Outcome{.ending = Ending::Delivered, .words = {}}));
  peer.wait_for_end();
  EXPECT_THAT(peer.commands(), ElementsAre("EHLO acme.example", "MAIL FROM:<guildhall@acme.example>",
                                           "RCPT TO:<jane@acme.example>", "DATA", "QUIT"));
  EXPECT_TRUE(peer.has_whole_mail());
}

TEST(SmtpTransport, MakesAMailOfTwoAlternatives) {
  SmtpPeer peer;
  ASSERT_EQ(send(peer).ending, Ending::Delivered);
  const std::string content = peer.content();
  EXPECT_THAT(content, HasSubstr("From: Guildhall\r\n <guildhall@acme.example>\r\n"));
  EXPECT_THAT(content, HasSubstr("To: Jane Doe\r\n <jane@acme.example>\r\n"));
  EXPECT_THAT(content, HasSubstr("Subject: Your invitation to Acme\r\n"));
  EXPECT_THAT(content, HasSubstr("Message-ID: <0123456789abcdef@guildhall.acme.example>\r\n"));
  EXPECT_THAT(content, HasSubstr("Auto-Submitted: auto-generated\r\n"));
  EXPECT_THAT(content, HasSubstr("Mime-Version: 1.0\r\n"));
  EXPECT_THAT(content, HasSubstr("Content-Type: multipart/alternative; boundary="));
  EXPECT_THAT(content, HasSubstr("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"));
  EXPECT_THAT(content, HasSubstr("Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"));
  // "Hello,\r\n\r\n.dots at the begin\r\n"
  EXPECT_THAT(content, HasSubstr("SGVsbG8sDQoNCi5kb3RzIGF0IHRoZSBiZWdpbg0K"));
  EXPECT_THAT(content, Not(HasSubstr("Content-Disposition")));
}

struct RefusalCase {
  std::string name;
  Replies replies;
  Ending ending;
  std::string words;  ///< that stand in it
};

class SmtpRefusals : public testing::TestWithParam<RefusalCase> {};

TEST_P(SmtpRefusals, AreToldApart) {
  SmtpPeer peer(GetParam().replies);
  const Outcome outcome = send(peer);
  EXPECT_EQ(to_string(outcome.ending), to_string(GetParam().ending)) << outcome.words;
  EXPECT_THAT(outcome.words, HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    All, SmtpRefusals,
    testing::Values(
        RefusalCase{"Busy", {{"", "421 4.3.2 too busy"}}, Ending::Retry, "421 4.3.2 too busy"},
        RefusalCase{"NoMailHere", {{"", "554 no mail here"}}, Ending::Retry, "554 no mail here"},
        RefusalCase{"CutAtOnce", {{"", kCut}}, Ending::Retry, ""},
        RefusalCase{"NoHello", {{"EHLO", "550 go away"}, {"HELO", "550 go away"}}, Ending::Retry, "550 go away"},
        RefusalCase{"SenderLater", {{"MAIL", "451 4.7.1 greylisted"}}, Ending::Retry, "451 4.7.1 greylisted"},
        RefusalCase{"SenderNever", {{"MAIL", "550 5.7.1 not you"}}, Ending::Refused, "550 5.7.1 not you"},
        RefusalCase{"LoginWanted", {{"MAIL", "530 5.7.0 log in first"}}, Ending::Retry, "530 5.7.0 log in first"},
        RefusalCase{"RecipientLater", {{"RCPT", "450 4.2.1 later"}}, Ending::Retry, "450 4.2.1 later"},
        RefusalCase{"RecipientNever",
                    {{"RCPT", "550-5.1.1 No such\r\n550 5.1.1 user here"}},
                    Ending::Refused,
                    "550 5.1.1 No such 5.1.1 user here"},
        RefusalCase{"CutAfterRecipient", {{"RCPT", kCut}}, Ending::Retry, ""},
        RefusalCase{"ContentLater", {{"DATA", "452 4.3.1 full"}}, Ending::Retry, "452 4.3.1 full"},
        RefusalCase{"ContentNever", {{"DATA", "554 5.5.0 no"}}, Ending::Refused, "554 5.5.0 no"},
        RefusalCase{"MailLater", {{".", "451 4.3.0 try again"}}, Ending::Retry, "451 4.3.0 try again"},
        RefusalCase{"MailNever", {{".", "554 5.7.1 spam"}}, Ending::Refused, "554 5.7.1 spam"},
        RefusalCase{"AskedForMoreAfterTheMail", {{".", "354 go on"}}, Ending::Uncertain, "354 go on"},
        RefusalCase{"CutAfterTheMail", {{".", kCut}}, Ending::Uncertain, ""},
        RefusalCase{"TakenAndCut", {{"QUIT", kCut}}, Ending::Delivered, ""},
        RefusalCase{"TakenAndSilent", {{"QUIT", kSilence}}, Ending::Delivered, ""}),
    [](const auto& info) { return info.param.name; });

TEST(SmtpTransport, TheReplyThatQuotesTheLinkIsShownWithoutIt) {
  SmtpPeer peer(Replies{{".", std::string("554 5.7.1 bad URL ") + kSampleLink + " found"}});
  const Outcome outcome = send(peer);
  EXPECT_EQ(outcome.ending, Ending::Refused);
  EXPECT_EQ(outcome.words, "554 5.7.1 bad URL https://guildhall.acme.[withheld] found");
}

TEST(SmtpTransport, NothingIsWholeBeforeTheRelease) {
  SmtpPeer peer;
  int asked = 0;
  EXPECT_EQ(send(peer,
                 [&] {
                   ++asked;
                   EXPECT_FALSE(peer.has_whole_mail());
                   return false;
                 }),
            (Outcome{.ending = Ending::Withheld, .words = {}}));
  EXPECT_EQ(asked, 1);
  peer.wait_for_end();
  EXPECT_FALSE(peer.has_whole_mail());
  EXPECT_THAT(peer.commands(), Not(Contains("QUIT"))) << "within a mail that is a line of it";
}

TEST(SmtpTransport, IsAskedForTheReleaseOnce) {
  SmtpPeer peer;
  int asked = 0;
  EXPECT_EQ(send(peer, [&] { return ++asked > 0; }).ending, Ending::Delivered);
  EXPECT_EQ(asked, 1);
}

TEST(SmtpTransport, IsNotAskedForTheReleaseOfWhatTheServerDoesNotWant) {
  SmtpPeer peer(Replies{{"RCPT", "550 no"}});
  EXPECT_EQ(send(peer,
                 [] {
                   ADD_FAILURE() << "asked";
                   return true;
                 })
                .ending,
            Ending::Refused);
}

TEST(SmtpTransport, AStopInTheMiddleOfAMailNeverEndsTheMail) {
  std::stop_source stop;
  std::promise<std::string> received;
  const kube::RawServer server([&](kube::RawServer::Connection& connection) {
    connection.write("220 peer ready\r\n");
    while (const auto line = connection.read_line()) {
      connection.write(*line == "DATA" ? "354 go on\r\n" : "250 ok\r\n");
      if (*line != "DATA") continue;
      // More than fits into the connection comes, and only its first line is taken before the stop.
      std::string content = connection.read_line().value_or("");
      stop.request_stop();
      while (const auto more = connection.read_line())
        content += *more + "\n";
      received.set_value(content);
      return;
    }
  });
  Message message = sample_mail();
  message.text = core::SecretText(std::string(16UL << 20U, 'x'));
  EXPECT_EQ(SmtpTransport(plain_server(server.port())).send(message, let_go, stop.get_token()).ending,
            Ending::Withheld);
  EXPECT_THAT(received.get_future().get(), Not(HasSubstr("\n.\n")));
}

class SmtpSilences : public testing::TestWithParam<const char*> {};

TEST_P(SmtpSilences, EndWithTheTimeout) {
  const SmtpPeer peer(Replies{{GetParam(), kSilence}});
  SmtpServer server = plain_server(peer.port());
  server.timeout = std::chrono::milliseconds(200);
  const Outcome outcome = SmtpTransport(server).send(sample_mail(), let_go, {});
  EXPECT_EQ(outcome.ending, std::string(GetParam()) == "." ? Ending::Uncertain : Ending::Retry);
  EXPECT_EQ(outcome.words, "the mail server did not answer within 200 ms");
}

TEST_P(SmtpSilences, EndWithAStop) {
  std::stop_source stop;
  SmtpPeer peer(Replies{{GetParam(), kSilence}});
  SmtpServer server = plain_server(peer.port());
  server.timeout = std::chrono::hours(1);
  const std::jthread stopper([&] {
    // Once the peer is silent.
    while (std::string(GetParam()) == "." ? !peer.has_whole_mail() : peer.commands().empty() && *GetParam() != '\0')
      std::this_thread::yield();
    stop.request_stop();
  });
  const Outcome outcome = SmtpTransport(server).send(sample_mail(), let_go, stop.get_token());
  EXPECT_EQ(outcome.ending, std::string(GetParam()) == "." ? Ending::Uncertain : Ending::Withheld) << outcome.words;
}

INSTANTIATE_TEST_SUITE_P(All, SmtpSilences, testing::Values("", "EHLO", "MAIL", "RCPT", "DATA", "."));

constexpr const char* kNotBegun =
    "no mail could begin within 200 ms (smtp.connectTimeout: connection, TLS, greeting and login)";

TEST(SmtpTransport, TheConnectTimeoutGoesToTheGreetings) {
  for (const char* where : {"", "EHLO"}) {
    const SmtpPeer peer(Replies{{where, kSilence}});
    SmtpServer server = plain_server(peer.port());
    server.connect_timeout = std::chrono::milliseconds(200);
    const Outcome outcome = SmtpTransport(server).send(sample_mail(), let_go, {});
    EXPECT_EQ(outcome, (Outcome{.ending = Ending::Retry, .words = kNotBegun})) << where;
  }
}

TEST(SmtpTransport, TheConnectTimeoutIsNoLimitOfTheMail) {
  for (const char* where : {"MAIL", "RCPT", "DATA"}) {
    const SmtpPeer peer(Replies{{where, kSilence}});
    SmtpServer server = plain_server(peer.port());
    server.connect_timeout = std::chrono::milliseconds(200);
    server.timeout = std::chrono::milliseconds(1200);
    const Outcome outcome = SmtpTransport(server).send(sample_mail(), let_go, {});
    EXPECT_EQ(outcome.words, "the mail server did not answer within 1200 ms") << where;
  }
}

TEST(SmtpTransport, TheWaitForTheReleaseIsNotPartOfTheTimeout) {
  const SmtpPeer peer;
  SmtpServer server = plain_server(peer.port());
  server.timeout = std::chrono::milliseconds(500);
  const auto late = std::chrono::steady_clock::now() + std::chrono::milliseconds(700);
  const auto wait = [late] {
    while (std::chrono::steady_clock::now() < late)
      std::this_thread::yield();
    return true;
  };
  EXPECT_EQ(SmtpTransport(server).send(sample_mail(), wait, {}).ending, Ending::Delivered);
}

TEST(SmtpTransport, SaysWhyThereIsNoConnection) {
  std::uint16_t port = 0;
  {
    const SmtpPeer gone;
    port = gone.port();
  }
  const Outcome outcome = SmtpTransport(plain_server(port)).send(sample_mail(), let_go, {});
  EXPECT_EQ(outcome.ending, Ending::Retry);
  EXPECT_THAT(outcome.words, HasSubstr("127.0.0.1"));
  EXPECT_THAT(outcome.words, HasSubstr("connect"));
}

TEST(SmtpTransport, SendsNothingOverAClearConnectionWhenTlsIsRequired) {
  SmtpPeer peer;
  SmtpServer server = plain_server(peer.port());
  server.require_tls = true;
  const Outcome outcome = SmtpTransport(server).send(sample_mail(), let_go, {});
  EXPECT_EQ(outcome.ending, Ending::Retry);
  EXPECT_THAT(outcome.words, HasSubstr("STARTTLS"));
  peer.wait_for_end();
  EXPECT_THAT(peer.commands(), Not(Contains(testing::StartsWith("MAIL"))));
}

TEST(SmtpTransport, RefusesAddressesThatAreNone) {
  for (const char* address : {"", "jane", "jane@acme.example>\r\nBcc: <eve@evil.example", "a b@acme.example"}) {
    Message message = sample_mail();
    message.to = address;
    const Outcome outcome = SmtpTransport(plain_server(1)).send(message, let_go, {});
    EXPECT_EQ(outcome.ending, Ending::Refused) << address;
    EXPECT_THAT(outcome.words, HasSubstr("cannot stand in a mail's header"));
  }
}

/// A login that can be used, whatever the peer says of it.
class SmtpLogin : public testing::Test {
 protected:
  SmtpLogin() { std::ofstream(password_file_) << "secret\n"; }
  ~SmtpLogin() override { std::filesystem::remove(password_file_); }
  [[nodiscard]] SmtpServer server_of(const SmtpPeer& peer) const {
    SmtpServer server = plain_server(peer.port());
    server.username = "guildhall";
    server.password_file = password_file_;
    return server;
  }
  Outcome send_to(SmtpPeer& peer) const { return SmtpTransport(server_of(peer)).send(sample_mail(), let_go, {}); }
  static void expect_no_mail(SmtpPeer& peer) {
    peer.wait_for_end();
    EXPECT_THAT(peer.commands(), Not(Contains(testing::StartsWith("MAIL"))));
    EXPECT_THAT(peer.commands(), Not(Contains(testing::StartsWith("AUTH"))));
  }
  std::string password_file_ =
      testing::TempDir() + "login-" + testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(SmtpLogin, ComesBeforeTheMail) {
  const std::string encoded = "AGd1aWxkaGFsbABzZWNyZXQ=";  // \0guildhall\0secret
  SmtpPeer peer(Replies{{"EHLO", "250-peer\r\n250 AUTH LOGIN PLAIN"}, {"AUTH", "334 "}, {encoded, "235 welcome"}});
  EXPECT_EQ(send_to(peer), (Outcome{.ending = Ending::Delivered, .words = {}}));
  peer.wait_for_end();
  EXPECT_THAT(peer.commands(),
              ElementsAre("EHLO acme.example", "AUTH PLAIN", encoded, "MAIL FROM:<guildhall@acme.example>",
                          "RCPT TO:<jane@acme.example>", "DATA", "QUIT"));
}

TEST_F(SmtpLogin, IsWithinTheConnectTimeout) {
  const SmtpPeer peer(Replies{{"EHLO", "250 AUTH PLAIN"}, {"AUTH", kSilence}});
  SmtpServer server = server_of(peer);
  server.connect_timeout = std::chrono::milliseconds(200);
  EXPECT_EQ(SmtpTransport(server).send(sample_mail(), let_go, {}),
            (Outcome{.ending = Ending::Retry, .words = kNotBegun}));
}

TEST_F(SmtpLogin, ThatTheServerDoesNotOfferIsSaidAndNoMailGoes) {
  SmtpPeer peer(Replies{{"EHLO", "250-peer\r\n250-AUTH CRAM-MD5 GSSAPI\r\n250 SIZE"}});
  EXPECT_EQ(send_to(peer), (Outcome{.ending = Ending::Retry,
                                    .words = "the mail server offers no login by PLAIN or LOGIN, only by CRAM-MD5, "
                                             "GSSAPI"}));
  expect_no_mail(peer);
}

TEST_F(SmtpLogin, IsNotLeftOutWhereTheServerOffersNone) {
  for (const Replies& replies : {Replies{}, Replies{{"EHLO", "250 peer"}}}) {
    SmtpPeer peer(replies);
    EXPECT_EQ(send_to(peer), (Outcome{.ending = Ending::Retry,
                                      .words = "the mail server offers no login, and smtp.username asks for one; "
                                               "leave it out if none is needed"}));
    expect_no_mail(peer);
  }
}

TEST_F(SmtpLogin, IsNotLeftOutWhereTheServerKnowsNoExtensions) {
  SmtpPeer peer(Replies{{"EHLO", "502 what?"}});
  const Outcome outcome = send_to(peer);
  EXPECT_EQ(outcome.ending, Ending::Retry);
  EXPECT_THAT(outcome.words, HasSubstr("offers no login, and"));
  expect_no_mail(peer);
}

TEST(SmtpTransport, TriesAgainLaterWhenThereIsNoPassword) {
  SmtpServer server = plain_server(1);
  server.username = "guildhall";
  server.password_file = "/nowhere/password";
  const Outcome outcome = SmtpTransport(server).send(sample_mail(), let_go, {});
  EXPECT_EQ(outcome.ending, Ending::Retry);
  EXPECT_EQ(outcome.words, "smtp.passwordFile /nowhere/password cannot be read");
}

}  // namespace
}  // namespace guildhall::mail
