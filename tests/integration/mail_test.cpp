// Mails to a real mail server, mailpit, and what becomes of them when it is in trouble.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "operator/crypto/certificates.hpp"
#include "operator/mail/outbox.hpp"
#include "operator/mail/smtp_transport.hpp"
#include "operator/mail/template.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/cluster/mailpit_process.hpp"

namespace guildhall::mail {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tests::cluster::MailpitProcess;

constexpr const char* kLink = "https://guildhall.acme.example/i/Zk3vQ9pTWm4RkXy7BdLs2A8cHf6JnGtU";
constexpr const char* kPassword = "correct-horse-battery";

bool let_go() {
  return true;
}

Message invitation_to(const std::string& organization) {
  const Invitation invitation{.organization = organization,
                              .display_name = "Zo\u00EB Doe",
                              .role = "Editor",
                              .inviter = "ada@acme.example",
                              .email = "zoe@acme.example",
                              .link = core::SecretText(kLink),
                              .expires_at = core::Timestamp(std::chrono::seconds(1'764'064'800)),
                              .ttl = std::chrono::hours(24)};
  auto texts = render(default_invitation(), invitation);
  EXPECT_TRUE(texts);
  return {.from = "guildhall@acme.example",
          .from_name = "Guildhall",
          .to = "zoe@acme.example",
          .to_name = invitation.display_name,
          .subject = texts->subject,
          .text = std::move(texts->text),
          .html = std::move(texts->html),
          .message_id = "0123456789abcdef@guildhall.acme.example",
          .date = core::Timestamp(std::chrono::seconds(1'764'064'800))};
}

SmtpServer server_of(const std::string& scheme, std::uint16_t port,
                     const std::function<void(SmtpSettings&)>& change = {}) {
  SmtpSettings settings;
  settings.url = fmt::format("{}://127.0.0.1:{}", scheme, port);
  settings.from = "guildhall@acme.example";
  if (change) change(settings);
  auto server = make_smtp_server(settings);
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

Outcome send(const SmtpServer& server, const Release& release = let_go) {
  return SmtpTransport(server).send(invitation_to("Acme Metrics Ltd"), release, {});
}

/// Certificates for a mail server at 127.0.0.1, in files.
class Certificates {
 public:
  Certificates() {
    const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    const auto authority = crypto::make_authority("test", now - std::chrono::hours(1), now + std::chrono::hours(24));
    EXPECT_TRUE(authority);
    const auto server = crypto::issue_server_certificate(*authority, {"127.0.0.1"}, now - std::chrono::hours(1),
                                                         now + std::chrono::hours(24));
    EXPECT_TRUE(server);
    write("ca.crt", authority->certificate_pem);
    write("tls.crt", server->certificate_pem);
    write("tls.key", server->key_pem.reveal());
    write("password", kPassword);
    write("wrong", "wrong-horse-battery");
    write("users", fmt::format("guildhall:{}\n", kPassword));
  }
  ~Certificates() { std::filesystem::remove_all(folder_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return folder_ / name; }
  void write(const std::string& name, std::string_view content) const { std::ofstream(file(name)) << content; }

  [[nodiscard]] std::vector<std::string> flags(std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--smtp-tls-cert", file("tls.crt"), "--smtp-tls-key", file("tls.key")});
    return more;
  }

 private:
  static std::filesystem::path make_folder() {
    std::string name = testing::TempDir() + "mail-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    return name;
  }
  std::filesystem::path folder_ = make_folder();
};

TEST(Mail, ArrivesAsItWasMeant) {
  const MailpitProcess mailpit;
  EXPECT_EQ(send(server_of("smtp", mailpit.smtp_port())), (Outcome{.ending = Ending::Delivered, .words = {}}));
  const auto mails = mailpit.mails();
  ASSERT_THAT(mails, SizeIs(1));
  const auto& mail = mails.front();
  EXPECT_EQ(mail.from, "guildhall@acme.example");
  EXPECT_EQ(mail.from_name, "Guildhall");
  EXPECT_EQ(mail.to, "zoe@acme.example");
  EXPECT_EQ(mail.to_name, "Zo\u00EB Doe");
  EXPECT_EQ(mail.subject, "Your invitation to Acme Metrics Ltd");
  EXPECT_EQ(mail.message_id, "0123456789abcdef@guildhall.acme.example");
  EXPECT_THAT(mail.text, AllOf(HasSubstr("Hello Zo\u00EB Doe,"), HasSubstr(kLink)));
  EXPECT_THAT(mail.html, HasSubstr(fmt::format("href=\"{}\"", kLink)));
  EXPECT_THAT(mail.raw, AllOf(HasSubstr("\r\nAuto-Submitted: auto-generated\r\n"), HasSubstr("multipart/alternative")));
}

TEST(Mail, ASubjectOfOtherLettersAndWithHeadersInItIsStillASubject) {
  const MailpitProcess mailpit;
  Message message = invitation_to("x");
  message.subject = "\u65E5\u672C\u8A9E\r\nBcc: eve@evil.example\r\n\r\nA text of \U0001F600";
  ASSERT_EQ(SmtpTransport(server_of("smtp", mailpit.smtp_port())).send(message, let_go, {}).ending, Ending::Delivered);
  const auto mails = mailpit.mails();
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_EQ(mails.front().subject, "\u65E5\u672C\u8A9E  Bcc: eve@evil.example    A text of \U0001F600");
  EXPECT_THAT(mails.front().raw, Not(HasSubstr("\nBcc:")));
}

TEST(Mail, IsNotThereBeforeItIsReleasedAndNotWithoutARelease) {
  const MailpitProcess mailpit;
  const auto server = server_of("smtp", mailpit.smtp_port());
  EXPECT_EQ(send(server,
                 [&] {
                   EXPECT_THAT(mailpit.mails(), IsEmpty());
                   return false;
                 })
                .ending,
            Ending::Withheld);
  // A mail that is sent after it: what mailpit has taken of the first would be there by now.
  EXPECT_EQ(send(server).ending, Ending::Delivered);
  EXPECT_THAT(mailpit.mails(), SizeIs(1));
}

struct TroubleCase {
  std::string name;
  std::string where;
  int code;
  Ending ending;
};

class MailTrouble : public testing::TestWithParam<TroubleCase> {};

TEST_P(MailTrouble, IsToldInTheServersWords) {
  MailpitProcess mailpit;
  mailpit.refuse(GetParam().where, GetParam().code);
  const auto server = server_of("smtp", mailpit.smtp_port());
  const Outcome outcome = send(server, [] {
    ADD_FAILURE() << "was asked for its release";
    return true;
  });
  EXPECT_EQ(to_string(outcome.ending), to_string(GetParam().ending)) << outcome.words;
  EXPECT_THAT(outcome.words, testing::StartsWith(std::to_string(GetParam().code) + " "));
  mailpit.accept();
  EXPECT_EQ(send(server).ending, Ending::Delivered);
}

INSTANTIATE_TEST_SUITE_P(All, MailTrouble,
                         testing::Values(TroubleCase{"SenderLater", "Sender", 451, Ending::Retry},
                                         TroubleCase{"SenderNever", "Sender", 550, Ending::Refused},
                                         TroubleCase{"RecipientLater", "Recipient", 450, Ending::Retry},
                                         TroubleCase{"RecipientNever", "Recipient", 553, Ending::Refused}),
                         [](const auto& info) { return info.param.name; });

class MailOverTls : public testing::Test {
 protected:
  std::function<void(SmtpSettings&)> trusting(const std::string& password = {}) {
    return [this, password](SmtpSettings& settings) {
      settings.tls = "Required";
      settings.ca_file = files_.file("ca.crt");
      if (password.empty()) return;
      settings.username = "guildhall";
      settings.password_file = files_.file(password);
    };
  }
  Certificates files_;
};

TEST_F(MailOverTls, GoesByStartTlsAndImplicitTls) {
  const MailpitProcess by_command(files_.flags({"--smtp-require-starttls"}));
  EXPECT_EQ(send(server_of("smtp", by_command.smtp_port(), trusting())).ending, Ending::Delivered);
  EXPECT_THAT(by_command.mails(), SizeIs(1));
  const MailpitProcess at_once(files_.flags({"--smtp-require-tls"}));
  EXPECT_EQ(send(server_of("smtps", at_once.smtp_port(), trusting())).ending, Ending::Delivered);
  EXPECT_THAT(at_once.mails(), SizeIs(1));
}

TEST_F(MailOverTls, DoesNotGoToAServerThatNobodyVouchesFor) {
  const MailpitProcess by_command(files_.flags({"--smtp-require-starttls"}));
  const MailpitProcess at_once(files_.flags({"--smtp-require-tls"}));
  const auto strict = [](SmtpSettings& settings) { settings.tls = "Required"; };
  for (const Outcome& outcome : {send(server_of("smtp", by_command.smtp_port(), strict)),
                                 send(server_of("smtps", at_once.smtp_port(), strict))}) {
    EXPECT_EQ(outcome.ending, Ending::Retry);
    EXPECT_THAT(outcome.words, HasSubstr("certificate"));
  }
  EXPECT_THAT(by_command.mails(), IsEmpty());
  EXPECT_THAT(at_once.mails(), IsEmpty());
}

TEST_F(MailOverTls, DoesNotGoToAServerOfAnotherName) {
  const MailpitProcess mailpit(files_.flags({"--smtp-require-starttls"}));
  const auto outcome = send(server_of("smtp", mailpit.smtp_port(), [&](SmtpSettings& settings) {
    trusting()(settings);
    settings.url = fmt::format("smtp://localhost:{}", mailpit.smtp_port());
  }));
  EXPECT_EQ(outcome.ending, Ending::Retry);
  EXPECT_THAT(outcome.words, HasSubstr("localhost"));
}

TEST_F(MailOverTls, GoesWithALoginAndNotWithAWrongOne) {
  MailpitProcess mailpit(files_.flags({"--smtp-require-starttls", "--smtp-auth-file", files_.file("users")}));
  EXPECT_EQ(send(server_of("smtp", mailpit.smtp_port(), trusting("password"))).ending, Ending::Delivered);
  const Outcome wrong = send(server_of("smtp", mailpit.smtp_port(), trusting("wrong")));
  EXPECT_EQ(wrong.ending, Ending::Retry);
  EXPECT_THAT(wrong.words, AllOf(HasSubstr("535"), Not(HasSubstr("wrong-horse"))));
  const Outcome none = send(server_of("smtp", mailpit.smtp_port(), trusting()));
  EXPECT_EQ(none.ending, Ending::Retry) << none.words;
  EXPECT_THAT(mailpit.mails(), SizeIs(1));

  mailpit.refuse("Authentication", 454);
  const Outcome later = send(server_of("smtp", mailpit.smtp_port(), trusting("password")));
  EXPECT_EQ(later.ending, Ending::Retry);
  EXPECT_THAT(later.words, HasSubstr("454"));
}

TEST_F(MailOverTls, DoesNotGoWithoutTheLoginThatWasAskedFor) {
  const MailpitProcess by_command(files_.flags({"--smtp-require-starttls"}));
  const MailpitProcess at_once(files_.flags({"--smtp-require-tls"}));
  for (const Outcome& outcome : {send(server_of("smtp", by_command.smtp_port(), trusting("password"))),
                                 send(server_of("smtps", at_once.smtp_port(), trusting("password")))}) {
    EXPECT_EQ(outcome.ending, Ending::Retry);
    EXPECT_THAT(outcome.words, HasSubstr("the mail server offers no login, and smtp.username asks for one"));
  }
  EXPECT_THAT(by_command.mails(), IsEmpty());
  EXPECT_THAT(at_once.mails(), IsEmpty());
}

TEST_F(MailOverTls, TakesANewPasswordWithoutARestart) {
  const MailpitProcess mailpit(files_.flags({"--smtp-require-starttls", "--smtp-auth-file", files_.file("users")}));
  SmtpTransport transport(server_of("smtp", mailpit.smtp_port(), trusting("wrong")));
  EXPECT_EQ(transport.send(invitation_to("x"), let_go, {}).ending, Ending::Retry);
  files_.write("wrong", kPassword);
  EXPECT_EQ(transport.send(invitation_to("x"), let_go, {}).ending, Ending::Delivered);
}

TEST(Mail, IsTriedAgainLaterWhenTheServerIsDown) {
  MailpitProcess mailpit;
  mailpit.kill();
  const Outcome outcome = send(server_of("smtp", mailpit.smtp_port()));
  EXPECT_EQ(outcome.ending, Ending::Retry);
  EXPECT_THAT(outcome.words, HasSubstr(std::to_string(mailpit.smtp_port())));
}

TEST(Mail, IsUncertainWhenTheServerDiesOnceItWasReleased) {
  MailpitProcess mailpit;
  const Outcome outcome = send(server_of("smtp", mailpit.smtp_port()), [&] {
    mailpit.kill();
    return true;
  });
  EXPECT_EQ(outcome.ending, Ending::Uncertain);
  EXPECT_THAT(outcome.words, Not(IsEmpty()));
}

TEST(Mail, GoesThroughTheOutbox) {
  const MailpitProcess mailpit;
  SmtpTransport transport(server_of("smtp", mailpit.smtp_port()));
  std::promise<void> at_the_door;
  std::promise<void> delivered;
  Outbox outbox(transport);
  outbox.hand_in("a", "acme", invitation_to("Acme"), [&] {
    const Stage stage = outbox.state("a").stage;
    if (stage == Stage::AtTheDoor) at_the_door.set_value();
    if (stage == Stage::Delivered) delivered.set_value();
  });
  at_the_door.get_future().wait();
  EXPECT_THAT(mailpit.mails(), IsEmpty());
  outbox.release("a");
  delivered.get_future().wait();
  EXPECT_THAT(mailpit.mails(), SizeIs(1));
}

TEST(Mail, AtTheDoorIsWithheldByAStop) {
  const MailpitProcess mailpit;
  SmtpTransport transport(server_of("smtp", mailpit.smtp_port()));
  std::promise<void> at_the_door;
  Outbox outbox(transport);
  outbox.hand_in("a", "acme", invitation_to("Acme"), [&] {
    if (outbox.state("a").stage == Stage::AtTheDoor) at_the_door.set_value();
  });
  at_the_door.get_future().wait();
  outbox.stop(std::chrono::steady_clock::now() + Outbox::kStopPatience);
  EXPECT_EQ(outbox.state("a").failure.ending, Ending::Withheld);
  EXPECT_THAT(mailpit.mails(), IsEmpty());
}

}  // namespace
}  // namespace guildhall::mail
