// 500 ApiKeys are applied while the operator is killed again and again: each ends with one Secret and one valid token.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): SIGKILL by the name that kill(2) has

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <thread>

#include "operator/api/apikey.hpp"
#include "operator/api/organization.hpp"
#include "tests/faults/operator_under_fault.hpp"
#include "tests/faults/snapshot.hpp"

namespace guildhall::tests::faults {
namespace {

constexpr int kKeys = 500;
/// An ApiKey takes three writes and an Event, so that this kills some twenty times.
constexpr unsigned kMostWritesOfALife = 200;
constexpr std::chrono::seconds kPatience{240};
constexpr std::string_view kHome = "loop";

std::string name_of(int number) {
  return fmt::format("key-{:03}", number);
}

std::string manifest() {
  std::string list = fmt::format(
      "{{apiVersion: v1, kind: List, items: [\n"
      "{{apiVersion: v1, kind: Namespace, metadata: {{name: {0}}}}},\n"
      "{{apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {{name: {0}}}, spec: {{displayName: "
      "Loop}}}}",
      kHome);
  for (int number = 0; number < kKeys; ++number) {
    list += fmt::format(
        ",\n{{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {{name: {}, namespace: {}}}, spec: "
        "{{displayName: Key, permissions: Read, deployments: {{all: true}}, lifetime: 90d}}}}",
        name_of(number), kHome);
  }
  return list + "]}";
}

/// GUILDHALL_SEED repeats a run that went wrong.
unsigned seed() {
  const char* given = std::getenv("GUILDHALL_SEED");  // NOLINT(concurrency-mt-unsafe): nobody sets the environment
  const unsigned chosen = given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
  fmt::print("[ seed     ] GUILDHALL_SEED={}\n", chosen);
  return chosen;
}

class KillLoopTest : public testing::Test {
 protected:
  /// A new process that dies after a random number of writes, or not at all.
  void start(bool doomed) {
    operator_.proxy().writes().revive();
    operator_.start({"--leader-elect-lease-duration", "8s", "--leader-elect-renew-deadline", "6s",
                     "--leader-elect-retry-period", "1s"});
    if (doomed) operator_.proxy().writes().kill_after(lifetime_(random_), operator_.process().pid());
  }
  /// What anybody on the machine may see of the process.
  void look_at_process() {
    for (const char* name : {"/cmdline", "/environ"}) {
      std::ifstream file("/proc/" + std::to_string(operator_.process().pid()) + name);
      said_.emplace(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  [[nodiscard]] Snapshot snapshot() const { return viewer_.snapshot({std::string(kHome)}); }
  /// Those that were seen settled are not looked at again before the end.
  [[nodiscard]] std::string why_not_each_settled() {
    for (; settled_ < kKeys; ++settled_) {
      const core::ObjectKey at{std::string(kHome), name_of(settled_)};
      Snapshot one;
      if (auto secret = viewer_.get(core::types::secrets(), at); !secret.is_null())
        one.secrets[at.to_string()] = secret;
      if (auto key = viewer_.get(api::api_key_type(), at); !key.is_null()) one.keys[at.to_string()] = key;
      if (auto why = unsettled(one, at.to_string(), {at.ns}); !why.empty()) return why;
    }
    return "";
  }
  /// Kills and restarts until nothing is left to do. How many were killed.
  int kill_until_all_settled() {
    int deaths = 0;
    const auto settled_or_dead = [this] {
      look_at_process();
      return operator_.process().running() ? why_not_each_settled() : "";
    };
    while (comes_true("all are settled, or the process has died", settled_or_dead, kPatience)) {
      if (operator_.process().running()) return deaths;
      ++deaths;
      // 1: a machine that is this busy may also cost it the Lease.
      EXPECT_THAT(operator_.process().wait(std::chrono::seconds(10)).value_or(-1), testing::AnyOf(128 + SIGKILL, 1));
      EXPECT_THAT(broken_promises(snapshot()), testing::IsEmpty()) << "after death " << deaths;
      start(true);
    }
    ADD_FAILURE() << why_not_each_settled();
    return deaths;
  }

  OperatorUnderFault operator_;
  const Viewer viewer_{cluster::shared_control_plane().kubeconfig()};
  std::mt19937 random_{seed()};
  std::uniform_int_distribution<unsigned> lifetime_{1, kMostWritesOfALife};
  int settled_ = 0;
  std::set<std::string> said_;  ///< where no token may stand
};

TEST_F(KillLoopTest, FiveHundredKeysEndWithOneSecretAndOneTokenEach) {
  start(true);
  std::jthread applying([] {
    const auto applied = OperatorUnderFault::kubectl().apply(manifest());
    EXPECT_EQ(applied.exit_code, 0) << applied.err;
  });
  const int deaths = kill_until_all_settled();
  applying.join();
  fmt::print("[ deaths   ] {}\n", deaths);
  EXPECT_GT(deaths, 5);
  start(false);
  operator_.process().wait_ready();
  const auto end = snapshot();
  EXPECT_EQ(end.keys.size(), std::size_t{kKeys});
  EXPECT_EQ(end.secrets.size(), std::size_t{kKeys});
  for (const auto& [path, key] : end.keys)
    EXPECT_EQ(unsettled(end, path, {std::string(kHome)}), "");
  look_at_process();
  std::string said = operator_.process().log() + operator_.process().metrics() +
                     OperatorUnderFault::kubectl().get({"events", "-A"}).dump() +
                     viewer_.get(api::organization_type(), {"", std::string(kHome)}).dump();
  for (const auto& text : said_)
    said += text;
  for (const auto& [path, key] : end.keys)
    said += key.dump();
  ASSERT_NE(said.find("ApiKeyIssued"), std::string::npos) << "the Events were not looked at";
  ASSERT_NE(said.find("--leader-elect-lease-duration"), std::string::npos) << "the arguments were not looked at";
  for (const auto& [path, secret] : end.secrets) {
    // gld_<id>_<the secret part>: the id may be told.
    const std::string secret_part = entry_of(secret, "token").substr(std::string("gld_12345678_").size());
    ASSERT_GT(secret_part.size(), 40U);
    EXPECT_EQ(said.find(secret_part), std::string::npos) << "the token of " << path << " is told";
  }
}

}  // namespace
}  // namespace guildhall::tests::faults
