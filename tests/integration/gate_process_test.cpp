// The gate without an operator beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/gate_process_fixture.hpp"

namespace guildhall::tests {
namespace {

TEST_F(GateProcessTest, RefusesWithoutALeaderToo) {
  const std::string token = token_of("leaderless", "Read");
  const std::string narrowed = token_of("narrowed", "Read");
  const std::string released = token_of("released", "Read");
  patch("apikey", "narrowed", R"({"spec":{"deployments":{"names":null,"all":true}}})");
  EXPECT_TRUE(answers(narrowed, kQuery, 200));
  EXPECT_TRUE(answers(released, kQuery, 200));
  EXPECT_TRUE(answers(token, kQuery, 200));
  kill_operator();
  EXPECT_EQ(status(token, kQuery), 200);
  patch("apikey", "leaderless", R"({"spec":{"revoked":true}})");
  EXPECT_TRUE(answers(token, kQuery, 401));
  patch("apikey", "narrowed", R"({"spec":{"deployments":{"all":null,"selector":{"matchLabels":{"no":"no"}}}}})");
  EXPECT_TRUE(answers(narrowed, kQuery, 403)) << "what the status says was said of another spec";
  patch("organization", "keys", R"({"spec":{"namespaces":[]}})");
  EXPECT_TRUE(answers(released, kQuery, 403));
  patch("organization", "keys", R"({"spec":{"namespaces":["keys-prod"]}})");
  start_operator();
  EXPECT_TRUE(answers(released, kQuery, 200));
}

TEST_F(GateProcessTest, HeedsWhoseKeyItIsWithoutALeader) {
  enrol("jill");
  const std::string token = token_of("jills", "Read", "neverExpires: true, owner: {name: jill}");
  EXPECT_TRUE(answers(token, kQuery, 200));
  kill_operator();
  patch("member", "jill", R"({"spec":{"state":"Inactive"}})");
  EXPECT_TRUE(answers(token, kQuery, 401));
  patch("member", "jill", R"({"spec":{"state":"Active"}})");
  EXPECT_TRUE(answers(token, kQuery, 200));
  start_operator();
}

TEST_F(GateProcessTest, AnswersWhileTheApiServerIsAway) {
  const std::string token = token_of("lasting", "Read");
  EXPECT_TRUE(answers(token, kQuery, 200));
  auto& control_plane = cluster::shared_control_plane();
  kill_operator();
  control_plane.stop();
  EXPECT_EQ(status(token, kQuery), 200);
  EXPECT_EQ(status("gld_wrong", kQuery), 401);
  EXPECT_TRUE(says_of_state("ok\n[!]gate-state: ")) << "it stays in its Service, and says so";
  EXPECT_GT(gate_->metric("guildhall_gate_state_age_seconds").value_or(0), 0);
  control_plane.start();
  EXPECT_TRUE(says_of_state("ok\n"));
  start_operator();
  patch("apikey", "lasting", R"({"spec":{"revoked":true}})");
  EXPECT_TRUE(answers(token, kQuery, 401)) << "it hears of changes again";
}

TEST_F(GateProcessTest, ReadsNoSecret) {
  const auto may = [](const std::vector<std::string>& question) {
    std::vector<std::string> arguments{"auth", "can-i", "--as",
                                       "system:serviceaccount:guildhall-system:guildhall-gate"};
    arguments.insert(arguments.end(), question.begin(), question.end());
    return cluster::shared_control_plane().kubectl()(arguments).out;
  };
  EXPECT_EQ(may({"list", "apikeys.guildhall.dev", "-A"}), "yes\n");
  EXPECT_EQ(may({"get", "secrets", "-n", "keys"}), "no\n");
  EXPECT_EQ(may({"patch", "apikeys.guildhall.dev", "-n", "keys"}), "no\n");
}

}  // namespace
}  // namespace guildhall::tests
