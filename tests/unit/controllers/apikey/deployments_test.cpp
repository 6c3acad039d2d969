#include "controllers/apikey/deployments.hpp"

#include <gtest/gtest.h>

namespace guildhall::controllers::apikey {
namespace {

api::OrganizationDeployment deployment(const std::string& ns, const std::string& name) {
  api::OrganizationDeployment result;
  result.ns = ns;
  result.name = name;
  result.url = "http://" + name + "." + ns;
  return result;
}

const std::vector<api::OrganizationDeployment>& all() {
  static const std::vector<api::OrganizationDeployment> kAll{
      deployment("prod", "metrics"), deployment("staging", "metrics"), deployment("prod", "logs")};
  return kAll;
}

DeploymentMatch match_names(std::vector<std::string> names) {
  api::ApiKeySpec spec;
  spec.deployments.names = std::move(names);
  return match_deployments(spec, all());
}

using Names = std::vector<std::string>;

TEST(Deployments, ANameThatOneNamespaceHasIsFound) {
  EXPECT_EQ(match_names({"logs"}).matched, Names{"logs"});
  EXPECT_EQ(match_names({"logs"}).urls, Names{"http://logs.prod"});
}

TEST(Deployments, ANameThatTwoNamespacesHaveIsMissingUnlessWrittenWhole) {
  EXPECT_EQ(match_names({"metrics"}).missing, Names{"metrics"});
  EXPECT_EQ(match_names({"prod.metrics"}).matched, Names{"prod.metrics"});
  EXPECT_EQ(match_names({"other"}).missing, Names{"other"});
}

TEST(Deployments, AllNamesEachOfThemApart) {
  api::ApiKeySpec spec;
  spec.deployments.all = true;
  EXPECT_EQ(match_deployments(spec, all()).matched, (Names{"logs", "prod.metrics", "staging.metrics"}));
  EXPECT_TRUE(match_deployments(spec, {}).missing.empty());
}

// The CRD refuses this value. If it ever came by, it must open nothing.
TEST(Deployments, AllThatIsFalseOpensNothing) {
  api::ApiKeySpec spec;
  spec.deployments.all = false;
  EXPECT_TRUE(match_deployments(spec, all()).matched.empty());
}

}  // namespace
}  // namespace guildhall::controllers::apikey
