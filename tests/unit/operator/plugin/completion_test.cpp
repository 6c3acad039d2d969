#include "operator/plugin/completion.hpp"

#include <gmock/gmock.h>

namespace guildhall::plugin {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Words = std::vector<std::string>;

Words complete(const Words& words) {
  return complete_words(words, [](const Words&) { return Words{"jane", "ada"}; });
}

TEST(CompletionTest, CommandsComeFirst) {
  EXPECT_THAT(complete({""}), ElementsAre("can-i", "completion", "help", "members", "version", "whoami"));
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
  EXPECT_THAT(complete({"members", "list", "-n", ""}), IsEmpty());
  EXPECT_THAT(complete({"whoami", "--names"}), ElementsAre("--namespace"));
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
