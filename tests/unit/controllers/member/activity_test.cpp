// When a Member's status comes to say what it did.
#include "controllers/member/activity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "tests/unit/controllers/member/world.hpp"

namespace guildhall::controllers::member {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using Method = api::MemberAuthMethod;

Sighting sighting(core::Timestamp at, const std::string& what = "grafana",
                  std::optional<Method> how = Method::ClientCertificate) {
  return {.at = at, .action = "updated ApiKey " + what, .method = how};
}

SeenActivity seen(const Sighting& one, std::optional<core::Timestamp> written_at = std::nullopt) {
  SeenActivity all{.activity = {}, .written_at = written_at};
  all.activity.add(one);
  return all;
}

core::ObjectMeta member() {
  core::ObjectMeta meta;
  meta.creation_timestamp = noon() - minutes{60};
  return meta;
}

/// One that says what was done at noon.
api::MemberStatus said() {
  api::MemberStatus status;
  EXPECT_FALSE(record_activity(seen(sighting(noon())), member(), noon(), status));
  return status;
}

TEST(Activity, IsSaidAtOnceWhenItIsTheFirst) {
  const api::MemberStatus status = said();
  EXPECT_EQ(status.last_active_at, noon());
  EXPECT_EQ(status.last_action, "updated ApiKey grafana");
  EXPECT_THAT(status.auth_methods, ElementsAre(Method::ClientCertificate));
}

struct Case {
  std::string name;
  Sighting sighting;
  std::optional<core::Timestamp> written_at;
  core::Timestamp now;
  std::optional<core::Timestamp> look_again;
  bool writes = false;
};

const Case kCases[] = {
    {"TheSameAgain", sighting(noon()), {}, noon() + minutes{30}, {}, false},
    {"AnEarlierOne", sighting(noon() - minutes{5}), {}, noon() + minutes{30}, {}, false},
    {"OneOfBeforeTheMember", sighting(noon() - minutes{61}, "x", Method::OIDC), {}, noon() + minutes{30}, {}, false},
    {"SoonAfter", sighting(noon() + minutes{1}), noon(), noon() + minutes{1}, noon() + minutes{10}, false},
    {"ATenMinutesLater", sighting(noon() + minutes{1}), noon(), noon() + minutes{10}, {}, true},
    {"AfterAPause", sighting(noon() + minutes{40}), noon(), noon() + minutes{40}, {}, true},
    {"AfterALateWrite", sighting(noon() + minutes{12}), noon() + minutes{9}, noon() + minutes{12}, noon() + minutes{19},
     false},
    {"ByALeaderThatDidNotSeeTheLastWrite",
     sighting(noon() + minutes{12}),
     {},
     noon() + minutes{12},
     noon() + minutes{20},
     false},
    {"ByThatLeaderLater", sighting(noon() + minutes{12}), {}, noon() + minutes{20}, {}, true},
    {"AnotherInTheSameSecond", sighting(noon(), "other"), noon(), noon() + minutes{10}, {}, true},
    {"AnEarlierOneInAnotherWay",
     sighting(noon() - minutes{5}, "grafana", Method::OIDC),
     noon(),
     noon() + minutes{10},
     {},
     true},
};

class NextActivity : public testing::TestWithParam<Case> {};

TEST_P(NextActivity, IsSaidInItsTime) {
  const Case& one = GetParam();
  api::MemberStatus status = said();
  EXPECT_EQ(record_activity(seen(one.sighting, one.written_at), member(), one.now, status), one.look_again);
  EXPECT_EQ(status != said(), one.writes);
}

INSTANTIATE_TEST_SUITE_P(Table, NextActivity, testing::ValuesIn(kCases),
                         [](const auto& one) { return one.param.name; });

TEST(Activity, AddsWaysOfSigningInAndKeepsThoseThatOthersWrote) {
  api::MemberStatus status = said();
  status.auth_methods = {Method::Invitation};
  record_activity(seen(sighting(noon() + minutes{15}, "x", Method::OIDC), noon()), member(), noon() + minutes{15},
                  status);
  EXPECT_THAT(status.auth_methods, ElementsAre(Method::OIDC, Method::Invitation));
}

TEST(Activity, IsSaidWithoutAWayOfSigningInWhereNoneIsKnown) {
  api::MemberStatus status;
  record_activity(seen(sighting(noon(), "grafana", std::nullopt)), member(), noon(), status);
  EXPECT_EQ(status.last_action, "updated ApiKey grafana");
  EXPECT_THAT(status.auth_methods, ElementsAre());
}

TEST(Activity, IsCutToWhatTheStatusHolds) {
  api::MemberStatus status;
  record_activity(seen(sighting(noon(), std::string(2000, 'x'))), member(), noon(), status);
  EXPECT_EQ(status.last_action->size(), 1024U);
}

TEST(Activity, IsOfUsersAndServiceAccountsNotOfGroups) {
  EXPECT_EQ(user_name({"User", "jane@acme.example", ""}), "jane@acme.example");
  EXPECT_EQ(user_name({"ServiceAccount", "bot", "acme"}), "system:serviceaccount:acme:bot");
  EXPECT_EQ(user_name({"Group", "team", ""}), "");
}

std::vector<Sighting> any_sightings() {
  std::vector<Sighting> all;
  const auto count = *rc::gen::inRange<std::size_t>(1, 30);
  all.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(sighting(noon() + seconds{*rc::gen::inRange(0, 7200)}, std::to_string(*rc::gen::inRange(0, 3)),
                           *rc::gen::element(Method::ClientCertificate, Method::OIDC, Method::Token)));
  }
  return all;
}

