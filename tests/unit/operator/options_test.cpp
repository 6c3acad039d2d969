#include "operator/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace guildhall {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::variant<RunOptions, GateOptions, Message> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "guildhall-operator");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

RunOptions run_options(const std::vector<const char*>& arguments) {
  auto parsed = parse(arguments);
  if (const auto* message = std::get_if<Message>(&parsed)) {
    ADD_FAILURE() << message->text;
    return {};
  }
  return std::get<RunOptions>(parsed);
}

/// What is printed instead of running; it must end with this code.
std::string message(int code, const std::vector<const char*>& arguments) {
  const auto parsed = parse(arguments);
  const auto* found = std::get_if<Message>(&parsed);
  if (found == nullptr) return "nothing was said against it";
  EXPECT_EQ(found->exit_code, code) << found->text;
  return found->text;
}

class OptionsFile : public testing::Test {
 protected:
  ~OptionsFile() override { std::filesystem::remove(path_); }
  const char* file(const std::string& text) {
    std::ofstream(path_) << text;
    return path_.c_str();
  }
  std::string path_ =
      testing::TempDir() + "options-" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".yaml";
};

TEST(Options, HaveDefaultsForAll) {
  const RunOptions options = run_options({"run"});
  EXPECT_EQ(options.ns, "guildhall-system");
  EXPECT_EQ(options.lease_duration, seconds(15));
  EXPECT_TRUE(options.leader_elect);
}

TEST(Options, OfTheGateAreItsOwn) {
  const auto parsed = parse({"gate", "--gate-listen", "127.0.0.1:1", "--metrics-listen", ":2", "--log-format", "json"});
  const auto* options = std::get_if<GateOptions>(&parsed);
  ASSERT_NE(options, nullptr);
  EXPECT_EQ(options->gate.listen, "127.0.0.1:1");
  EXPECT_FALSE(options->gate.access_log);
  EXPECT_TRUE(run_options({"run", "--gate-access-log", "true"}).gate.access_log);
  EXPECT_EQ(options->process.metrics_listen, ":2");
  EXPECT_EQ(options->process.log_format, "json");
  EXPECT_THAT(message(64, {"gate", "--store", "/x"}), HasSubstr("--store"));
  EXPECT_EQ(run_options({"run"}).gate.listen, ":8082");
}

TEST(Options, AreReadFromTheCommandLine) {
  const RunOptions options =
      run_options({"run", "--workers", "256", "--leader-elect=false", "--leader-elect-lease-duration", "1m30s",
                   "--leader-elect-retry-period", "500ms", "--protected-namespace", "a", "--protected-namespace", "b"});
  EXPECT_EQ(options.workers, 256);
  EXPECT_FALSE(options.leader_elect);
  EXPECT_EQ(options.lease_duration, seconds(90));
  EXPECT_EQ(options.retry_period, milliseconds(500));
  EXPECT_THAT(options.protected_namespaces, ElementsAre("a", "b"));
}

TEST(Options, AnUnknownCommandIsNamedAndWhatThereIs) {
  EXPECT_EQ(message(64, {"foo"}),
            "There is no 'foo'. The commands are `guildhall-operator run` and `guildhall-operator gate`.\nRun with "
            "--help for more information.\n");
  EXPECT_EQ(message(64, {}),
            "No command was given. The commands are `guildhall-operator run` and `guildhall-operator gate`.\n"
            "Run with --help for more information.\n");
}

TEST(Options, AnUnknownFlagIsNamed) {
  EXPECT_THAT(message(64, {"run", "--nope"}), HasSubstr("--nope"));
}

TEST(Options, ValuesOutOfRangeAreRefused) {
  EXPECT_THAT(message(64, {"run", "--workers", "257"}), HasSubstr("--workers: Value 257 not in range 1 to 256"));
  EXPECT_THAT(message(64, {"run", "--leader-elect-lease-duration", "24h1ms"}), HasSubstr("24 hours"));
  EXPECT_THAT(message(64, {"run", "--leader-elect-lease-duration", "9223372036854775807m"}), HasSubstr("duration"));
  EXPECT_THAT(message(64, {"run", "--leader-elect-lease-duration", "10s"}), HasSubstr("must be longer than"));
}

TEST(Options, HelpShowsValuesAsTheyAreWritten) {
  const std::string help = message(0, {"run", "--help"});
  EXPECT_THAT(help, HasSubstr("--leader-elect-lease-duration DURATION=15s\n"));
  EXPECT_THAT(help, HasSubstr("--leader-elect-renew-deadline DURATION=10s\n"));
  EXPECT_THAT(help, HasSubstr("--leader-elect true|false=true"));
  EXPECT_THAT(help, HasSubstr("--workers 1-256=8"));
  EXPECT_THAT(help, HasSubstr("--max-requests-in-flight 1-1024=16"));
  for (const char* const internal : {"INT", "BOOLEAN", "000ms"})
    EXPECT_THAT(help, Not(HasSubstr(internal)));
}

