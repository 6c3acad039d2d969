// The operator ends in time whatever the API server does, and leaves no core behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): signals by the names that kill(2) has
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "tests/faults/operator_under_fault.hpp"
#include "tests/faults/tenant.hpp"

namespace guildhall::tests::faults {
namespace {

/// The issue's own bound, whatever the server does.
constexpr std::chrono::seconds kShutdown{5};

class ShutdownTest : public testing::Test {
 protected:
  void start() {
    operator_.start();
    operator_.process().wait_ready();
  }
  void ends_in_time() {
    operator_.process().signal(SIGTERM);
    EXPECT_EQ(operator_.process().wait(kShutdown), 0) << operator_.process().log();
  }
  [[nodiscard]] std::string why_nothing_is_hit() { return operator_.proxy().rules().hits() > 0 ? "" : "not yet"; }
  static std::string lease_holder() {
    const auto lease = OperatorUnderFault::kubectl().get({"lease", "guildhall-operator", "-n", "guildhall-system"});
    return lease.is_null() ? "no Lease" : lease["spec"].value("holderIdentity", "");
  }

  OperatorUnderFault operator_;
};

TEST_F(ShutdownTest, GivesItsLeaseUp) {
  start();
  EXPECT_NE(lease_holder(), "");
  ends_in_time();
  EXPECT_EQ(lease_holder(), "");
}

TEST_F(ShutdownTest, EndsWhileTheServerHoldsEveryRequest) {
  start();
  const Tenant tenant(OperatorUnderFault::kubectl(), "shutdown-held");
  operator_.proxy().rules().add({.verb = "", .part = "", .fault = Fault::Hold});
  tenant.create();
  tenant.apply_key("key");
  ASSERT_TRUE(comes_true("a request is held", [this] { return why_nothing_is_hit(); }));
  ends_in_time();
}

TEST_F(ShutdownTest, EndsWhenTheServerNeverAnswered) {
  operator_.proxy().rules().add({.verb = "", .part = "", .fault = Fault::Hold});
  operator_.start();
  ASSERT_TRUE(comes_true("a request is held", [this] { return why_nothing_is_hit(); }));
  ends_in_time();
}

TEST_F(ShutdownTest, EndsWhenTheServerIsGone) {
  start();
  operator_.proxy().stop();
  ends_in_time();
}

TEST_F(ShutdownTest, EndsWhileTheServerRefusesEverything) {
  start();
  operator_.proxy().rules().add({.verb = "", .part = "", .status = 429, .retry_after = 60});
  const Tenant tenant(OperatorUnderFault::kubectl(), "shutdown-refused");
  tenant.create();
  ASSERT_TRUE(comes_true("a request is refused", [this] { return why_nothing_is_hit(); }));
  ends_in_time();
}

TEST_F(ShutdownTest, EndsWhileItsStreamsAreSilent) {
  operator_.proxy().rules().add({.verb = "watch", .part = "", .fault = Fault::FallSilent});
  start();
  ends_in_time();
  EXPECT_EQ(lease_holder(), "");
}

class CrashDumpTest : public ShutdownTest, public testing::WithParamInterface<int> {
 protected:
  CrashDumpTest() {
    // What the operator inherits would allow a core.
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_CORE, &limit);
    std::filesystem::create_directory(scratch_);
    std::filesystem::current_path(scratch_);
  }
  ~CrashDumpTest() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(scratch_);
  }

  const std::filesystem::path before_ = std::filesystem::current_path();
  const std::filesystem::path scratch_ = cluster::shared_control_plane().directory() / "working-directory";
};

TEST_P(CrashDumpTest, WritesNoCore) {
  start();
  std::ifstream file("/proc/" + std::to_string(operator_.process().pid()) + "/limits");
  const std::string limits{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(limits, testing::ContainsRegex("Max core file size +0 +0 +bytes"));
  operator_.process().signal(GetParam());
  // AddressSanitizer makes an exit code of its own of a SIGSEGV.
  const auto ended = operator_.process().wait(std::chrono::seconds(30));
  ASSERT_TRUE(ended.has_value());
  EXPECT_NE(*ended, 0);
  // The kernel's own word: it also counts a core that core_pattern pipes to a program, where the limit does not hold.
  EXPECT_FALSE(operator_.process().dumped_core());
  EXPECT_TRUE(std::filesystem::is_empty(scratch_));
}

INSTANTIATE_TEST_SUITE_P(Signals, CrashDumpTest, testing::Values(SIGABRT, SIGSEGV),
                         [](const auto& info) { return info.param == SIGABRT ? "SIGABRT" : "SIGSEGV"; });

}  // namespace
}  // namespace guildhall::tests::faults