TEST(ActivityProperty, IsTheSameInWhateverOrderItComes) {
  EXPECT_TRUE(rc::check([] {
    std::vector<Sighting> all = any_sightings();
    Activity one;
    for (const auto& each : all)
      one.add(each);
    std::ranges::reverse(all);
    std::ranges::rotate(all, all.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(all)));
    Activity other;
    for (const auto& each : all)
      other.add(each);
    RC_ASSERT(one == other);
    other.add(one);
    RC_ASSERT(one == other);
  }));
}

/// A leader that hears of each sighting at its time and looks whenever something is news or its time has come. Once
/// another takes its place, which knows what stands on the objects but not when the status was written.
struct Leader {
  SeenActivity seen;
  api::MemberStatus status;
  std::optional<core::Timestamp> look_at;
  std::vector<core::Timestamp> writes;

  void look(core::Timestamp now) {
    const api::MemberStatus before = status;
    look_at = record_activity(seen, member(), now, status);
    if (status == before) return;
    writes.push_back(now);
    seen.written_at = now;
  }
  void look_until(core::Timestamp now) {
    while (look_at && *look_at <= now)
      look(*look_at);
  }
};

TEST(ActivityProperty, IsNeverLostAndIsWrittenAtMostOnceInTenMinutes) {
  EXPECT_TRUE(rc::check([] {
    std::vector<Sighting> all = any_sightings();
    std::ranges::sort(all, {}, &Sighting::at);
    Leader leader;
    const Sighting& last_of_the_first = all.at(*rc::gen::inRange<std::size_t>(0, all.size()));
    for (const auto& each : all) {
      leader.look_until(each.at);
      leader.seen.activity.add(each);
      leader.look(each.at);
      if (&each == &last_of_the_first) leader.seen.written_at.reset();
    }
    leader.look_until(noon() + std::chrono::hours{10});
    for (std::size_t i = 1; i < leader.writes.size(); ++i)
      RC_ASSERT(leader.writes[i] - leader.writes[i - 1] >= kActivityInterval);
    RC_ASSERT(leader.status.last_active_at == leader.seen.activity.at);
    RC_ASSERT(leader.status.last_action == leader.seen.activity.action);
    RC_ASSERT(leader.status.auth_methods.size() == leader.seen.activity.methods.size());
    api::MemberStatus after = leader.status;
    RC_ASSERT(!record_activity(leader.seen, member(), noon() + std::chrono::hours{20}, after));
    RC_ASSERT(after == leader.status);
  }));
}

}  // namespace
}  // namespace guildhall::controllers::member
