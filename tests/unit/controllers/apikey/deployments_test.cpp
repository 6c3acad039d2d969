#include "controllers/apikey/deployments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::controllers::apikey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Kind = api::OrganizationDeploymentKind;
using Names = std::vector<std::string>;

SeenDeployment deployment(const std::string& ns, const std::string& name, Kind kind = Kind::VMSingle,
                          const std::map<std::string, std::string>& labels = {}) {
  api::OrganizationDeployment told;
  told.ns = ns;
  told.name = name;
  told.kind = kind;
  told.url = "http://" + name + "." + ns;
  return {.told = told, .labels = labels};
}

const std::vector<SeenDeployment>& all() {
  static const std::vector<SeenDeployment> kAll{deployment("prod", "metrics"), deployment("staging", "metrics"),
                                                deployment("prod", "logs"), deployment("prod", "main"),
                                                deployment("prod", "main", Kind::VLSingle)};
  return kAll;
}

DeploymentMatch match_names(Names names) {
  api::ApiKeySpec spec;
  spec.deployments.names = std::move(names);
  return match_deployments(spec, all(), {});
}

DeploymentMatch match_label(const std::string& value, const std::vector<SeenDeployment>& deployments,
                            const Names& before = {}) {
  api::ApiKeySpec spec;
  spec.deployments.selector.emplace().match_labels["team"] = value;
  return match_deployments(spec, deployments, before);
}

Names opened(const DeploymentMatch& match) {
  Names names;
  for (const auto& one : match.opened)
    names.push_back(one.ns + "/" + one.name + "/" + std::string(api::to_string(one.kind)));
  return names;
}

TEST(Deployments, ANameThatOneNamespaceHasIsFound) {
  EXPECT_EQ(match_names({"logs"}).matched, Names{"logs"});
  EXPECT_THAT(opened(match_names({"logs"})), ElementsAre("prod/logs/VMSingle"));
}

TEST(Deployments, ANameThatTwoNamespacesHaveIsMissingUnlessWrittenWhole) {
  EXPECT_EQ(match_names({"metrics"}).missing, Names{"metrics"});
  EXPECT_THAT(opened(match_names({"metrics"})), IsEmpty());
  EXPECT_EQ(match_names({"prod.metrics"}).matched, Names{"prod.metrics"});
  EXPECT_THAT(opened(match_names({"prod.metrics"})), ElementsAre("prod/metrics/VMSingle"));
  EXPECT_EQ(match_names({"other"}).missing, Names{"other"});
}

TEST(Deployments, ANameThatTwoKindsOfOneNamespaceHaveIsBothUnlessTheKindIsWritten) {
  EXPECT_THAT(opened(match_names({"main"})), ElementsAre("prod/main/VMSingle", "prod/main/VLSingle"));
  EXPECT_EQ(match_names({"main"}).matched, Names{"main"});
  EXPECT_THAT(opened(match_names({"prod.main.vlsingle"})), ElementsAre("prod/main/VLSingle"));
  EXPECT_EQ(match_names({"prod.main.vtsingle"}).missing, Names{"prod.main.vtsingle"});
}

TEST(Deployments, AllNamesEachOfThemApart) {
  api::ApiKeySpec spec;
  spec.deployments.all = true;
  EXPECT_EQ(match_deployments(spec, all(), {}).matched,
            (Names{"logs", "prod.main.vlsingle", "prod.main.vmsingle", "prod.metrics", "staging.metrics"}));
  EXPECT_EQ(match_deployments(spec, all(), {}).opened.size(), all().size());
  EXPECT_TRUE(match_deployments(spec, {}, {}).missing.empty());
}

// The CRD refuses this value. If it ever came by, it must open nothing.
TEST(Deployments, AllThatIsFalseOpensNothing) {
  api::ApiKeySpec spec;
  spec.deployments.all = false;
  EXPECT_EQ(match_deployments(spec, all(), {}), DeploymentMatch{});
}

TEST(Deployments, ASelectorMatchesLabels) {
  const std::vector<SeenDeployment> seen{deployment("prod", "a", Kind::VMSingle, {{"team", "x"}}),
                                         deployment("prod", "b", Kind::VMSingle, {{"team", "y"}}),
                                         deployment("prod", "c")};
  EXPECT_EQ(match_label("x", seen).matched, Names{"prod.a.vmsingle"}) << "so that it never means another one";
  EXPECT_EQ(match_label("z", seen), DeploymentMatch{});
}

TEST(Deployments, ASelectorKeepsWhatItMatchedWhileLabelsAreNotKnown) {
  std::vector<SeenDeployment> seen{deployment("prod", "a"), deployment("prod", "b")};
  seen[0].labels.reset();
  seen[1].labels.reset();
  EXPECT_EQ(match_label("x", seen, {"prod.a.vmsingle"}).matched, Names{"prod.a.vmsingle"});
  EXPECT_EQ(match_label("x", seen), DeploymentMatch{});
  seen[1] = deployment("prod", "a.vmsingle");
  seen[1].labels.reset();
  EXPECT_EQ(opened(match_label("x", seen, {"prod.a.vmsingle"})), Names{"prod/a/VMSingle"})
      << "not the one whose middle name it is";
}

}  // namespace
}  // namespace guildhall::controllers::apikey
