// kubectl guildhall members delete and leave: who is asked, and what is typed.
#include <pty.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/integration/plugin_fixture.hpp"

namespace guildhall::tests {
namespace {

using testing::HasSubstr;

class PluginRemovalTest : public PluginFixture {
 protected:
  /// Runs it at a pseudo terminal at which that line is typed; what it says comes back as `err`.
  static cluster::Output at_terminal(const cluster::Kubectl& user, Words words, const std::string& ns,
                                     const std::string& typed) {
    int controller = -1;
    int terminal = -1;
    if (openpty(&controller, &terminal, nullptr, nullptr, nullptr) != 0) throw std::runtime_error("openpty");
    cluster::Command command = PluginFixture::command(user, std::move(words), ns);
    command.arguments.insert(command.arguments.begin(), {"-c", R"(exec "$@" <&3)", "sh", command.program.string()});
    command.program = "/bin/sh";
    const auto log = cluster::shared_control_plane().directory() / "terminal.log";
    std::filesystem::remove(log);
    cluster::ChildProcess child(command, log, {terminal});
    const std::string line = typed + "\n";
    if (write(controller, line.data(), line.size()) < 0) throw std::runtime_error("write");
    const auto code = child.wait(std::chrono::seconds(60));
    close(controller);
    close(terminal);
    std::ifstream said(log);
    return {.exit_code = code.value_or(-1), .out = "", .err = {std::istreambuf_iterator<char>(said), {}}};
  }
  [[nodiscard]] bool is_there(const std::string& organization, const std::string& name) const {
    return !member(organization, name).is_null();
  }
};

TEST_F(PluginRemovalTest, WithoutATerminalOnlyYesDeletes) {
  apply_company("scripted");
  const auto& ada = member_user("scripted", "ada");
  const auto refused = guildhall(ada, {"members", "delete", "vi"}, "scripted");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("there is no terminal to ask at; give --yes"));
  EXPECT_TRUE(is_there("scripted", "vi"));
  const auto done = guildhall(ada, {"members", "delete", "vi@scripted.example", "--yes"}, "scripted");
  EXPECT_EQ(done.exit_code, 0) << done;
  EXPECT_EQ(done.out, "member.guildhall.dev/vi deleted\n");
  EXPECT_FALSE(is_there("scripted", "vi"));
  EXPECT_EQ(guildhall(member_user("scripted", "ed"), {"members", "delete", "ada", "--yes"}, "scripted").exit_code, 1);
}

TEST_F(PluginRemovalTest, AtATerminalTheEmailIsRetyped) {
  apply_company("typed");
  const auto& ada = member_user("typed", "ada");
  const auto wrong = at_terminal(ada, {"members", "delete", "vi"}, "typed", "vi");
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("This removes vi@typed.example (Viewer) from typed, and all it may do there.\n"
                                   "Type the email (vi@typed.example) to go on: "));
  EXPECT_THAT(wrong.err, HasSubstr("error: that is not vi@typed.example; nothing was removed"));
  EXPECT_TRUE(is_there("typed", "vi"));
  const auto right = at_terminal(ada, {"members", "delete", "vi"}, "typed", "vi@typed.example");
  EXPECT_EQ(right.exit_code, 0);
  EXPECT_THAT(right.err, HasSubstr("member.guildhall.dev/vi deleted\n"));
  EXPECT_FALSE(is_there("typed", "vi"));
}

TEST_F(PluginRemovalTest, AMemberLeavesByItself) {
  apply_company("left");
  const auto asked = guildhall(member_user("left", "ed"), {"members", "leave"}, "left");
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_TRUE(is_there("left", "ed"));
  const auto typed = at_terminal(member_user("left", "ed"), {"members", "leave"}, "left", "left");
  EXPECT_EQ(typed.exit_code, 0) << typed;
  EXPECT_THAT(typed.err, HasSubstr("member.guildhall.dev/ed left left\n"));
  EXPECT_FALSE(is_there("left", "ed"));
  const auto other = guildhall(member_user("left", "vi"), {"members", "leave", "ada", "--yes"}, "left");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("you are vi@left.example, and not ada in left"));
  EXPECT_TRUE(is_there("left", "ada"));
  EXPECT_EQ(guildhall(member_user("left", "vi"), {"members", "leave", "vi", "--yes"}, "left").exit_code, 0);
  const auto stranger = guildhall(kubectl_, {"members", "leave", "--yes"}, "left");
  EXPECT_EQ(stranger.exit_code, 1);
  EXPECT_THAT(stranger.err, HasSubstr("and no Member in left"));
}

}  // namespace
}  // namespace guildhall::tests
