// The API server fails in every way that it can, while ApiKeys are made, rotated, revoked and deleted: all end as if
// nothing had happened.
#include <gtest/gtest.h>

#include <memory>

#include "tests/faults/operator_under_fault.hpp"
#include "tests/faults/tenant.hpp"

namespace guildhall::tests::faults {
namespace {

/// A watch that falls silent is given up after 90 s.
constexpr std::chrono::seconds kPatience{150};

struct Case {
  std::string name;
  std::vector<Rule> rules;
};

std::vector<Case> cases() {
  return {
      {"TooManyRequests", {{.verb = "write", .part = "", .status = 429, .retry_after = 1, .every = 4, .times = 6}}},
      {"Conflict", {{.verb = "write", .part = "", .status = 409, .every = 3}}},
      {"ServerError",
       {{.verb = "write", .part = "", .status = 500, .every = 3},
        {.verb = "watch", .part = "", .status = 503, .retry_after = 1, .times = 4}}},
      // A watch that goes on from a version is refused always, one that begins with a list three times.
      {"Gone",
       {{.verb = "watch", .part = "sendInitialEvents", .status = 410, .times = 3},
        {.verb = "watch", .part = "", .fault = Fault::CutLine, .times = 4},
        {.verb = "rewatch", .part = "apikeys", .fault = Fault::GoneEvent},
        {.verb = "rewatch", .part = "", .status = 410}}},
      {"LostAnswers", {{.verb = "write", .part = "", .fault = Fault::DropAnswer, .every = 2}}},
      {"LostRequests", {{.verb = "write", .part = "", .fault = Fault::CutBefore, .every = 2}}},
      {"HalfALine",
       {{.verb = "watch", .part = "sendInitialEvents", .fault = Fault::CutList, .times = 4},
        {.verb = "watch", .part = "apikeys", .fault = Fault::CutLine, .times = 2},
        {.verb = "watch", .part = "secrets", .fault = Fault::CutLine, .times = 2},
        {.verb = "watch", .part = "organizations", .fault = Fault::CutLine, .times = 2}}},
      {"Silence",
       {{.verb = "watch", .part = "apikeys", .fault = Fault::FallSilent, .times = 1},
        {.verb = "watch", .part = "secrets", .fault = Fault::FallSilent, .times = 1}}},
  };
}

class ApiFaultTest : public testing::TestWithParam<Case> {
 protected:
  /// Everything that the operator does for an ApiKey, once each.
  static void live_through(const Tenant& tenant) {
    tenant.create();
    for (const char* key : {"kept", "rotated", "revoked", "deleted"})
      tenant.apply_key(key);
    ASSERT_TRUE(comes_true(
        "all have their tokens", [&] { return tenant.why_not_settled({"kept", "rotated", "revoked", "deleted"}); },
        kPatience));
    const std::string kept = tenant.token("kept");
    const std::string old = tenant.token("rotated");
    tenant.rotate_key("rotated");
    tenant.revoke_key("revoked");
    tenant.remove_key("deleted");
    EXPECT_TRUE(comes_true("it is rotated", [&] { return tenant.why_not_rotated("rotated", old); }, kPatience));
    EXPECT_TRUE(comes_true("it is revoked", [&] { return tenant.why_not_revoked("revoked"); }, kPatience));
    EXPECT_TRUE(
        comes_true("nothing else is left", [&] { return tenant.why_not_settled({"kept", "rotated"}); }, kPatience));
    EXPECT_TRUE(comes_true(
        "the Organization has counted", [&] { return tenant.why_not_counted(3, 2, {"kept", "rotated"}); }, kPatience));
    EXPECT_EQ(tenant.token("kept"), kept);
  }

  /// What was lost at first is written, too.
  void let_it_settle() {
    std::size_t written = 0;
    int looks = 0;
    const auto why_not = [&]() -> std::string {
      const std::size_t now = operator_.proxy().writes().all().size();
      std::string why = operator_.why_not_done();
      looks = now == written && why.empty() ? looks + 1 : 0;
      written = now;
      if (!why.empty()) return why;
      return looks >= 8 ? "" : "it writes";
    };
    EXPECT_TRUE(comes_true("it writes no more", why_not, kPatience));
  }

