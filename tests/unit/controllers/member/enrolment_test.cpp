// An Admin in a namespace that is labelled for it makes an Organization.
#include "controllers/member/enrolment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/member/names.hpp"
#include "tests/unit/controllers/member/world.hpp"

namespace guildhall::controllers::member {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

World founder() {
  World world;
  world.home = HomeState::NotAHome;
  world.edit({{"role", "Admin"}});
  world.enrolment.is_open = true;
  return world;
}

TEST(Enrolment, MakesAnEmptyOrganizationOfTheNamespacesName) {
  const World world = founder();
  const core::Plan plan = world.plan_now();
  ASSERT_EQ(plan.apply.size(), 1U);
  EXPECT_EQ(plan.apply.front(),
            (core::Apply{.type = api::organization_type(),
                         .key = {"", "acme"},
                         .object = json::parse(R"({"apiVersion": "guildhall.dev/v1alpha1", "kind": "Organization",
                           "metadata": {"name": "acme", "annotations": {"guildhall.dev/enrolled-by": "m-jane"}},
                           "spec": {"displayName": "acme"}})"),
                         .resource_version = core::kOnlyIfAbsent}));
}

struct Case {
  std::string name;
  std::function<void(World&)> change;
  std::string ready;
  std::string says;
};

class NoEnrolment : public testing::TestWithParam<Case> {};

TEST_P(NoEnrolment, SaysWhy) {
  World world = founder();
  GetParam().change(world);
  world.settle();
  EXPECT_EQ(world.condition("Ready"), GetParam().ready);
  EXPECT_THAT(world.message("Ready"), HasSubstr(GetParam().says));
  EXPECT_THAT(world.plan_now().apply, IsEmpty());
}

const Case kCases[] = {
    {"WithoutTheLabelOrAfterItWasAHome", [](World& w) { w.enrolment.is_open = false; }, "False/NotAHome",
     "no Organization has namespace acme"},
    {"WhatWasAHomeBefore",
     [](World& w) {
       w.enrolment.is_open = false;
       w.enrolment.was_home = true;
     },
     "False/NotAHome", "removes annotation guildhall.dev/was-home"},
    {"ForAnEditor", [](World& w) { w.edit({{"role", "Editor"}}); }, "False/NotAHome", "role Admin makes one"},
    {"ForTheInactive", [](World& w) { w.edit({{"state", "Inactive"}}); }, "False/NotAHome", "an active Member"},
    {"ForTheYoungerOfOneEmail", [](World& w) { w.older_namesake = "ada"; }, "False/NotAHome", "an active Member"},
    {"WhereTheNameIsTaken", [](World& w) { w.enrolment.name_is_taken = true; }, "False/NotAHome",
     "there is an Organization acme already"},
    {"OfANameThatIsTooLong", [](World& w) { w.member.metadata.ns = std::string(51, 'a'); }, "False/NotAHome",
     "longer than 50 characters"},
    {"WhilePaused", [](World& w) { w.annotate(kPausedAnnotation, "true"); }, "False/Paused", "no Organization is made"},
};
INSTANTIATE_TEST_SUITE_P(Cases, NoEnrolment, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(Enrolment, AcceptsTheFounderWhoMadeItself) {
  World world;
  world.enrolment = {.is_founder = true, .made_itself = true};
  world.settle();
  EXPECT_EQ(world.annotation(), "sealed");
}

TEST(Enrolment, InvitesWhoWasMadeByAnother) {
  for (const Enrolment& enrolment : {Enrolment{.is_founder = true}, Enrolment{.made_itself = true}}) {
    World world;
    world.enrolment = enrolment;
    world.settle();
    EXPECT_EQ(world.annotation(), "");
  }
}

}  // namespace
}  // namespace guildhall::controllers::member