TEST_F(OptionsFile, HoldsTheSameNamesAndTheCommandLineWins) {
  const char* const path = file("workers: 3\nleader-elect: false\nlog-level: debug\nprotected-namespace: [a, b]\n");
  const RunOptions options = run_options({"run", "--config", path, "--workers", "4"});
  EXPECT_EQ(options.workers, 4);
  EXPECT_FALSE(options.leader_elect);
  EXPECT_EQ(options.process.log_level, "debug");
  EXPECT_THAT(options.protected_namespaces, ElementsAre("a", "b"));
}

TEST_F(OptionsFile, MayGroupNames) {
  const RunOptions options = run_options({"run", "--config", file("identity: {userTemplate: 'oidc:{email}'}\n")});
  EXPECT_EQ(options.user_template, "oidc:{email}");
  EXPECT_THAT(message(64, {"run", "--config", file("identity: {nope: x}\n")}),
              HasSubstr("the key identity.nope is unknown"));
  EXPECT_THAT(message(64, {"run", "--config", file("identity: {userTemplate: '{email}', userTemplate: '{email}'}\n")}),
              HasSubstr("the key identity.userTemplate stands twice"));
}

TEST(Options, AUserTemplateHoldsTheEmailAndMakesNoUserOfKubernetes) {
  EXPECT_EQ(run_options({"run"}).user_template, "{email}");
  EXPECT_THAT(message(64, {"run", "--identity-user-template", "jane"}), HasSubstr("must hold {email}"));
  EXPECT_THAT(message(64, {"run", "--identity-user-template", "system:{email}"}), HasSubstr("must not begin with"));
}

TEST(Options, ThereIsNoPublicPageWithoutItsUrl) {
  const RunOptions options = run_options({"run"});
  EXPECT_EQ(options.public_page.listen, ":8081");
  EXPECT_FALSE(options.public_page.url);
  EXPECT_TRUE(options.public_page.trusted_proxies.empty());
}

TEST(Options, ThePublicPageIsReadFromTheCommandLine) {
  const RunOptions options =
      run_options({"run", "--public-listen", "127.0.0.1:0", "--public-url", "https://join.example/guildhall/",
                   "--public-trusted-proxies", "10.0.0.0/8", "--public-trusted-proxies", "fd00::/8"});
  EXPECT_EQ(options.public_page.listen, "127.0.0.1:0");
  EXPECT_EQ(options.public_page.url,
            (page::PublicUrl{.origin = "https://join.example", .prefix = "/guildhall", .is_https = true}));
  EXPECT_THAT(options.public_page.trusted_proxies,
              ElementsAre(*http::parse_network("10.0.0.0/8"), *http::parse_network("fd00::/8")));
}

TEST(Options, WhatIsNoPublicUrlOrNetworkIsNamedWithItsFlag) {
  EXPECT_THAT(message(64, {"run", "--public-url", "join.example?x"}),
              HasSubstr("--public-url: 'join.example?x' is not the URL of a page"));
  EXPECT_THAT(message(64, {"run", "--public-trusted-proxies", "10.0.0.1/8"}),
              HasSubstr("--public-trusted-proxies: '10.0.0.1/8' is not a network"));
}

TEST_F(OptionsFile, HoldsThePublicPageAsAGroup) {
  const RunOptions options = run_options(
      {"run", "--config",
       file("public: {listen: ':1', url: 'http://join.example', trustedProxies: [10.0.0.0/8, '192.0.2.1']}\n")});
  EXPECT_EQ(options.public_page.listen, ":1");
  EXPECT_EQ(options.public_page.url,
            (page::PublicUrl{.origin = "http://join.example", .prefix = "", .is_https = false}));
  EXPECT_THAT(options.public_page.trusted_proxies,
              ElementsAre(*http::parse_network("10.0.0.0/8"), *http::parse_network("192.0.2.1")));
  EXPECT_THAT(message(64, {"run", "--config", file("public: {url: x}\n")}), HasSubstr("--public-url: 'x' is not"));
  EXPECT_THAT(message(64, {"run", "--config", file("public: {uri: x}\n")}), HasSubstr("the key public.uri is unknown"));
}

TEST(Options, WithoutSmtpThereAreNoMails) {
  EXPECT_EQ(run_options({"run"}).mail.server, std::nullopt);
}

TEST(Options, AUrlIsAllThatALocalMailServerNeeds) {
  const auto server = run_options({"run", "--smtp", "smtp://127.0.0.1:1025"}).mail.server;
  ASSERT_TRUE(server);
  EXPECT_EQ(server->port, 1025);
  EXPECT_EQ(server->from, "guildhall@localhost");
}