  OperatorUnderFault operator_;
};

TEST_P(ApiFaultTest, EveryKeyEndsWithOneSecretAndOneValidToken) {
  std::string name = "fault-" + GetParam().name;
  std::ranges::transform(name, name.begin(), [](unsigned char letter) { return std::tolower(letter); });
  for (const auto& rule : GetParam().rules)
    operator_.proxy().rules().add(rule);
  operator_.start();
  const Tenant tenant(OperatorUnderFault::kubectl(), name);
  live_through(tenant);
  EXPECT_GE(operator_.proxy().rules().hits(), GetParam().rules.size()) << "the fault has hardly struck";
  operator_.process().wait_ready();  // the fault may have struck the registration of its webhooks, too
  operator_.proxy().rules().clear();
  // Of one whose Event was lost with both tries of the webhook the leader tells when it looks at what stands.
  EXPECT_TRUE(
      comes_true("the deletion is told", [&] { return tenant.why_not_told_to_be_deleted("deleted"); }, kPatience));
  let_it_settle();
  EXPECT_EQ(operator_.writes_after_restart(3), "") << tenant.events();
  tenant.remove_key("kept");
  tenant.remove_key("rotated");
  tenant.remove_key("revoked");
  tenant.remove();
  EXPECT_TRUE(comes_true("nothing is left behind", [&] { return tenant.why_not_gone(); }));
}

/// An API server that breaks its promise of consistent reads. What a new process does then is held up by the version
/// that each of its writes has as its precondition. (Of Organizations and Secrets see docs/open-work.md.)
class StaleListTest : public testing::Test {
 protected:
  /// A process whose lists the proxy keeps.
  void start_recorded() {
    operator_.proxy().rules().add({.verb = "watch", .part = "sendInitialEvents", .fault = Fault::Record});
    operator_.start();
    operator_.process().wait_ready();
    operator_.proxy().rules().clear();
  }
  /// A new process that is told of that type what was true when the lists were kept.
  void start_with_old_news_of(const std::string& plural) {
    operator_.proxy().rules().add({.verb = "watch", .part = "/" + plural, .fault = Fault::Stale, .times = 1});
    operator_.start();
    operator_.process().wait_ready();
    EXPECT_EQ(operator_.proxy().rules().hits(), 1U);
  }
  static void expect_unharmed(const Tenant& tenant, const std::string& token) {
    EXPECT_TRUE(comes_true("it has counted", [&] { return tenant.why_not_counted(1, 1, {"key"}); }));
    EXPECT_TRUE(comes_true("it is as it was", [&] { return tenant.why_not_settled({"key"}); }));
    EXPECT_EQ(tenant.token("key"), token);
  }

  OperatorUnderFault operator_;
};

TEST_F(StaleListTest, OfNamespacesMakesNoSecondHome) {
  start_recorded();
  const Tenant tenant(OperatorUnderFault::kubectl(), "stale-namespaces");
  tenant.create();
  tenant.apply_key("key");
  ASSERT_TRUE(comes_true("it has a token", [&] { return tenant.why_not_settled({"key"}); }));
  const std::string token = tenant.token("key");
  operator_.kill();
  start_with_old_news_of("namespaces");
  expect_unharmed(tenant, token);
}

/// By what it is told the Secret holds a token that the status does not know, which would have to go.
TEST_F(StaleListTest, OfApiKeysWithdrawsNoTokenThatCameSince) {
  operator_.start();
  const Tenant tenant(OperatorUnderFault::kubectl(), "stale-apikeys");
  tenant.create();
  tenant.apply_key("key");
  ASSERT_TRUE(comes_true("it has a token", [&] { return tenant.why_not_settled({"key"}); }));
  const std::string old = tenant.token("key");
  operator_.kill();
  start_recorded();
  tenant.rotate_key("key");
  ASSERT_TRUE(comes_true("it is rotated", [&] { return tenant.why_not_rotated("key", old); }));
  const std::string token = tenant.token("key");
  operator_.kill();
  start_with_old_news_of("apikeys");
  expect_unharmed(tenant, token);
}

INSTANTIATE_TEST_SUITE_P(Faults, ApiFaultTest, testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace guildhall::tests::faults
