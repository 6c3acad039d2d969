#include "controllers/organization/deployment_url.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::controllers::organization {
namespace {

using nlohmann::json;

const core::ObjectKey kMain{"prod", "main"};

struct Case {
  const char* name;
  DeploymentKind kind;
  const char* spec;
  const char* read;
  const char* write;
};

class DeploymentUrl : public ::testing::TestWithParam<Case> {};

TEST_P(DeploymentUrl, IsAsItsOperatorNamesTheService) {
  const Case& given = GetParam();
  EXPECT_EQ(deployment_urls(given.kind, kMain, {{"spec", json::parse(given.spec)}}),
            (DeploymentUrls{.read = given.read, .write = given.write}));
}

INSTANTIATE_TEST_SUITE_P(
    Of, DeploymentUrl,
    ::testing::Values(
        Case{"VMSingle", DeploymentKind::VMSingle, "{}", "http://vmsingle-main.prod.svc:8428", ""},
        Case{"VLSingle", DeploymentKind::VLSingle, "{}", "http://vlsingle-main.prod.svc:9428", ""},
        Case{"VTSingle", DeploymentKind::VTSingle, "{}", "http://vtsingle-main.prod.svc:10428", ""},
        Case{"VMCluster", DeploymentKind::VMCluster, R"({"vmselect": {}, "vminsert": {}})",
             "http://vmselect-main.prod.svc:8481", "http://vminsert-main.prod.svc:8480"},
        Case{"VLCluster", DeploymentKind::VLCluster, R"({"vlselect": {}, "vlinsert": {}})",
             "http://vlselect-main.prod.svc:9471", "http://vlinsert-main.prod.svc:9481"},
        Case{"VTCluster", DeploymentKind::VTCluster, R"({"select": {}, "insert": {}})",
             "http://vtselect-main.prod.svc:10471", "http://vtinsert-main.prod.svc:10481"},
        Case{"APortOfItsOwn", DeploymentKind::VMSingle, R"({"port": "9090"})", "http://vmsingle-main.prod.svc:9090",
             ""},
        Case{"AComponentsPort", DeploymentKind::VMCluster, R"({"vmselect": {"port": "1"}, "vminsert": {"port": "2"}})",
             "http://vmselect-main.prod.svc:1", "http://vminsert-main.prod.svc:2"},
        Case{"AClusterThatIsOnlyRead", DeploymentKind::VMCluster, R"({"vmselect": {}})",
             "http://vmselect-main.prod.svc:8481", ""},
        Case{"AClusterThatIsOnlyWritten", DeploymentKind::VMCluster, R"({"vminsert": {}})", "",
             "http://vminsert-main.prod.svc:8480"},
        Case{"Tls", DeploymentKind::VMSingle, R"({"extraArgs": {"tls": "true"}})",
             "https://vmsingle-main.prod.svc:8428", ""},
        Case{"TlsOfTheFirstListener", DeploymentKind::VMSingle, R"({"extraArgs": {"tls": " TRUE ,false"}})",
             "https://vmsingle-main.prod.svc:8428", ""},
        Case{"TlsOfAnotherListener", DeploymentKind::VMSingle, R"({"extraArgs": {"tls": "false,true"}})",
             "http://vmsingle-main.prod.svc:8428", ""},
        Case{"APathPrefix", DeploymentKind::VMSingle, R"({"extraArgs": {"http.pathPrefix": "/metrics/"}})",
             "http://vmsingle-main.prod.svc:8428/metrics", ""},
        Case{"APathPrefixWithoutASlash", DeploymentKind::VMSingle, R"({"extraArgs": {"http.pathPrefix": "metrics"}})",
             "http://vmsingle-main.prod.svc:8428/metrics", ""},
        Case{"LegacyNames", DeploymentKind::VMSingle, R"({"useLegacyNaming": true})", "http://main.prod.svc:8428", ""},
        Case{"LegacyNamesOfACluster", DeploymentKind::VMCluster,
             R"({"useLegacyNaming": true, "vmselect": {}, "vminsert": {}})", "http://main-vmselect.prod.svc:8481",
             "http://main-vminsert.prod.svc:8480"},
        Case{"AServiceOfItsOwnByDefault", DeploymentKind::VMSingle,
             R"({"serviceSpec": {"useAsDefault": true, "spec": {"ports": [{"name": "other", "port": 1},
                 {"name": "http", "port": 80}]}}})",
             "http://vmsingle-main.prod.svc:80", ""},
        Case{"AFurtherService", DeploymentKind::VMSingle,
             R"({"serviceSpec": {"spec": {"ports": [{"name": "http", "port": 80}]}}})",
             "http://vmsingle-main.prod.svc:8428", ""},
        Case{"NonsenseIsLikeNothing", DeploymentKind::VMSingle,
             R"({"port": {}, "extraArgs": [], "serviceSpec": 7, "useLegacyNaming": "yes"})",
             "http://vmsingle-main.prod.svc:8428", ""},
        Case{"AComponentThatIsNone", DeploymentKind::VMCluster, R"({"vmselect": null, "vminsert": []})", "", ""}),
    [](const auto& info) { return info.param.name; });

