// Who signed up for an Organization becomes its first Member.
#include "controllers/organization/founding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controllers/organization/world.hpp"

namespace guildhall::controllers::organization {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kFounder = "guildhall.dev/enrolled-by";

World signed_up() {
  World world;
  world.signup = {.user = "ada@acme.example", .email = "ada@acme.example", .member = "ada"};
  world.annotate(kSignupAnnotation, "sealed");
  return world;
}

std::vector<core::Apply> members_of(const core::Plan& plan) {
  std::vector<core::Apply> members;
  for (const auto& apply : plan.apply) {
    if (apply.type == api::member_type()) members.push_back(apply);
  }
  return members;
}

TEST(Founding, MakesAnAdminOnceTheHomeIsHeld) {
  World world = signed_up();
  EXPECT_THAT(members_of(world.plan_now()), IsEmpty());
  world.put_namespace("acme", {.claim = {"acme", "u-acme"}});
  const auto made = members_of(world.plan_now());
  ASSERT_THAT(made, SizeIs(1));
  EXPECT_EQ(made.front(), (core::Apply{.type = api::member_type(),
                                       .key = {"acme", "ada"},
                                       .object = json::parse(R"({"apiVersion": "guildhall.dev/v1alpha1",
          "kind": "Member", "metadata": {"name": "ada", "namespace": "acme",
          "annotations": {"guildhall.dev/founder-of": "u-acme"}},
          "spec": {"email": "ada@acme.example", "role": "Admin"}})"),
                                       .resource_version = core::kOnlyIfAbsent}));
}

TEST(Founding, ComesToRestWithTheFounderNoted) {
  World world = signed_up();
  world.settle();
  ASSERT_THAT(world.members, SizeIs(1));
  EXPECT_EQ(world.organization.metadata.annotation(kFounder), world.members.front().uid);
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(Founding, GoesOnWhereverItWasStopped) {
  for (int writes = 0; writes < 12; ++writes) {
    World world = signed_up();
    world.execute(world.plan_now(), writes);
    world.execute(world.plan_now(), writes);
    world.settle();
    EXPECT_THAT(world.members, SizeIs(1)) << writes;
    EXPECT_EQ(world.ready(), "True/Active") << writes;
  }
}

TEST(Founding, HappensOnce) {
  World world = signed_up();
  world.settle();
  world.members.clear();
  world.settle();
  EXPECT_THAT(world.members, IsEmpty()) << "who left is not brought back";
}

TEST(Founding, OfNobodyWhoseSealDoesNotHold) {
  World world = signed_up();
  world.signup.reset();
  world.settle();
  EXPECT_THAT(world.members, IsEmpty());
}

TEST(Founding, WaitsWhilePaused) {
  World world = signed_up();
  world.put_namespace("acme", {.claim = {"acme", "u-acme"}});
  world.annotate("guildhall.dev/paused", "true");
  world.settle();
  EXPECT_THAT(world.members, IsEmpty());
  EXPECT_EQ(world.ready(), "False/Paused");
}

TEST(Founding, TakesNoNamespaceThatWasThereBefore) {
  World world = signed_up();
  world.put_namespace("acme");
  world.settle();
  EXPECT_TRUE(world.claim("acme").empty());
  EXPECT_THAT(world.members, IsEmpty());
  EXPECT_EQ(world.ready(), "False/NamespaceExists");
  EXPECT_EQ(world.condition("Stalled"), "True/NamespaceExists");
  EXPECT_THAT(world.message("Ready"), HasSubstr("removing its annotation guildhall.dev/signup: acme"));
  world.organization.metadata.annotations.erase(kSignupAnnotation);
  world.settle();
  EXPECT_EQ(world.claim("acme"), (Claim{"acme", "u-acme"})) << "as the message says";
}

TEST(Founding, LetsALaterNamespaceBeAdopted) {
  World world = signed_up();
  world.settle();
  world.remove_namespace("acme");
  world.put_namespace("acme");
  world.settle();
  EXPECT_EQ(world.claim("acme"), (Claim{"acme", "u-acme"})) << "once founded, it is one as any other";
}

}  // namespace
}  // namespace guildhall::controllers::organization
