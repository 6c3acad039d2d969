#include "operator/gate/path_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace guildhall::gate {
namespace {

struct Case {
  const char* product;
  const char* path;
  PathUse use;
  std::optional<Tenant> tenant = std::nullopt;
};

class ThePathTable : public ::testing::TestWithParam<Case> {};

TEST_P(ThePathTable, SaysWhatAPathIsFor) {
  const Case& given = GetParam();
  const ClassifiedPath got = path_table().classify(given.product, given.path);
  EXPECT_EQ(got.use, given.use) << given.product << " " << given.path;
  EXPECT_EQ(got.tenant, given.tenant) << given.product << " " << given.path;
}

constexpr Tenant kSeven{.account = 7, .project = 0};

INSTANTIATE_TEST_SUITE_P(
    Single, ThePathTable,
    ::testing::Values(
        Case{"VMSingle", "/api/v1/query", PathUse::Read}, Case{"VMSingle", "/prometheus/api/v1/query", PathUse::Read},
        Case{"VMSingle", "/prometheus/prometheus/api/v1/query", PathUse::Unknown},
        Case{"VMSingle", "/prometheus", PathUse::Unknown}, Case{"VMSingle", "/api/v1/label/job/values", PathUse::Read},
        Case{"VMSingle", "/api/v1/label//values", PathUse::Unknown},
        Case{"VMSingle", "/api/v1/label/a/b/values", PathUse::Unknown}, Case{"VMSingle", "/vmui", PathUse::Read},
        Case{"VMSingle", "/vmui/", PathUse::Read}, Case{"VMSingle", "/vmui/static/a.js", PathUse::Read},
        Case{"VMSingle", "/vmuix", PathUse::Unknown}, Case{"VMSingle", "/tags/host", PathUse::Read},
        Case{"VMSingle", "/tags/delSeries", PathUse::Closed},
        Case{"VMSingle", "/graphite/tags/delSeries", PathUse::Closed},
        Case{"VMSingle", "/prometheus/graphite/tags/delSeries", PathUse::Closed},
        Case{"VMSingle", "/api/v1/write", PathUse::Write}, Case{"VMSingle", "/write", PathUse::Write},
        Case{"VMSingle", "/query", PathUse::Write},
        Case{"VMSingle", "/api/v1/import/prometheus/metrics/job/a", PathUse::Write},
        Case{"VMSingle", "/datadog/api/v1/series", PathUse::Write},
        Case{"VMSingle", "/api/v1/admin/tsdb/delete_series", PathUse::Closed},
        Case{"VMSingle", "/api/v1/admin", PathUse::Unknown}, Case{"VMSingle", "/internal/force_flush", PathUse::Closed},
        Case{"VMSingle", "/snapshot/create", PathUse::Closed}, Case{"VMSingle", "/-/reload", PathUse::Closed},
        Case{"VMSingle", "/metrics", PathUse::Closed}, Case{"VMSingle", "/debug/pprof/heap", PathUse::Closed},
        Case{"VMSingle", "/vmalert/-/reload", PathUse::Unknown}, Case{"VMSingle", "/", PathUse::Unknown},
        Case{"VMSingle", "/API/V1/QUERY", PathUse::Unknown},
        Case{"VMSingle", "/select/7/prometheus/api/v1/query", PathUse::Unknown},
        Case{"Other", "/api/v1/query", PathUse::Unknown}));

INSTANTIATE_TEST_SUITE_P(
    Cluster, ThePathTable,
    ::testing::Values(Case{"VMCluster", "/select/7/prometheus/api/v1/query", PathUse::Read, kSeven},
                      Case{"VMCluster", "/select/7:3/prometheus/api/v1/label/a/values", PathUse::Read, Tenant{7, 3}},
                      Case{"VMCluster", "/select/007/vmui/", PathUse::Read, kSeven},
                      Case{"VMCluster", "/insert/7/prometheus", PathUse::Write, kSeven},
                      Case{"VMCluster", "/insert/7/prometheus/", PathUse::Write, kSeven},
                      Case{"VMCluster", "/insert/7/prometheus/api/v1/write", PathUse::Write, kSeven},
                      Case{"VMCluster", "/insert/7/influx/write", PathUse::Write, kSeven},
                      Case{"VMCluster", "/insert/multitenant/prometheus/api/v1/write", PathUse::Unknown},
                      Case{"VMCluster", "/select/multitenant/prometheus/api/v1/query", PathUse::Unknown},
                      Case{"VMCluster", "/select/prometheus/api/v1/query", PathUse::Unknown},
                      Case{"VMCluster", "/select/<tenant>/prometheus/api/v1/query", PathUse::Unknown},
                      Case{"VMCluster", "/select/4294967296/prometheus/api/v1/query", PathUse::Unknown},
                      Case{"VMCluster", "/select/7:/prometheus/api/v1/query", PathUse::Unknown},
                      Case{"VMCluster", "/select/7:3:1/prometheus/api/v1/query", PathUse::Unknown},
                      Case{"VMCluster", "/select/-7/prometheus/api/v1/query", PathUse::Unknown},
                      Case{"VMCluster", "/delete/7/prometheus/api/v1/admin/tsdb/delete_series", PathUse::Closed},
                      Case{"VMCluster", "/select/7/prometheus/api/v1/admin/tsdb/delete_series", PathUse::Closed,
                           kSeven},
                      Case{"VMCluster", "/select/7/graphite/tags/delSeries", PathUse::Closed, kSeven},
                      Case{"VMCluster", "/admin/tenants", PathUse::Closed},
                      Case{"VMCluster", "/api/v1/query", PathUse::Unknown}));

INSTANTIATE_TEST_SUITE_P(LogsAndTraces, ThePathTable,
                         ::testing::Values(Case{"VLSingle", "/select/logsql/query", PathUse::Read},
                                           Case{"VLCluster", "/select/logsql/tail", PathUse::Read},
                                           Case{"VLSingle", "/insert/jsonline", PathUse::Write},
                                           Case{"VLSingle", "/insert/elasticsearch/_bulk", PathUse::Write},
                                           Case{"VLSingle", "/insert/loki/api/v1/push", PathUse::Write},
                                           Case{"VLSingle", "/select/tenant_ids", PathUse::Unknown},
                                           Case{"VLSingle", "/internal/insert", PathUse::Closed},
                                           Case{"VLSingle", "/delete/run_task", PathUse::Closed},
                                           Case{"VLSingle", "/select/7/logsql/query", PathUse::Unknown},
                                           Case{"VTSingle", "/select/jaeger/api/traces/0af7", PathUse::Read},
                                           Case{"VTCluster", "/insert/opentelemetry/v1/traces", PathUse::Write}));

TEST(PathTables, SayWhereTheyCannotBeRead) {
  EXPECT_FALSE(PathTable::parse("{"));
  const auto table =
      PathTable::parse(R"({"lists": {}, "products": {"X": {"read": [{"list": "none"}], "write": [], "closed": []}}})");
  ASSERT_FALSE(table);
  EXPECT_NE(table.error().message.find("the paths of X"), std::string::npos);
}

/// A path that fits the pattern.
std::string example_of(std::string pattern) {
  for (const auto& [written, example] : std::initializer_list<std::pair<std::string, std::string>>{
           {"<tenant>", "7:3"}, {"<name>", "some"}, {"/**", "/some/thing"}}) {
    if (const auto at = pattern.find(written); at != std::string::npos) pattern.replace(at, written.size(), example);
  }
  return pattern;
}

TEST(ThePaths, ThatAreOpenAreThoseThatAreClassifiedSo) {
  for (const char* product : {"VMSingle", "VMCluster", "VLSingle", "VLCluster", "VTSingle", "VTCluster"}) {
    for (const PathUse use : {PathUse::Read, PathUse::Write}) {
      const auto patterns = path_table().open_patterns(product, use);
      EXPECT_FALSE(patterns.empty()) << product;
      for (const std::string& pattern : patterns)
        EXPECT_EQ(path_table().classify(product, example_of(pattern)).use, use) << product << " " << pattern;
    }
  }
  EXPECT_TRUE(path_table().open_patterns("VMAgent", PathUse::Read).empty());
}

TEST(ThePaths, ThatFitAClosedOneTooAreNotAmongTheOpenOnes) {
  const auto reads = path_table().open_patterns("VMSingle", PathUse::Read);
  EXPECT_EQ(path_table().classify("VMSingle", "/tags/delSeries").use, PathUse::Closed);
  EXPECT_EQ(path_table().classify("VMSingle", "/tags/some").use, PathUse::Read);
  EXPECT_EQ(std::ranges::count(reads, "/tags/<name>"), 0);
  EXPECT_EQ(std::ranges::count(reads, "/tags/findSeries"), 1);
  EXPECT_EQ(std::ranges::count(reads, "/vmui/**"), 1);
  EXPECT_EQ(path_table().optional_prefix("VMSingle"), "/prometheus");
  EXPECT_EQ(path_table().optional_prefix("VMCluster"), "");
}

}  // namespace
}  // namespace guildhall::gate
