#include "operator/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace guildhall {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::variant<RunOptions, Message> parse(std::vector<const char*> arguments) {
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

TEST(Options, AreReadFromTheCommandLine) {
  const RunOptions options =
      run_options({"run", "--workers", "256", "--leader-elect=false", "--leader-elect-lease-duration", "1m",
                   "--leader-elect-retry-period", "500ms", "--protected-namespace", "a", "--protected-namespace", "b"});
  EXPECT_EQ(options.workers, 256);
  EXPECT_FALSE(options.leader_elect);
  EXPECT_EQ(options.lease_duration, seconds(60));
  EXPECT_EQ(options.retry_period, milliseconds(500));
  EXPECT_THAT(options.protected_namespaces, ElementsAre("a", "b"));
}

TEST(Options, AnUnknownCommandIsNamedAndWhatThereIs) {
  EXPECT_EQ(
      message(64, {"foo"}),
      "There is no 'foo'. The only command is `guildhall-operator run`.\nRun with --help for more information.\n");
  EXPECT_EQ(message(64, {}),
            "No command was given. The only command is `guildhall-operator run`.\n"
            "Run with --help for more information.\n");
}

TEST(Options, AnUnknownFlagIsNamed) {
  EXPECT_THAT(message(64, {"run", "--nope"}), HasSubstr("--nope"));
}

TEST(Options, ValuesOutOfRangeAreRefused) {
  EXPECT_THAT(message(64, {"run", "--workers", "257"}), HasSubstr("--workers: Value 257 not in range 1 to 256"));
  EXPECT_THAT(message(64, {"run", "--leader-elect-lease-duration", "9223372036854775807ms"}), HasSubstr("24 hours"));
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
  EXPECT_EQ(options.log_level, "debug");
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