// They are copied into files of Secrets, beside the token.
TEST(DeploymentUrls, HoldNothingThatAddressesDoNot) {
  const std::string long_path = "/" + std::string(256, 'a');
  for (const std::string& prefix :
       {std::string("/a\nb"), std::string("/a b"), std::string("/a\"b"), std::string("/a?b"), std::string("/a@b"),
        std::string("/a#b"), std::string("/%2e"), long_path}) {
    const auto urls =
        deployment_urls(DeploymentKind::VMSingle, kMain, {{"spec", {{"extraArgs", {{"http.pathPrefix", prefix}}}}}});
    EXPECT_EQ(urls.read, "") << prefix;
    EXPECT_NE(urls.flaw.find("http.pathPrefix"), std::string::npos) << prefix;
  }
  for (const char* port : {"8428@evil.example:80", "84a", "123456", "-1", " 80"}) {
    const auto urls = deployment_urls(DeploymentKind::VMCluster, kMain, {{"spec", {{"vminsert", {{"port", port}}}}}});
    EXPECT_EQ(urls.write, "") << port;
    EXPECT_EQ(urls.flaw, "the port of its vminsert is no number") << port;
  }
}

TEST(DeploymentUrls, TakeAnyJson) {
  for (const json& object : {json(), json(7), json::array(), json{{"spec", 7}}})
    EXPECT_EQ(deployment_urls(DeploymentKind::VMCluster, kMain, object), DeploymentUrls{});
}

std::string url_of_ports(const char* ports) {
  return service_url(kMain, {{"spec", {{"ports", json::parse(ports)}}}});
}

TEST(ServiceUrl, IsOfThePortThatSpeaksHttp) {
  EXPECT_EQ(url_of_ports(R"([{"port": 8428}])"), "http://main.prod.svc:8428");
  EXPECT_EQ(url_of_ports(R"([{"name": "grpc", "port": 1}, {"name": "http", "port": 2}])"), "http://main.prod.svc:2");
  EXPECT_EQ(url_of_ports(R"([{"name": "https", "port": 1}, {"name": "http", "port": 2}])"), "http://main.prod.svc:2");
  EXPECT_EQ(url_of_ports(R"([{"name": "x", "port": 1}, {"name": "https", "port": 443}])"), "https://main.prod.svc:443");
  EXPECT_EQ(url_of_ports(R"([{"name": "api", "appProtocol": "https", "port": 9}])"), "https://main.prod.svc:9");
  EXPECT_EQ(url_of_ports("[]"), "");
  EXPECT_EQ(service_url(kMain, json::object()), "");
}

}  // namespace
}  // namespace guildhall::controllers::organization
