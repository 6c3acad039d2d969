// The operator is killed after the n-th write of a life, for every n there is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): SIGKILL by the name that kill(2) has

#include <functional>

#include "tests/faults/operator_under_fault.hpp"
#include "tests/faults/tenant.hpp"

namespace guildhall::tests::faults {
namespace {

/// More writes than a life can take: an operator that never comes to rest must not keep the test for ever.
constexpr unsigned kMostWrites = 60;

/// What somebody does to a tenant, if anything, and when the operator has answered it.
struct Step {
  std::string what;
  std::function<void()> act;
  std::function<std::string()> why_not;
  /// Whether the webhook has noted the act, of an operator that was dead when the act had come back; absent: it has
  /// not.
  std::function<bool()> noted = {};  // NOLINT(readability-redundant-member-init): GCC warns of a missing initializer
};

/// What holds once all acts were noted. An operator that dies of a late write just when somebody asks is not asked, and
/// who did it is told by nobody (docs/audit.md, "What is not").
struct Account {
  std::string what;
  std::function<std::string()> why_not;
};

/// After a death by the write log: what stands keeps every promise, and a new process takes over.
void start_again(OperatorUnderFault& crashing, const Tenant& tenant, const std::string& before) {
  EXPECT_EQ(crashing.process().wait(std::chrono::seconds(10)), 128 + SIGKILL) << crashing.process().log();
  // Nobody writes now.
  EXPECT_THAT(broken_promises(tenant.snapshot()), testing::IsEmpty()) << "killed before: " << before;
  crashing.start();
}

/// Before somebody does the next thing: what the last one began is done, so that the operator is there to be asked.
/// True: it has died of that.
bool comes_to_rest(OperatorUnderFault& crashing, const Tenant& tenant, const std::string& before) {
  constexpr int kEnough = 3;
  auto& writes = crashing.proxy().writes();
  std::size_t written = 0;
  int looks = 0;
  EXPECT_TRUE(comes_true("it is at rest, or the process has died", [&] {
    const std::size_t now = writes.all().size();
    looks = now == written ? looks + 1 : 0;
    written = now;
    return writes.killed() || looks >= kEnough ? "" : "it writes";
  }));
  const bool has_died = writes.killed();
  if (has_died) {
    writes.revive();
    start_again(crashing, tenant, before);
  }
  crashing.process().wait_ready();
  return has_died;
}

/// Until it is so, by this process or, when it has died of that, by the next. True: it has died.
bool lives_until(OperatorUnderFault& crashing, const Tenant& tenant, const std::string& what,
                 const std::function<std::string()>& why_not) {
  auto& writes = crashing.proxy().writes();
  EXPECT_TRUE(comes_true(what + ", or the process has died", [&] { return writes.killed() ? "" : why_not(); }));
  if (!writes.killed()) return false;
  writes.revive();
  start_again(crashing, tenant, what);
  EXPECT_TRUE(comes_true(what + ", by the next process", why_not));
  return true;
}

/// Lives through all steps. The operator dies after so many writes; the next one finishes what that one began.
/// False: it took fewer writes.
bool crashes_in(OperatorUnderFault& crashing, unsigned kill_after, const Tenant& tenant, const std::vector<Step>& steps,
                const Account& account = {}) {
  auto& writes = crashing.proxy().writes();
  writes.kill_after(kill_after, crashing.process().pid());
  bool crashed = false;
  bool noted = true;
  for (const Step& step : steps) {
    crashed = comes_to_rest(crashing, tenant, step.what) || crashed;
    step.act();
    if (writes.killed() && (!step.noted || !step.noted())) noted = false;
    crashed = lives_until(crashing, tenant, step.what, step.why_not) || crashed;
  }
  if (noted && account.why_not) crashed = lives_until(crashing, tenant, account.what, account.why_not) || crashed;
  if (!writes.revive()) return crashed;
  start_again(crashing, tenant, "it was at rest");
  return true;
}

/// For n = 1, 2, 3, ... until a life ends without a death. How many writes a life takes.
unsigned crash_after_each_write(const std::function<bool(unsigned nth)>& life) {
  for (unsigned nth = 1; nth < kMostWrites; ++nth) {
    SCOPED_TRACE("killed after write " + std::to_string(nth));
    if (!life(nth) || testing::Test::HasFailure()) return nth - 1;
  }
  ADD_FAILURE() << "it goes on writing";
  return kMostWrites;
}

class CrashTest : public testing::Test {
 protected:
  CrashTest() {
    operator_.start();
    operator_.process().wait_ready();
  }

