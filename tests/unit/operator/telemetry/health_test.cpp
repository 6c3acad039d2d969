#include "operator/telemetry/health.hpp"

#include <gtest/gtest.h>

namespace guildhall::telemetry {
namespace {

core::Result<void> good() {
  return {};
}

core::Result<void> bad() {
  return core::fail(core::ErrorKind::Unavailable, "not synced: apikeys");
}

TEST(HealthChecks, AreOkWhenThereAreNone) {
  const auto report = HealthChecks().report(false);
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.text, "ok\n");
}

TEST(HealthChecks, AreOkWhenAllAre) {
  HealthChecks checks;
  checks.add("ping", good);
  checks.add("caches", good);
  EXPECT_TRUE(checks.report(false).ok);
  EXPECT_EQ(checks.report(false).text, "ok\n");
  EXPECT_EQ(checks.report(true).text, "[+]ping ok\n[+]caches ok\n");
}

TEST(HealthChecks, SayOfEachHowItIsWhenOneFails) {
  HealthChecks checks;
  checks.add("ping", good);
  checks.add("caches", bad);
  for (const bool verbose : {false, true}) {
    const auto report = checks.report(verbose);
    EXPECT_FALSE(report.ok);
    EXPECT_EQ(report.text, "[+]ping ok\n[-]caches failed: not synced: apikeys\n");
  }
}

TEST(HealthChecks, AnswerForOneAlone) {
  HealthChecks checks;
  checks.add("ping", good);
  checks.add("caches", bad);
  EXPECT_TRUE(checks.report(false, "ping").ok);
  EXPECT_EQ(checks.report(false, "ping").text, "ok\n");
  EXPECT_EQ(checks.report(true, "ping").text, "[+]ping ok\n");
  EXPECT_FALSE(checks.report(false, "caches").ok);
  EXPECT_TRUE(checks.report(false, "caches").found);
  EXPECT_EQ(checks.report(false, "caches").text, "[-]caches failed: not synced: apikeys\n");
}

TEST(HealthChecks, AreNotOkForAnUnknownName) {
  HealthChecks checks;
  checks.add("ping", good);
  const auto report = checks.report(false, "pong");
  EXPECT_FALSE(report.ok);
  EXPECT_FALSE(report.found);
  EXPECT_EQ(report.text, "there is no check pong\n");
}

TEST(HealthChecks, TellANoticeAndAreOkAllTheSame) {
  HealthChecks checks;
  checks.add("ping", good);
  checks.add_notice("contact", bad);
  const auto report = checks.report(false);
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.text, "ok\n[!]contact: not synced: apikeys\n");
  EXPECT_EQ(checks.report(true).text, "[+]ping ok\n[!]contact: not synced: apikeys\n");
  EXPECT_EQ(checks.report(false, "ping").text, "ok\n");
  EXPECT_TRUE(checks.report(false, "contact").ok);
  checks.add("caches", bad);
  EXPECT_FALSE(checks.report(false).ok);
  EXPECT_EQ(checks.report(false).text,
            "[+]ping ok\n[!]contact: not synced: apikeys\n[-]caches failed: not synced: apikeys\n");
}

TEST(HealthChecks, SayNothingOfANoticeThatHasNone) {
  HealthChecks checks;
  checks.add_notice("contact", good);
  EXPECT_EQ(checks.report(false).text, "ok\n");
  EXPECT_EQ(checks.report(true).text, "[+]contact ok\n");
}

TEST(HealthChecks, AskAnewEachTime) {
  HealthChecks checks;
  bool synced = false;
  checks.add("caches", [&] { return synced ? good() : bad(); });
  EXPECT_FALSE(checks.report(false).ok);
  synced = true;
  EXPECT_TRUE(checks.report(false).ok);
}

}  // namespace
}  // namespace guildhall::telemetry
