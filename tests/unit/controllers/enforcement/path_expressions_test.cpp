#include "controllers/enforcement/path_expressions.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <regex>
#include <string>
#include <utility>

namespace guildhall::controllers::enforcement {
namespace {

using gate::PathUse;

bool lets_through(const std::string& product, PathUse use, const std::string& path, gate::Tenant tenant = {7, 3}) {
  const std::string expression = expression_of(
      {.names = {"acme-prod.metrics", "acme-prod.metrics.service"}, .product = product, .tenant = tenant, .use = use},
      gate::path_table());
  return std::regex_match(path, std::regex(expression));
}

TEST(PathExpressions, LetThroughWhatIsOpenBehindTheName) {
  EXPECT_TRUE(lets_through("VMSingle", PathUse::Read, "/acme-prod.metrics/api/v1/query"));
  EXPECT_TRUE(lets_through("VMSingle", PathUse::Read, "/acme-prod.metrics.service/api/v1/query"));
  EXPECT_TRUE(lets_through("VMSingle", PathUse::Read, "/acme-prod.metrics/prometheus/api/v1/query"));
  EXPECT_TRUE(lets_through("VMSingle", PathUse::Read, "/acme-prod.metrics/api/v1/label/job/values"));
  EXPECT_TRUE(lets_through("VMSingle", PathUse::Read, "/acme-prod.metrics/vmui/static/x.js"));
  EXPECT_TRUE(lets_through("VMSingle", PathUse::Write, "/acme-prod.metrics/api/v1/write"));
}

TEST(PathExpressions, LetNothingElseThrough) {
  for (const char* path : {"/api/v1/query", "/acme-prodxmetrics/api/v1/query", "/acme-prod.metrics/api/v1/write",
                           "/acme-prod.metrics/api/v1/queryx", "/acme-prod.metrics/api/v1/label/a/b/values",
                           "/acme-prod.metrics/api/v1/admin/tsdb/delete_series", "/acme-prod.metrics/tags/delSeries",
                           "/acme-prod.metrics/snapshot/create", "/acme-prod.metrics/", "/acme-prod.metrics",
                           "/acme-prod.metrics/acme-prod.metrics/api/v1/query"})
    EXPECT_FALSE(lets_through("VMSingle", PathUse::Read, path)) << path;
  EXPECT_FALSE(lets_through("VMSingle", PathUse::Write, "/acme-prod.metrics/api/v1/query"));
}

TEST(PathExpressions, HoldPathsOfClustersToTheTenant) {
  const std::string rest = "/prometheus/api/v1/query";
  EXPECT_TRUE(lets_through("VMCluster", PathUse::Read, "/acme-prod.metrics/select/7:3" + rest));
  for (const char* tenant : {"7", "7:4", "0", "multitenant", "77:3", "<tenant>"})
    EXPECT_FALSE(lets_through("VMCluster", PathUse::Read, std::string("/acme-prod.metrics/select/") + tenant + rest))
        << tenant;
  for (const char* tenant : {"7", "7:0"})
    EXPECT_TRUE(
        lets_through("VMCluster", PathUse::Read, std::string("/acme-prod.metrics/select/") + tenant + rest, {7, 0}))
        << tenant;
}

TEST(PathExpressions, AreNoneWhereNothingIsOpen) {
  EXPECT_EQ(
      expression_of({.names = {"a.b"}, .product = "VMAgent", .tenant = {}, .use = PathUse::Read}, gate::path_table()),
      "");
  EXPECT_EQ(expression_of({.names = {}, .product = "VMSingle", .tenant = {}, .use = PathUse::Read}, gate::path_table()),
            "");
}

/// A path that fits the pattern, behind the deployment's name.
std::string example_of(std::string pattern) {
  for (const auto& [written, example] : std::initializer_list<std::pair<std::string, std::string>>{
           {"<tenant>", "7:3"}, {"<name>", "some"}, {"/**", "/some/thing"}}) {
    if (const auto at = pattern.find(written); at != std::string::npos) pattern.replace(at, written.size(), example);
  }
  return "/acme-prod.metrics" + pattern;
}

void expect_as_the_gate(const std::string& product, PathUse use) {
  for (const auto& pattern : gate::path_table().open_patterns(product, use)) {
    for (const PathUse asked : {PathUse::Read, PathUse::Write})
      EXPECT_EQ(lets_through(product, asked, example_of(pattern)), asked == use) << product << " " << pattern;
  }
}

/// Whatever the expression lets through, the gate would, too.
TEST(PathExpressions, LetNothingThroughThatTheGateDoesNot) {
  for (const char* product : {"VMSingle", "VMCluster", "VLSingle", "VLCluster", "VTSingle", "VTCluster"}) {
    for (const PathUse use : {PathUse::Read, PathUse::Write, PathUse::Closed})
      expect_as_the_gate(product, use);
  }
}

}  // namespace
}  // namespace guildhall::controllers::enforcement
