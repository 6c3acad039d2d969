#include "operator/runtime/process_identity.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace guildhall::runtime {
namespace {

ProcessIdentity self() {
  return {.host = "node_1",
          .boot_id = "8a2c-1",
          .pid_namespace = 4026531836,
          .pid = 100,
          .start_time = 555,
          .suffix = "x7"};
}

TEST(ProcessIdentity, IsReadAsItWasWritten) {
  EXPECT_EQ(format_identity(self()), "node_1_8a2c-1_4026531836_100_555_x7");
  EXPECT_EQ(parse_identity(format_identity(self())), self());
}

TEST(ProcessIdentity, WhatIsNoIdentityIsNotRead) {
  for (const char* text :
       {"", "node-1", "node-1_2f6c0a9e-aaaa", "a_b_c_d_e_f", "h_b_1_2_x_s", "_b_1_2_3_s", "h__1_2_3_s"})
    EXPECT_FALSE(parse_identity(text)) << text;
}

struct Case {
  const char* name;
  std::string holder;
  ProcessState state;
  bool dead;
};

ProcessIdentity changed(void (*change)(ProcessIdentity&)) {
  ProcessIdentity other = self();
  other.pid = 200;
  other.start_time = 400;
  change(other);
  return other;
}

std::string other(void (*change)(ProcessIdentity&) = [](ProcessIdentity&) {}) {
  return format_identity(changed(change));
}

class ProvablyDead : public testing::TestWithParam<Case> {};

TEST_P(ProvablyDead, IsToldFromWhatIsCertainOnly) {
  const auto& param = GetParam();
  const auto probe = [&param](std::int64_t pid) {
    EXPECT_EQ(pid, 200);
    return param.state;
  };
  EXPECT_EQ(is_provably_dead(param.holder, self(), probe), param.dead);
}

INSTANTIATE_TEST_SUITE_P(
    ProcessIdentity, ProvablyDead,
    testing::Values(Case{"no_such_process", other(), {.exists = false, .start_time = {}}, true},
                    Case{"the_pid_is_another_process_now", other(), {.exists = true, .start_time = 900}, true},
                    Case{"it_runs", other(), {.exists = true, .start_time = 400}, false},
                    Case{"its_start_time_cannot_be_read", other(), {.exists = true, .start_time = {}}, false},
                    Case{"another_host",
                         other([](ProcessIdentity& it) { it.host = "node_2"; }),
                         {.exists = false, .start_time = {}},
                         false},
                    Case{"another_boot",
                         other([](ProcessIdentity& it) { it.boot_id = "8a2c-2"; }),
                         {.exists = false, .start_time = {}},
                         false},
                    Case{"another_pid_namespace",
                         other([](ProcessIdentity& it) { it.pid_namespace = 1; }),
                         {.exists = false, .start_time = {}},
                         false},
                    Case{"an_identity_of_another_program", "node_1", {.exists = false, .start_time = {}}, false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ProcessIdentity, ThisProcessLivesByItsOwnProbe) {
  const ProcessIdentity me = this_process("x");
  EXPECT_EQ(me.pid, getpid());
  EXPECT_GT(me.start_time, 0U);
  EXPECT_NE(me.pid_namespace, 0U);
  EXPECT_EQ(parse_identity(format_identity(me)), me);
  EXPECT_FALSE(is_provably_dead(format_identity(me), me, probe_process));
}

TEST(ProcessIdentity, AnEndedChildIsDeadBeforeAndAfterItIsReaped) {
  const ProcessIdentity me = this_process("x");
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(0);
  siginfo_t ended{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
  ProcessIdentity holder = me;
  holder.pid = child;
  EXPECT_TRUE(is_provably_dead(format_identity(holder), me, probe_process)) << "a zombie";
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(is_provably_dead(format_identity(holder), me, probe_process));
}

}  // namespace
}  // namespace guildhall::runtime
