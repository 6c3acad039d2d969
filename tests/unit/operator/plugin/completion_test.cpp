#include "operator/plugin/completion.hpp"

#include <gmock/gmock.h>

namespace guildhall::plugin {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Words = std::vector<std::string>;

Words complete(const Words& words) {
  const auto always = [](const Words& names) { return [names](const Words&) { return names; }; };
  return complete_words(words, {.members = always({"jane", "ada"}),
                                .namespaces = always({"acme", "default", "acme"}),
                                .contexts = always({"test", "prod"}),
                                .clusters = always({"east"}),
                                .users = always({"me"})});
}

TEST(CompletionTest, CommandsComeFirst) {
  EXPECT_THAT(complete({""}),
              ElementsAre("audit", "can-i", "completion", "help", "members", "signup", "version", "whoami"));
  EXPECT_THAT(complete({"me"}), ElementsAre("members"));
  EXPECT_THAT(complete({"members", "de"}), ElementsAre("deactivate", "delete"));
  EXPECT_THAT(complete({}), Contains("members"));
}

TEST(CompletionTest, MembersComeFromTheCluster) {
  EXPECT_THAT(complete({"members", "delete", ""}), ElementsAre("ada", "jane"));
  EXPECT_THAT(complete({"members", "-n", "acme", "role", "j"}), ElementsAre("jane"));
  EXPECT_THAT(complete({"members", "role", "jane", ""}), ElementsAre("Admin", "Editor", "Viewer"));
  EXPECT_THAT(complete({"members", "delete", "jane", ""}), IsEmpty());
  EXPECT_THAT(complete({"members", "invite", ""}), IsEmpty());
}

TEST(CompletionTest, FlagsAndTheirWords) {
  EXPECT_THAT(complete({"members", "invite", "--d"}), ElementsAre("--delivery", "--display-name", "--dry-run"));
  EXPECT_THAT(complete({"members", "invite", "--delivery", ""}), ElementsAre("Email", "Link", "None"));
  EXPECT_THAT(complete({"members", "list", "-o", "w"}), ElementsAre("wide"));
  EXPECT_THAT(complete({"members", "list", "--email", ""}), IsEmpty());
  EXPECT_THAT(complete({"whoami", "--names"}), ElementsAre("--namespace"));
}

TEST(CompletionTest, TheLogHasItsWords) {
  EXPECT_THAT(complete({"audit", ""}), ElementsAre("export", "list", "tail"));
  EXPECT_THAT(complete({"audit", "list", "--action", "MemberRem"}), ElementsAre("MemberRemovalRefused"));
  EXPECT_THAT(complete({"audit", "tail", "--action", ""}), Contains("ApiKeyIssued"));
  EXPECT_THAT(complete({"audit", "export", "--outcome", ""}), ElementsAre("Refused", "Success"));
  EXPECT_THAT(complete({"audit", "list", "--scope", ""}), ElementsAre("Deployment", "Organization"));
  EXPECT_THAT(complete({"audit", "list", "--format", ""}), ElementsAre("json", "name", "wide", "yaml"));
  EXPECT_THAT(complete({"audit", "export", "--format", ""}), ElementsAre("csv", "jsonl"));
  EXPECT_THAT(complete({"audit", "tail", "-o", ""}), ElementsAre("jsonl", "text"));
  EXPECT_THAT(complete({"audit", "export", "--f"}), ElementsAre("--file", "--format", "--from"));
  EXPECT_THAT(complete({"audit", "tail", "--fr"}), IsEmpty());
  EXPECT_THAT(complete({"signup", "--e"}), ElementsAre("--email"));
}

TEST(CompletionTest, FlagsOfKubectlHaveTheirNames) {
  EXPECT_THAT(complete({"members", "list", "-n", ""}), ElementsAre("acme", "default"));
  EXPECT_THAT(complete({"--namespace", "a"}), ElementsAre("acme"));
  EXPECT_THAT(complete({"whoami", "--context", ""}), ElementsAre("prod", "test"));
  EXPECT_THAT(complete({"whoami", "--cluster", ""}), ElementsAre("east"));
  EXPECT_THAT(complete({"whoami", "--user", ""}), ElementsAre("me"));
}

TEST(CompletionTest, TheClusterIsAskedOnlyForWhatIsWanted) {
  const auto never = [](const Words&) {
    ADD_FAILURE() << "asked";
    return Words{};
  };
  const NameSources sources{
      .members = never, .namespaces = never, .contexts = never, .clusters = never, .users = never};
  EXPECT_THAT(complete_words({"members", "list", "--role", ""}, sources), ElementsAre("Admin", "Editor", "Viewer"));
  EXPECT_THAT(complete_words({"members", "list", "--con"}, sources), ElementsAre("--context"));
  EXPECT_THAT(complete_words({"wh"}, sources), ElementsAre("whoami"));
}

TEST(CompletionTest, AWordAfterAFlagThatTakesNoneIsNoValue) {
  EXPECT_THAT(complete({"members", "invite", "--wait", "--role", "E"}), ElementsAre("Editor"));
  EXPECT_THAT(complete({"members", "list", "-A", "--role", ""}), ElementsAre("Admin", "Editor", "Viewer"));
}

TEST(CompletionTest, IsAnsweredAsKubectlReadsIt) {
  EXPECT_EQ(completion_answer({"ada", "jane"}), "ada\njane\n:4\n");
  EXPECT_EQ(completion_answer({}), ":4\n");
}

TEST(CompletionTest, EveryShellHasItsScript) {
  for (const char* shell : {"bash", "zsh", "fish"})
    EXPECT_THAT(completion_script(shell), testing::HasSubstr("kubectl-guildhall __complete")) << shell;
}

}  // namespace
}  // namespace guildhall::plugin
