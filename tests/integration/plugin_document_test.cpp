// docs/plugin.md shows commands and what they print: each is run, in order, as ada, an Admin of acme.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "tests/integration/plugin_fixture.hpp"

namespace guildhall::tests {
namespace {

/// One command of the page, and what it says there that is printed.
struct Example {
  std::string command;
  std::string output;
};

std::vector<Example> examples_of(const std::string& page) {
  std::vector<Example> examples;
  std::istringstream lines(page);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      inside = line == "```console";
    } else if (inside && line.starts_with("$ ")) {
      examples.push_back({line.substr(2), ""});
    } else if (inside && !examples.empty()) {
      examples.back().output += line + "\n";
    }
  }
  return examples;
}

/// Without what differs from one run to the next: times, ages, links, and the width of columns that follows them.
std::string comparable(std::string text) {
  const std::pair<const char*, const char*> differences[] = {{R"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\dZ| UTC))", "TIME"},
                                                             {R"(https?://\S*/invitations/gli_\w+)", "LINK"},
                                                             {R"(\b\d+[smhdy](\d+[smhdy])?\b|<none>)", "AGE"},
                                                             {R"(there are \w+(, \w+){9,})", "there are ACTIONS"},
                                                             {R"( +)", " "}};
  for (const auto& [pattern, word] : differences)
    text = std::regex_replace(text, std::regex(pattern), word);
  return text;
}

class PluginDocumentTest : public PluginFixture {
 protected:
  /// As a shell would, where it has quotes; what both streams say.
  static std::string run_in_shell(const cluster::Kubectl& user, const std::string& command) {
    const std::string path =
        plugin().parent_path().string() + ":" + user.program().parent_path().string() + ":" + std::getenv("PATH");
    const auto output = cluster::run({.program = "/bin/sh",
                                      .arguments = {"-c", command + " 2>&1"},
                                      .environment = {{"KUBECONFIG", user.kubeconfig().string()}, {"PATH", path}}});
    return output.out;
  }
  /// What is done stands in the log a moment later. The last that it said.
  static std::string run_until_recorded(const cluster::Kubectl& user, const std::string& command,
                                        const std::string& wanted) {
    std::string printed;
    EXPECT_TRUE(cluster::eventually(command, [&] {
      printed = run_in_shell(user, command);
      return cluster::Observation{comparable(printed) == wanted, printed};
    }));
    return printed;
  }
};

TEST_F(PluginDocumentTest, ThePageSaysWhatIsPrinted) {
  run({"create", "namespace", "acme-prod"});
  apply_organization("acme", "namespaces: [acme-prod]");
  apply_member("acme", "ada", "role: Admin");
  apply_member("acme", "jane", "role: Editor");
  apply_member("acme", "vic", "role: Viewer");
  wait_ready("acme", {"ada", "jane", "vic"});
  const auto& ada = member_user("acme", "ada");
  run_in_shell(ada, "kubectl config set-context --current --namespace acme");

  std::ifstream file(std::string(GUILDHALL_SOURCE_DIR) + "/docs/plugin.md");
  const auto examples = examples_of({std::istreambuf_iterator<char>(file), {}});
  ASSERT_GE(examples.size(), 10U);
  for (const auto& [command, output] : examples) {
    const std::string printed = command.find(" audit ") == std::string::npos
                                    ? run_in_shell(ada, command)
                                    : run_until_recorded(ada, command, comparable(output));
    EXPECT_EQ(comparable(printed), comparable(output)) << "$ " << command << "\n" << printed;
  }
}

}  // namespace
}  // namespace guildhall::tests
