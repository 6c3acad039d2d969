#include "controllers/organization/deployment_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::controllers::organization {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json service(const json& labels, const json& spec = {{"ports", {{{"port", 8428}}}}}) {
  return {{"metadata", {{"name", "svc"}, {"namespace", "prod"}, {"uid", "u"}, {"labels", labels}}}, {"spec", spec}};
}

TEST(AServiceDeployment, IsCalledAsItsLabelSays) {
  const auto view = parse_service_deployment(service({{kDeploymentLabel, "metrics"}, {"team", "a"}}));
  ASSERT_TRUE(view);
  EXPECT_EQ(*view, (DeploymentView{.key = {"prod", "svc"},
                                   .kind = DeploymentKind::Service,
                                   .name = "metrics",
                                   .product = DeploymentProduct::VMSingle,
                                   .url = "http://svc.prod.svc:8428",
                                   .labels = {{kDeploymentLabel, "metrics"}, {"team", "a"}}}));
  EXPECT_EQ(describe(*view), "Service prod/svc");
}

TEST(AServiceDeployment, IsOfTheProductThatItSays) {
  const auto view = parse_service_deployment(service({{kDeploymentLabel, "logs"}, {kProductLabel, "VLSingle"}}));
  EXPECT_EQ(view->product, DeploymentProduct::VLSingle);
  EXPECT_EQ(view->flaw, "");
}

std::string flaw(const json& object) {
  return parse_service_deployment(object)->flaw;
}

TEST(AServiceDeployment, SaysWhatIsWrong) {
  EXPECT_EQ(flaw(service({{kDeploymentLabel, "x"}, {kProductLabel, "vmsingle"}})),
            "label guildhall.dev/product: there is no product 'vmsingle'; there are VMSingle, VMCluster, VLSingle, "
            "VLCluster, VTSingle, VTCluster");
  for (const char* name : {"", "Metrics", "a.b", "a_b", "-a", "a-"})
    EXPECT_THAT(flaw(service({{kDeploymentLabel, name}})), HasSubstr("is no deployment's name")) << name;
  EXPECT_THAT(flaw(service({{kDeploymentLabel, "x"}}, {{"type", "ExternalName"}, {"ports", {{{"port", 1}}}}})),
              HasSubstr("ExternalName"));
  EXPECT_THAT(flaw(service({{kDeploymentLabel, "x"}}, json::object())), HasSubstr("no port"));
}

TEST(ADeploymentView, IsOfItsKind) {
  for (const DeploymentKind kind : optional_deployment_kinds()) {
    const auto& type = deployment_type(kind);
    const auto view = parse_deployment(kind, {{"metadata", {{"name", "main"}, {"namespace", "prod"}, {"uid", "u"}}}});
    ASSERT_TRUE(view) << type.kind;
    EXPECT_EQ(api::to_string(view->product), type.kind);
    EXPECT_EQ(view->kind, kind);
    EXPECT_EQ(view->name, "main");
    EXPECT_EQ(type.group, "operator.victoriametrics.com");
  }
  EXPECT_EQ(deployment_type(DeploymentKind::Service).plural, "services");
}

TEST(ADeploymentView, NeedsANameThatKeysCanWrite) {
  const auto view = parse_deployment(DeploymentKind::VMSingle,
                                     {{"metadata", {{"name", "a.b"}, {"namespace", "prod"}, {"uid", "u"}}}});
  EXPECT_THAT(view->flaw, HasSubstr("'a.b' is no deployment's name"));
}

TEST(ADeploymentView, NeedsAnAddressThatIsOne) {
  const auto view = parse_deployment(
      DeploymentKind::VMSingle,
      {{"metadata", {{"name", "a"}, {"namespace", "prod"}, {"uid", "u"}}}, {"spec", {{"port", "1\n2"}}}});
  EXPECT_EQ(view->flaw, "the port of its vmsingle is no number");
  EXPECT_EQ(view->url, "");
}

TEST(ADeploymentView, NeedsMetadata) {
  EXPECT_FALSE(parse_service_deployment(json::object()));
  EXPECT_FALSE(parse_deployment(DeploymentKind::VMSingle, json::array()));
}

}  // namespace
}  // namespace guildhall::controllers::organization
