#include "operator/gate/deployments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::gate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DeploymentEntry deployment(const std::string& ns, const std::string& name, const std::string& kind) {
  const std::string full = ns + "." + name;
  return {.ns = ns, .names = {name, full, full + "." + kind}, .product = kind};
}

/// "metrics" stands in two namespaces, and twice in one; the name of another looks like a whole name.
const Deployments& all() {
  static const Deployments kAll({deployment("prod", "metrics", "vmsingle"), deployment("prod", "metrics", "vlsingle"),
                                 deployment("staging", "metrics", "vmsingle"), deployment("prod", "logs", "vlsingle"),
                                 deployment("prod", "logs.vlsingle", "vmsingle")});
  return kAll;
}

std::vector<std::string> called(const std::string& name) {
  std::vector<std::string> whole;
  for (const auto& named : all().called(name))
    whole.push_back(all().at(named).names.back());
  return whole;
}

std::vector<std::string> opened(const Opening& opening) {
  std::vector<std::string> whole;
  for (const char* name : {"prod.metrics.vmsingle", "prod.metrics.vlsingle", "staging.metrics.vmsingle",
                           "prod.logs.vlsingle", "prod.logs.vlsingle.vmsingle"}) {
    for (const auto& named : all().called(name)) {
      const DeploymentEntry& one = all().at(named);
      if (one.names.back() == name && opens(opening, one, all())) whole.emplace_back(name);
    }
  }
  return whole;
}

TEST(GateDeployments, AreFoundByEachOfTheirNames) {
  EXPECT_THAT(called("logs"), ElementsAre("prod.logs.vlsingle"));
  EXPECT_THAT(called("prod.metrics"), ElementsAre("prod.metrics.vmsingle", "prod.metrics.vlsingle"));
  EXPECT_THAT(called("prod.metrics.vlsingle"), ElementsAre("prod.metrics.vlsingle"));
  EXPECT_THAT(called("metric"), IsEmpty());
  EXPECT_THAT(called(""), IsEmpty());
  EXPECT_TRUE(Deployments().called("logs").empty());
}

TEST(GateDeployments, KnowWhetherANameIsOfOneNamespace) {
  EXPECT_TRUE(all().in_one_namespace("prod.metrics"));
  EXPECT_FALSE(all().in_one_namespace("metrics"));
  EXPECT_FALSE(all().in_one_namespace("other"));
}

TEST(AnOpening, ByNamesMeansAllOfOneNamespace) {
  using By = Opening::By;
  EXPECT_THAT(opened({.by = By::Names, .names = {}}), IsEmpty());
  EXPECT_THAT(opened({.by = By::Names, .names = {"logs"}}), ElementsAre("prod.logs.vlsingle"));
  EXPECT_THAT(opened({.by = By::Names, .names = {"metrics"}}), IsEmpty()) << "two namespaces have it";
  EXPECT_THAT(opened({.by = By::Names, .names = {"metrics", "prod.metrics"}}),
              ElementsAre("prod.metrics.vmsingle", "prod.metrics.vlsingle"));
}

TEST(AnOpening, ExactlyMeansWholeNamesAlone) {
  using By = Opening::By;
  EXPECT_THAT(opened({.by = By::Exactly, .names = {"prod.logs.vlsingle"}}), ElementsAre("prod.logs.vlsingle"))
      << "not the one whose middle name it is";
  EXPECT_THAT(opened({.by = By::Exactly, .names = {"logs", "prod.metrics"}}), IsEmpty());
}

TEST(AnOpening, OfAllMeansAll) {
  EXPECT_EQ(opened({.by = Opening::By::All, .names = {}}).size(), 5U);
}

}  // namespace
}  // namespace guildhall::gate
