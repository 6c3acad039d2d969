#include "controllers/organization/deployments.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/controllers/organization/world.hpp"

namespace guildhall::controllers::organization {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

DeploymentView view(DeploymentKind kind, const std::string& ns, const std::string& name) {
  return {.key = {ns, name}, .kind = kind, .name = name, .url = "http://" + name};
}

/// Acme with its home and the namespace prod, both claimed.
Observed acme() {
  World world;
  world.put_namespace("acme");
  world.put_namespace("prod");
  world.edit({{"namespaces", {"prod"}}});
  world.settle();
  return world.observe();
}

std::vector<std::string> listed(const Observed& seen) {
  std::vector<std::string> names;
  for (const auto& one : deployments_of(seen).listed)
    names.push_back(fmt::format("{} {}/{}", api::to_string(one.kind), one.ns, one.name));
  return names;
}

TEST(DeploymentsOf, AnOrganizationRunWhereItSpans) {
  Observed seen = acme();
  seen.deployments = {view(DeploymentKind::VMSingle, "prod", "b"), view(DeploymentKind::VLSingle, "prod", "a"),
                      view(DeploymentKind::VMSingle, "acme", "c"), view(DeploymentKind::Service, "acme", "d"),
                      view(DeploymentKind::VMSingle, "other", "e")};
  EXPECT_THAT(listed(seen), ElementsAre("Service acme/d", "VLSingle prod/a", "VMSingle prod/b"));
  std::ranges::reverse(seen.deployments);
  EXPECT_THAT(listed(seen), ElementsAre("Service acme/d", "VLSingle prod/a", "VMSingle prod/b"));
  EXPECT_THAT(deployments_of(seen).left_out, IsEmpty()) << "a VMSingle in a home is somebody's, and no concern of ours";
}

TEST(DeploymentsOf, ANamespaceThatIsNotHeldAreNone) {
  Observed seen = acme();
  seen.deployments = {view(DeploymentKind::VMSingle, "prod", "b")};
  seen.organization.spec.namespaces.clear();
  EXPECT_THAT(listed(seen), IsEmpty()) << "it is listed no more, if not released yet";
  seen = acme();
  seen.deployments = {view(DeploymentKind::VMSingle, "prod", "b")};
  for (SeenNamespace& ns : seen.namespaces) {
    if (ns.view.name != "prod") continue;
    ns.view.claim = {"globex", "u-globex"};
    ns.holder_exists = true;
  }
  EXPECT_THAT(listed(seen), IsEmpty());
}

TEST(DeploymentsOf, TheSameNameAndKindAreOne) {
  Observed seen = acme();
  DeploymentView second = view(DeploymentKind::Service, "prod", "metrics");
  second.key.name = "second";
  second.url = "http://second";
  DeploymentView first = second;
  first.key.name = "first";
  first.url = "http://first";
  seen.deployments = {second, first, view(DeploymentKind::VMSingle, "prod", "metrics")};
  const Deployments deployments = deployments_of(seen);
  ASSERT_THAT(deployments.listed, SizeIs(2));
  EXPECT_EQ(deployments.listed[0].url, "http://first");
  EXPECT_THAT(deployments.left_out,
              ElementsAre("Service prod/second: another Service in prod is the deployment metrics already"));
}

TEST(DeploymentsOf, WhatHasAFlawIsLeftOutAndSaid) {
  World world;
  world.put_namespace("acme");
  world.settle();
  Observed seen = world.observe();
  DeploymentView flawed = view(DeploymentKind::Service, "acme", "metrics");
  flawed.flaw = "it has no port";
  seen.deployments = {flawed};
  const core::Plan planned = plan(seen, noon());
  ASSERT_TRUE(planned.status);
  const auto& conditions = planned.status->at("conditions");
  const auto told =
      std::ranges::find_if(conditions, [](const auto& one) { return one["type"] == "DeploymentsListed"; });
  ASSERT_NE(told, conditions.end());
  EXPECT_EQ((*told)["status"], "False");
  EXPECT_EQ((*told)["message"], "Service acme/metrics: it has no port");
}

TEST(DeploymentsOf, TooManyAreLeftOut) {
  Observed seen = acme();
  for (int i = 0; i < 2050; ++i)
    seen.deployments.push_back(view(DeploymentKind::VMSingle, "prod", fmt::format("m-{:04}", i)));
  const Deployments deployments = deployments_of(seen);
  EXPECT_THAT(deployments.listed, SizeIs(2048));
  EXPECT_THAT(deployments.left_out, SizeIs(2));
  EXPECT_THAT(deployments.left_out[0], HasSubstr("more than 2048"));
}

TEST(DeploymentsOf, AKindThatCannotBeReadStayAsTheyWere) {
  Observed seen = acme();
  seen.deployments = {view(DeploymentKind::VMSingle, "prod", "a"), view(DeploymentKind::VLSingle, "prod", "b")};
  seen.organization.status.deployments = deployments_of(seen).listed;
  const auto before = seen.organization.status.deployments;
  seen.deployments.clear();
  seen.unread_kinds = {DeploymentKind::VLSingle};
  EXPECT_THAT(deployments_of(seen).listed, ElementsAre(before[1]));
  seen.unread_kinds = {};
  EXPECT_THAT(listed(seen), IsEmpty());
}

}  // namespace
}  // namespace guildhall::controllers::organization
