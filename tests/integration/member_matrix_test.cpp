// Who may do what, by real users with kubectl and what the running operator bound for them:
// tests/integration/manifests/matrix.yaml says it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <ostream>
#include <thread>

#include "tests/integration/member_matrix/matrix_fixture.hpp"

namespace guildhall::tests::member_matrix {

void PrintTo(const Action& action, std::ostream* out) {
  *out << action.name;
}
void PrintTo(const Escalation& escalation, std::ostream* out) {
  *out << escalation.name;
}

namespace {

using cluster::Kubectl;
using cluster::Output;
using testing::HasSubstr;

/// More than there are cores: kubectl waits for the server, too.
constexpr int kAtOnce = 4;

/// The command without traces: a raw one says so itself.
std::vector<std::string> dry(std::vector<std::string> run) {
  const bool writes = run.front() != "get" && run.at(1) != "--raw";
  if (writes) run.emplace_back("--dry-run=server");
  return run;
}

void expect_answer(const std::string& who, const Output& output, const Refusal& refusal) {
  if (!refusal) {
    EXPECT_EQ(output.exit_code, 0) << who << " is refused: " << output.err;
    return;
  }
  EXPECT_NE(output.exit_code, 0) << who << " is let through: " << output.out;
  EXPECT_THAT(output.err, HasSubstr(*refusal)) << who;
}

template <class Entry>
std::string word(const testing::TestParamInfo<Entry>& info) {
  auto text = fmt::format("{}_{}", info.index, info.param.name);
  std::ranges::replace_if(text, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

class MemberMatrix : public InAnUnchangedWorld, public testing::WithParamInterface<Action> {
 protected:
  struct Attempt {
    std::string user;
    const Kubectl* kubectl;
    Output output;
  };

  static std::vector<Attempt> by_everybody() {
    std::vector<Attempt> attempts;
    for (const auto& user : matrix_table().users)
      attempts.push_back({user.first, &called(user.first), {}});
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    threads.reserve(kAtOnce);
    for (int i = 0; i < kAtOnce; ++i) {
      threads.emplace_back([&] {
        for (std::size_t mine = next++; mine < attempts.size(); mine = next++)
          attempts[mine].output = (*attempts[mine].kubectl)(dry(GetParam().run), GetParam().input);
      });
    }
    threads.clear();
    return attempts;
  }
};

TEST_P(MemberMatrix, AnswersEveryUserAsTheTableSays) {
  const Action& action = GetParam();
  if (!action.may.empty()) {
    for (const auto& [user, refusal] : action.answers)
      EXPECT_EQ(may(called(user), action.may[0], action.may[1], action.may[2]), !refusal) << user;
    return;
  }
  for (const auto& attempt : by_everybody())
    expect_answer(attempt.user, attempt.output, action.answers.at(attempt.user));
}

INSTANTIATE_TEST_SUITE_P(Table, MemberMatrix, testing::ValuesIn(matrix_table().actions), word<Action>);

class Escalations : public InAnUnchangedWorld, public testing::WithParamInterface<Escalation> {};

TEST_P(Escalations, AreRefused) {
  const Escalation& one = GetParam();
  const auto run = one.refused ? one.run : dry(one.run);
  expect_answer(one.as, called(one.as)(run, one.input), one.refused);
}

INSTANTIATE_TEST_SUITE_P(Table, Escalations, testing::ValuesIn(matrix_table().escalations), word<Escalation>);

}  // namespace
}  // namespace guildhall::tests::member_matrix