TEST_F(OptionsFile, HoldsTheMailServerAsAGroup) {
  const std::string text =
      "smtp: {url: 'smtps://mail.acme.example', from: g@acme.example, fromName: Acme, username: me, passwordFile: '" +
      path_ + "', caFile: '" + path_ + "', tls: Required, connectTimeout: 5s, timeout: 1m, templates: mails}";
  // The file is one line, and so can be the password's too.
  const RunOptions options = run_options({"run", "--config", file(text)});
  const auto& server = options.mail.server;
  ASSERT_TRUE(server);
  EXPECT_EQ(server->host, "mail.acme.example");
  EXPECT_EQ(server->from, "g@acme.example");
  EXPECT_EQ(server->from_name, "Acme");
  EXPECT_EQ(server->username, "me");
  EXPECT_EQ(server->password_file, path_);
  EXPECT_EQ(server->ca_file, path_);
  EXPECT_EQ(server->connect_timeout, seconds(5));
  EXPECT_EQ(server->timeout, seconds(60));
  EXPECT_EQ(options.mail.templates, "mails");
}

TEST_F(OptionsFile, TheMailServerOfTheDocumentationIsAccepted) {
  std::ifstream document(GUILDHALL_SOURCE_DIR "/docs/mail/config.yaml");
  std::string text{std::istreambuf_iterator<char>(document), {}};
  // Files that are there instead of those of a pod.
  const std::string one_line = path_ + ".password";
  std::ofstream(one_line) << "secret\n";
  for (const std::string name : {"/etc/guildhall/smtp/password", "/etc/guildhall/smtp/ca.crt"}) {
    ASSERT_NE(text.find(name), std::string::npos);
    text.replace(text.find(name), name.size(), one_line);
  }
  const MailOptions mail = run_options({"run", "--config", file(text)}).mail;
  std::filesystem::remove(one_line);
  EXPECT_TRUE(mail.server);
  EXPECT_EQ(mail.templates, "guildhall-mails");
}

TEST_F(OptionsFile, TheMailServerMayBeItsUrlAlone) {
  EXPECT_EQ(run_options({"run", "--config", file("smtp: smtp://localhost:1025\n")}).mail.server->host, "localhost");
  EXPECT_EQ(run_options({"run", "--config", path_.c_str(), "--smtp", "smtp://localhost:2025"}).mail.server->port, 2025)
      << "flags win";
}

TEST_F(OptionsFile, WhatIsWrongWithTheMailServerIsNamed) {
  struct Case {
    std::string yaml;
    std::string said;
  };
  for (const Case& bad :
       {Case{"{url: 'http://mail'}", "smtp.url must begin with smtp:// or smtps://"},
        Case{"{url: 'smtp://mail', from: nobody}", "smtp.from 'nobody' must be an address"},
        Case{"{url: 'smtp://mail'}", "smtp.from must be set"}, Case{"{from: g@acme.example}", "smtp.url must be set"},
        Case{"{url: 'smtp://mail', from: a@b, username: me, passwordFile: /nowhere}",
             "smtp.passwordFile /nowhere cannot be read"},
        Case{"{url: 'smtp://mail', from: a@b, caFile: /nowhere}", "smtp.caFile /nowhere cannot be read"},
        Case{"{url: 'smtp://localhost', tls: Never, username: me, passwordFile: /nowhere}",
             "the password would go over a clear connection"},
        Case{"{url: 'smtp://mail', from: a@b, timeout: 5}", "--smtp-timeout"},
        Case{"{url: 'smtp://mail', from: a@b, templates: Bad_name}", "must be the name of a ConfigMap"},
        Case{"{password: secret}", "the key smtp.password is unknown"}}) {
    EXPECT_THAT(message(64, {"run", "--config", file("smtp: " + bad.yaml + "\n")}), HasSubstr(bad.said)) << bad.yaml;
  }
}

TEST_F(OptionsFile, AnUnknownKeyIsNamedWithItsFile) {
  EXPECT_THAT(message(64, {"run", "--config", file("workers: 3\nnope: 1\n")}),
              HasSubstr("--config: " + path_ +
                        ": the key nope is unknown; keys are the names of the flags of "
                        "`guildhall-operator run`, without dashes"));
}

TEST_F(OptionsFile, AKeyThatStandsTwiceIsNamed) {
  EXPECT_THAT(message(64, {"run", "--config", file("workers: 3\nworkers: 4\n")}),
              HasSubstr(path_ + ": the key workers stands twice"));
}

TEST(Options, ANamespaceIsOne) {
  for (const char* ns : {"Bad_ns", "", "a.b", "-a"})
    EXPECT_THAT(message(64, {"run", "--namespace", ns}), HasSubstr("--namespace: must be the name of a namespace"));
}

TEST_F(OptionsFile, WhatIsNoMappingOrNoYamlIsNamedWithItsFile) {
  EXPECT_THAT(message(64, {"run", "--config", file("- a\n")}), HasSubstr(path_ + ": must be a YAML mapping"));
  EXPECT_THAT(message(64, {"run", "--config", file("workers: {a: b}\n")}), HasSubstr(path_ + ": workers must be"));
  EXPECT_THAT(message(64, {"run", "--config", file("a: [\n")}), HasSubstr(path_ + ": yaml-cpp: error at line"));
}

TEST_F(OptionsFile, OneThatIsNotThereIsNamed) {
  EXPECT_THAT(message(64, {"run", "--config", path_.c_str()}), HasSubstr(path_));
}

}  // namespace
}  // namespace guildhall
