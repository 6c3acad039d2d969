#include "operator/mail/smtp_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace guildhall::mail {
namespace {

using testing::HasSubstr;

SmtpSettings settings(const std::string& url, const std::string& tls = {}, const std::string& username = {}) {
  SmtpSettings result;
  result.url = url;
  result.from = "guildhall@acme.example";
  result.tls = tls;
  result.username = username;
  result.password_file = username.empty() ? "" : "/password";
  return result;
}

struct UrlCase {
  std::string url;
  std::string host;
  std::uint16_t port;
  bool implicit_tls;
  bool require_tls;
};

class SmtpUrls : public testing::TestWithParam<UrlCase> {};

TEST_P(SmtpUrls, AreRead) {
  const auto server = make_smtp_server(settings(GetParam().url));
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ(server->host, GetParam().host);
  EXPECT_EQ(server->port, GetParam().port);
  EXPECT_EQ(server->implicit_tls, GetParam().implicit_tls);
  EXPECT_EQ(server->require_tls, GetParam().require_tls);
}

INSTANTIATE_TEST_SUITE_P(All, SmtpUrls,
                         testing::Values(UrlCase{"smtp://mail.acme.example", "mail.acme.example", 587, false, true},
                                         UrlCase{"smtp://mail.acme.example:25", "mail.acme.example", 25, false, true},
                                         UrlCase{"smtps://mail.acme.example", "mail.acme.example", 465, true, true},
                                         UrlCase{"smtps://mail.acme.example:1465/", "mail.acme.example", 1465, true,
                                                 true},
                                         UrlCase{"smtp://192.0.2.7", "192.0.2.7", 587, false, true},
                                         UrlCase{"smtp://[2001:db8::1]:2525", "2001:db8::1", 2525, false, true},
                                         UrlCase{"smtp://localhost:1025", "localhost", 1025, false, false},
                                         UrlCase{"smtp://127.0.0.1:1025", "127.0.0.1", 1025, false, false},
                                         UrlCase{"smtp://[::1]:1025", "::1", 1025, false, false},
                                         UrlCase{"smtps://127.0.0.1:1025", "127.0.0.1", 1025, true, true},
                                         UrlCase{"smtp://127.evil.example:25", "127.evil.example", 25, false, true}));

struct BadCase {
  std::string name;
  SmtpSettings settings;
  std::string said;
};

class BadSmtpSettings : public testing::TestWithParam<BadCase> {};

TEST_P(BadSmtpSettings, AreNamed) {
  const auto server = make_smtp_server(GetParam().settings);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().kind, core::ErrorKind::Invalid);
  EXPECT_THAT(server.error().message, HasSubstr(GetParam().said));
}

SmtpSettings with(SmtpSettings result, const std::function<void(SmtpSettings&)>& change) {
  change(result);
  return result;
}

const SmtpSettings kGood = settings("smtp://mail.acme.example");

INSTANTIATE_TEST_SUITE_P(
    All, BadSmtpSettings,
    testing::Values(
        BadCase{"Empty", settings(""), "smtp.url must begin with smtp:// or smtps://"},
        BadCase{"OtherScheme", settings("http://mail.acme.example"), "smtp.url must begin with smtp:// or smtps://"},
        BadCase{"NoHost", settings("smtp://"), "must be smtp://HOST:PORT"},
        BadCase{"NoPort", settings("smtp://mail:"), "must be smtp://HOST:PORT"},
        BadCase{"PortZero", settings("smtp://mail:0"), "must be smtp://HOST:PORT"},
        BadCase{"PortTooHigh", settings("smtp://mail:65536"), "must be smtp://HOST:PORT"},
        BadCase{"Path", settings("smtp://mail/path"), "must be smtp://HOST:PORT"},
        BadCase{"OpenBracket", settings("smtp://[::1"), "must be smtp://HOST:PORT"},
        BadCase{"BadHost", settings("smtp://ma il"), "must be smtp://HOST:PORT"},
        BadCase{"Login", settings("smtp://me:secret@mail"), "smtp.url must hold no login"},
        BadCase{"OtherTls", settings("smtp://mail", "Sometimes"), "smtp.tls 'Sometimes' must be Required or Never"},
        BadCase{"NeverElsewhere", settings("smtp://mail", "Never"),
                "smtp.tls can be Never only for a server on this machine, not for mail"},
        BadCase{"NeverWithLogin", settings("smtp://localhost", "Never", "me"),
                "the password would go over a clear connection"},
        BadCase{"NeverWithSmtps", settings("smtps://localhost", "Never"),
                "smtp.tls cannot be Never with an smtps:// URL"},
        BadCase{"NoSender", with(kGood, [](auto& s) { s.from = ""; }), "smtp.from must be set"},
        BadCase{"BadSender", with(kGood, [](auto& s) { s.from = "Guildhall <g@acme.example>"; }),
                "smtp.from 'Guildhall <g@acme.example>' must be an address"},
        BadCase{"NoPassword", with(kGood, [](auto& s) { s.username = "me"; }),
                "smtp.username and smtp.passwordFile must be set together"},
        BadCase{"NoUsername", with(kGood, [](auto& s) { s.password_file = "/x"; }),
                "smtp.username and smtp.passwordFile must be set together"},
        BadCase{"ControlInUsername", with(settings("smtp://mail", "", "a\nb"), [](auto&) {}),
                "smtp.username must hold no control characters"},
        BadCase{"ControlInName", with(kGood, [](auto& s) { s.from_name = "a\nb"; }),
                "smtp.fromName must hold no control characters"},
        BadCase{"NoTime", with(kGood, [](auto& s) { s.connect_timeout = std::chrono::seconds(0); }),
                "smtp.connectTimeout must be more than 0"},
        BadCase{"TooMuchTime", with(kGood, [](auto& s) { s.timeout = std::chrono::seconds(3601); }),
                "smtp.timeout must be 1h at most"},
        BadCase{"LessTimeInAll", with(kGood, [](auto& s) { s.timeout = std::chrono::seconds(1); }),
                "smtp.timeout no less than it"}),
    [](const auto& info) { return info.param.name; });

