// What one look at a Member comes to.
#include "controllers/member/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "controllers/member/names.hpp"
#include "tests/unit/controllers/member/world.hpp"

namespace guildhall::controllers::member {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kSelfRole = "Role acme/guildhall:self:jane";
constexpr const char* kSelfBinding = "RoleBinding acme/guildhall:self:jane";

struct Case {
  std::string name;
  std::function<void(World&)> given;
  std::string ready;
  std::string accepted;
  std::string role_bound;
  std::string phase;
  bool may_leave = false;
};

class MemberAtRest : public testing::TestWithParam<Case> {};

TEST_P(MemberAtRest, SaysHowItStands) {
  const Case& one = GetParam();
  World world = active();
  one.given(world);
  world.settle();
  EXPECT_EQ(world.condition("Ready"), one.ready);
  EXPECT_EQ(world.condition("Accepted"), one.accepted);
  EXPECT_EQ(world.condition("RoleBound"), one.role_bound);
  const auto& phase = world.member.status.phase;
  EXPECT_EQ(phase ? std::string(api::to_string(*phase)) : "", one.phase);
  EXPECT_EQ(world.grants(),
            one.may_leave ? (std::vector<std::string>{kSelfRole, kSelfBinding}) : std::vector<std::string>{});
  EXPECT_TRUE(world.condition(one.ready.starts_with("True") ? "Ready" : "Stalled").starts_with("True") ||
              world.condition("Reconciling").starts_with("True"));
}

void forget(World& world) {
  world.member.metadata.annotations.clear();
}
void suspend(World& world) {
  world.organization.state = api::OrganizationState::Suspended;
}
void lag(World& world, BoundRole bound) {
  world.bindings_follow = false;
  world.bound = std::move(bound);
}

const Case kCases[] = {
    {"Active", [](World&) {}, "True/Active", "True/Accepted", "True/Bound", "Active", true},
    {"Inactive", [](World& w) { w.edit({{"state", "Inactive"}}); }, "True/Inactive", "True/Accepted", "False/Inactive",
     "Inactive"},
    {"InactiveAndBack",
     [](World& w) {
       w.edit({{"state", "Inactive"}});
       w.settle();
       w.edit({{"state", "Active"}});
     },
     "True/Active", "True/Accepted", "True/Bound", "Active", true},
    {"InactiveAndNotYetWithdrawn",
     [](World& w) {
       w.edit({{"state", "Inactive"}});
       lag(w, {.missing = {}, .surplus = {"RoleBinding acme/x"}});
     },
     "False/WithdrawingRole", "True/Accepted", "False/Inactive", "Inactive"},
    {"NotYetBound", [](World& w) { lag(w, {.missing = {"RoleBinding acme/x"}, .surplus = {}}); }, "False/BindingRole",
     "True/Accepted", "False/BindingRole", "Active", true},
    {"BoundButTheFormerRoleNotYetWithdrawn",
     [](World& w) { lag(w, {.missing = {}, .surplus = {"RoleBinding acme/x"}, .places = 1}); }, "False/WithdrawingRole",
     "True/Accepted", "False/WithdrawingRole", "Active", true},
    {"InASuspendedOrganization", suspend, "True/Active", "True/Accepted", "False/OrganizationSuspended", "Active"},
    {"AnAdminOfASuspendedOrganizationMayLeave",
     [](World& w) {
       w.edit({{"role", "Admin"}});
       suspend(w);
     },
     "True/Active", "True/Accepted", "False/OrganizationSuspended", "Active", true},
    {"InNoHome", [](World& w) { w.home = HomeState::NotAHome; }, "False/NotAHome", "True/Accepted", "False/NotAHome",
     "Active"},
    {"WithoutItsOrganization", [](World& w) { w.home = HomeState::NoOrganization; }, "False/NoOrganization",
     "True/Accepted", "False/NoOrganization", "Active"},
    {"WhoHadAcceptedWithoutItsOrganization",
     [](World& w) {
       w.home = HomeState::NoOrganization;
       w.annotate(organization::kAcceptedAnnotation, "of an Organization that nobody knows");
     },
     "False/NoOrganization", "False/NoOrganization", "False/NoOrganization", "Active"},
    {"WhoHadNotAcceptedWithoutItsOrganization",
     [](World& w) {
       w.home = HomeState::NoOrganization;
       forget(w);
     },
     "False/NoOrganization", "False/NotAccepted", "False/NoOrganization", "Active"},
    {"BeforeTheClaim", [](World& w) { w.home = HomeState::Awaiting; }, "False/AwaitingHome", "True/Accepted",
     "False/AwaitingHome", "Active", true},
    {"WithAnothersEmail", [](World& w) { w.older_namesake = "jane-first"; }, "False/DuplicateEmail", "True/Accepted",
     "False/DuplicateEmail", "Active"},
    {"SealedByAKeyThatIsNotKept", [](World& w) { w.annotate("guildhall.dev/accepted", "unknown"); },
     "False/SealKeyMissing", "False/SealKeyMissing", "True/Bound", "Active", true},
    {"Paused", [](World& w) { w.annotate(kPausedAnnotation, "true"); }, "True/Active", "True/Accepted", "True/Bound",
     "Active", true},
    {"PausedBeforeItHadAll",
     [](World& w) {
       w.annotate(kPausedAnnotation, "true");
       lag(w, {.missing = {"RoleBinding acme/x"}, .surplus = {}});
     },
     "False/Paused", "True/Accepted", "False/BindingRole", "Active", true},
    {"ForgedAcceptance", [](World& w) { w.annotate("guildhall.dev/accepted", "forged"); }, "False/NoMailServer",
     "False/NotAccepted", "False/NotAccepted", "PendingInvitation"},
    {"InvitedByMailThatCannotBeSent", forget, "False/NoMailServer", "False/NotAccepted", "False/NotAccepted",
     "PendingInvitation"},
    {"InvitedByALinkToNoPage",
     [](World& w) {
       forget(w);
       w.edit({{"invitation", {{"delivery", "Link"}}}});
     },
     "False/NoPublicPage", "False/NotAccepted", "False/NotAccepted", "PendingInvitation"},
    {"ThatNeedsNoInvitation",
     [](World& w) {
       forget(w);
       w.edit({{"invitation", {{"delivery", "None"}}}});
     },
     "True/Active", "True/Accepted", "True/Bound", "Active", true},
    {"WhereNobodyNeedsAnInvitation",
     [](World& w) {
       forget(w);
       w.organization.invitations.auto_accept = true;
     },
     "True/Active", "True/Accepted", "True/Bound", "Active", true},
    {"PausedBeforeItIsAccepted",
     [](World& w) {
       forget(w);
       w.organization.invitations.auto_accept = true;
       w.annotate(kPausedAnnotation, "true");
     },
     "False/Paused", "False/NotAccepted", "False/NotAccepted", "PendingInvitation"},
    {"OfAGroupAlone", [](World& w) { w.subjects = {{"Group", "editors", ""}}; }, "True/Active", "True/Accepted",
     "True/Bound", "Active"},
};

INSTANTIATE_TEST_SUITE_P(Cases, MemberAtRest, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(MemberAcceptance, IsOnePatchOfTheMemberAtTheVersionThatWasSeen) {
  World world;
  world.organization.invitations.auto_accept = true;
  const core::Plan plan = world.plan_now();
  ASSERT_EQ(plan.apply.size(), 1U);
  EXPECT_EQ(plan.apply.front(),
            (core::Apply{.type = api::member_type(),
                         .key = {"acme", "jane"},
                         .object = {{"metadata", {{"annotations", {{"guildhall.dev/accepted", "sealed"}}}}}},
                         .resource_version = "1",
                         .mode = core::WriteMode::MergePatch}));
  world.settle();
  EXPECT_THAT(world.told(), Contains("MemberAccepted"));
}

TEST(MemberAcceptance, IsNeverGivenOutsideAHomeOrToTheInactiveOrToTheYounger) {
  for (const auto& change : std::vector<std::function<void(World&)>>{
           [](World& w) { w.home = HomeState::NotAHome; }, [](World& w) { w.home = HomeState::NoOrganization; },
           [](World& w) { w.home = HomeState::Awaiting; }, [](World& w) { w.edit({{"state", "Inactive"}}); },
           [](World& w) { w.older_namesake = "older"; },
           [](World& w) { w.annotate("guildhall.dev/accepted", "unknown"); },
           [](World& w) { w.member.metadata.deletion_timestamp = noon(); }}) {
    World world;
    world.edit({{"invitation", {{"delivery", "None"}}}});
    change(world);
    world.settle();
    EXPECT_THAT(world.annotation(), Not("sealed"));
  }
}

TEST(MemberAcceptance, WaitsForASealKey) {
  World world;
  world.organization.invitations.auto_accept = true;
  Observed seen = world.observe();
  seen.candidate_acceptance.clear();
  EXPECT_THAT(plan(seen, world.now).apply, IsEmpty());
}

TEST(MemberStatus, KeepsWhenItJoinedAfterARestore) {
  World world = active();
  world.member.metadata.creation_timestamp = *core::parse_timestamp("2027-01-01T00:00:00Z");
  world.member.status = {};
  world.settle();
  EXPECT_EQ(core::format_timestamp(*world.member.status.created_at), "2026-11-24T09:00:00Z");
  EXPECT_EQ(core::format_timestamp(*world.member.status.invitation->accepted_at), "2026-11-24T10:00:00Z");
}

TEST(MemberStatus, IsWhole) {
  EXPECT_EQ(api::to_json(active().member.status), json::parse(R"({
    "observedGeneration": 1, "phase": "Active", "organization": "acme", "createdAt": "2026-11-24T09:00:00Z",
    "invitation": {"acceptedAt": "2026-11-24T10:00:00Z"},
    "conditions": [
      {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "accepted at 2026-11-24T10:00:00Z",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"},
      {"type": "Ready", "status": "True", "reason": "Active", "message": "all that the spec asks for is in force",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"},
      {"type": "RoleBound", "status": "True", "reason": "Bound", "message": "Editor in 2 namespaces",
       "observedGeneration": 1, "lastTransitionTime": "2026-11-24T10:00:00Z"}]})"));
}

TEST(MemberStatus, KeepsWhatOthersWriteThere) {
  World world = active();
  world.member.status.last_action = "updated ApiKey grafana";
  world.edit({{"role", "Viewer"}});
  world.settle();
  EXPECT_EQ(world.member.status.last_action, "updated ApiKey grafana");
}

TEST(MemberStatus, NamesTheOlderMember) {
  World world = active();
  world.older_namesake = "jane-first";
  world.settle();
  EXPECT_THAT(world.message("Ready"), HasSubstr("Member jane-first has this email and is older"));
  EXPECT_THAT(world.told(), Contains("MemberStalled"));
}

TEST(MemberInANamespaceThatIsDeleted, IsNotToldToNeedAPerson) {
  World world = active();
  world.is_closing = true;
  world.older_namesake = "jane-first";
  world.settle();
  EXPECT_THAT(world.told(), Not(Contains("MemberStalled")));
}

TEST(MemberRefused, StallsWithTheServersWords) {
  World world;
  world.accept();
  world.failures = {{.object = kSelfRole, .kind = core::ErrorKind::Forbidden, .message = "a policy says no"}};
  world.execute(world.plan_now(), 1);
  EXPECT_EQ(world.condition("Ready"), "False/WriteRefused");
  EXPECT_EQ(world.condition("Stalled"), "True/WriteRefused");
  EXPECT_THAT(world.message("Ready"), HasSubstr("a policy says no"));
}

TEST(MemberActivity, IsSaidWithAllElseAndThenAtRest) {
  World world = active();
  world.activity.activity.add(
      {.at = noon(), .action = "updated ApiKey grafana", .method = api::MemberAuthMethod::OIDC});
  world.settle();
  EXPECT_EQ(world.member.status.last_action, "updated ApiKey grafana");
  EXPECT_EQ(world.condition("Ready"), "True/Active");
  EXPECT_EQ(world.plan_now().look_again_after, std::nullopt);
  world.activity.activity.add({.at = noon(), .action = "updated ApiKey other", .method = api::MemberAuthMethod::OIDC});
  EXPECT_TRUE(world.plan_now().writes_nothing());
  EXPECT_EQ(world.plan_now().look_again_after, std::chrono::minutes{20});
}

TEST(MemberActivity, IsNotSaidOutsideOfAnOrganization) {
  World world = active();
  world.home = HomeState::NoOrganization;
  world.activity.activity.add(
      {.at = noon(), .action = "updated ApiKey grafana", .method = api::MemberAuthMethod::OIDC});
  world.settle();
  EXPECT_EQ(world.member.status.last_action, std::nullopt);
}

TEST(MemberCrash, ComesToTheSameEndWhereverItIsKilled) {
  for (int first = 0; first < 6; ++first) {
    for (int second = 0; second < 6; ++second) {
      World world;
      world.edit({{"invitation", {{"delivery", "None"}}}});
      world.execute(world.plan_now(), first);
      world.execute(world.plan_now(), second);
      world.settle();
      EXPECT_EQ(world.condition("Ready"), "True/Active");
      EXPECT_THAT(world.grants(), ElementsAre(kSelfRole, kSelfBinding));
    }
  }
}

}  // namespace
}  // namespace guildhall::controllers::member