  OperatorUnderFault operator_;
};

TEST_F(CrashTest, AnOrganizationComesAndGoesInTheSameWay) {
  const unsigned writes = crash_after_each_write([this](unsigned nth) {
    const Tenant tenant(OperatorUnderFault::kubectl(), "crash-" + std::to_string(nth));
    return crashes_in(operator_, nth, tenant,
                      {{"it is Ready", [&] { tenant.create(); }, [&] { return tenant.why_not_counted(0, 0, {}); }},
                       {"it is gone", [&] { tenant.remove(); }, [&] { return tenant.why_not_gone(); }}});
  });
  // At least: its finalizer and status, the home, the claims, and each taken back.
  EXPECT_GE(writes, 9U);
}

TEST_F(CrashTest, AnApiKeyHasOneValidTokenAtEveryMoment) {
  const Tenant tenant(OperatorUnderFault::kubectl(), "crash-keys");
  tenant.create();
  ASSERT_TRUE(comes_true("the Organization is Ready", [&] { return tenant.why_not_counted(0, 0, {}); }));
  const unsigned writes = crash_after_each_write([&](unsigned nth) {
    const std::string key = "key-" + std::to_string(nth);
    std::string first;
    return crashes_in(
        operator_, nth, tenant,
        {{"it has a token", [&] { tenant.apply_key(key); }, [&] { return tenant.why_not_settled({key}); }},
         {"it is rotated",
          [&] {
            first = tenant.token(key);
            tenant.rotate_key(key);
          },
          [&] { return tenant.why_not_rotated(key, first); }},
         {"it is revoked", [&] { tenant.revoke_key(key); }, [&] { return tenant.why_not_revoked(key); }},
         {"it is gone and no longer counted", [&] { tenant.remove_key(key); },
          [&] {
            const std::string stands = tenant.why_not_removed(key);
            return stands.empty() ? tenant.why_not_counted(0, 0, {}) : stands;
          },
          [&] { return tenant.has_event("ApiKey/" + key, "ApiKeyDeleted"); }}},
        {"each of it is told once", [&] {
           return tenant.why_not_told("ApiKey/" + key,
                                      {"ApiKeyCreated", "ApiKeyIssued", "ApiKeyRotationRequested", "ApiKeyRotated",
                                       "ApiKeyRevoked", "ApiKeyWithdrawn", "ApiKeyDeleted"});
         }});
  });
  // At least: issued with a copy (5 writes), rotated (7), revoked (4).
  EXPECT_GE(writes, 16U);
  tenant.remove();
  EXPECT_TRUE(comes_true("nothing is left behind", [&] { return tenant.why_not_gone(); }));
}

TEST_F(CrashTest, WhatHappensToAMemberIsToldOnce) {
  const Tenant tenant(OperatorUnderFault::kubectl(), "crash-members");
  tenant.create();
  ASSERT_TRUE(comes_true("the Organization is Ready", [&] { return tenant.why_not_counted(0, 0, {}); }));
  const unsigned writes = crash_after_each_write([&](unsigned nth) {
    const std::string member = "member-" + std::to_string(nth);
    return crashes_in(
        operator_, nth, tenant,
        {{"it is Active", [&] { tenant.apply_member(member, "role: Viewer"); },
          [&] { return tenant.why_not_ready(member, "True/Active"); }},
         {"it is an Editor", [&] { tenant.apply_member(member, "role: Editor"); },
          [&] { return tenant.why_not_ready(member, "True/Active"); }},
         {"it is Inactive", [&] { tenant.apply_member(member, "role: Editor, state: Inactive"); },
          [&] { return tenant.why_not_ready(member, "True/Inactive"); }},
         {"it is gone", [&] { tenant.remove_member(member); }, [&] { return tenant.why_not_removed_member(member); },
          [&] { return tenant.has_event("Member/" + member, "MemberDeleted"); }}},
        {"each of it is told once", [&] {
           return tenant.why_not_told("Member/" + member, {"MemberCreated", "MemberAccepted", "MemberRoleChanged",
                                                           "MemberDeactivated", "MemberDeleted"});
         }});
  });
  EXPECT_GE(writes, 12U);
}

}  // namespace
}  // namespace guildhall::tests::faults