TEST(SmtpServer, TheErrorOfAUrlWithALoginDoesNotRepeatThePassword) {
  EXPECT_EQ(make_smtp_server(settings("smtp://me:secret@mail")).error().message.find("secret"), std::string::npos);
}

TEST(SmtpServer, ALoginTakesTlsOnThisMachineToo) {
  EXPECT_TRUE(make_smtp_server(settings("smtp://localhost", "", "me"))->require_tls);
  EXPECT_TRUE(make_smtp_server(settings("smtp://localhost", "Required"))->require_tls);
  EXPECT_FALSE(make_smtp_server(settings("smtp://localhost", "Never"))->require_tls);
}

TEST(SmtpServer, OnThisMachineTheSenderHasADefault) {
  SmtpSettings local = settings("smtp://localhost:1025");
  local.from = "";
  const auto server = make_smtp_server(local);
  EXPECT_EQ(server->from, "guildhall@localhost");
  EXPECT_EQ(server->from_name, "Guildhall");
}

TEST(SmtpServer, TellsAddressesFromOtherTexts) {
  for (const char* good : {"a@b", "jane+x@acme.example", "o.neil_1@acme.example", "o'neil@acme.example",
                           "x!#$%&'*/=?^_`{|}~-@acme.example"})
    EXPECT_TRUE(is_address(good)) << good;
  const std::string too_long(250, 'a');
  for (const std::string& bad :
       {std::string(""), std::string("jane"), std::string("@acme.example"), std::string("jane@"), std::string("a@b@c"),
        std::string("a b@c"), std::string("a@b\r\n"), std::string("<a@b>"), std::string("\"a\"@b"),
        std::string("a,b@c"), std::string("zo\u00EB@b"), too_long + "@acme.example"})
    EXPECT_FALSE(is_address(bad)) << bad;
}

class PasswordFile : public testing::Test {
 protected:
  ~PasswordFile() override { std::filesystem::remove(path_); }
  core::Result<core::SecretText> read(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
    return read_password(path_);
  }
  std::string path_ = testing::TempDir() + "password-" + testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(PasswordFile, IsReadWithoutTheLineFeedAtItsEnd) {
  EXPECT_EQ(read("correct horse\n")->reveal(), "correct horse");
  EXPECT_EQ(read(" x \r\n")->reveal(), " x ");
  EXPECT_EQ(read("x")->reveal(), "x");
}

TEST_F(PasswordFile, MustHoldOneLine) {
  for (const std::string& bad :
       {std::string(), std::string("\n"), std::string("a\nb"), std::string("a\n\n"), std::string("a\0b", 3)}) {
    const auto password = read(bad);
    ASSERT_FALSE(password);
    EXPECT_EQ(password.error().message, "smtp.passwordFile " + path_ + " must hold one line, the password");
  }
}

TEST_F(PasswordFile, ThatIsNoneIsNamed) {
  EXPECT_EQ(read_password("/nowhere/at/all").error().message, "smtp.passwordFile /nowhere/at/all cannot be read");
  EXPECT_FALSE(read_password("/")) << "a folder";
}

}  // namespace
}  // namespace guildhall::mail
