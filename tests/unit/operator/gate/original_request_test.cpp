#include "operator/gate/original_request.hpp"

#include <gtest/gtest.h>

namespace guildhall::gate {
namespace {

using core::ErrorKind;
using Fields = std::multimap<std::string, std::string>;

core::Result<OriginalRequest> read(const std::string& path, const Fields& fields, const std::string& query = "") {
  http::Request request;
  request.method = "HEAD";
  request.path = path;
  request.query = query;
  request.fields = fields;
  return original_request(request);
}

const Fields kAll{{"x-original-method", "POST"},
                  {"x-original-uri", "/original?a=1"},
                  {"x-forwarded-method", "PUT"},
                  {"x-forwarded-uri", "/forwarded"}};

TEST(AnOriginalRequest, IsReadByTheHeadersOfItsRouteAlone) {
  const auto nginx = read("/auth/acme/metrics", kAll);
  ASSERT_TRUE(nginx);
  EXPECT_EQ(nginx->organization, "acme");
  EXPECT_EQ(nginx->deployment, "metrics");
  EXPECT_EQ(nginx->method, "POST");
  EXPECT_EQ(nginx->target, "/original?a=1");
  const auto caddy = read("/auth/acme/prod.metrics/forwarded", kAll);
  ASSERT_TRUE(caddy);
  EXPECT_EQ(caddy->deployment, "prod.metrics");
  EXPECT_EQ(caddy->method, "PUT");
  EXPECT_EQ(caddy->target, "/forwarded");
  const auto envoy = read("/auth/acme/metrics/envoy/api/v1/query", kAll, "query=up");
  ASSERT_TRUE(envoy);
  EXPECT_EQ(envoy->method, "HEAD");
  EXPECT_EQ(envoy->target, "/api/v1/query?query=up");
}

TEST(AnOriginalRequest, OfEnvoyIsAsItCame) {
  EXPECT_EQ(read("/auth/acme/metrics/envoy/", {})->target, "/");
  EXPECT_EQ(read("/auth/acme/metrics/envoy//a/%2e%2e/b", {})->target, "//a/%2e%2e/b");
}

TEST(AnOriginalRequest, NeedsItsHeaderOnce) {
  EXPECT_EQ(read("/auth/acme/metrics", {{"x-forwarded-uri", "/a"}}).error().kind, ErrorKind::Forbidden);
  EXPECT_EQ(read("/auth/acme/metrics/forwarded", {{"x-original-uri", "/a"}}).error().kind, ErrorKind::Forbidden);
  EXPECT_EQ(read("/auth/acme/metrics", {{"x-original-uri", "/a"}, {"x-original-uri", "/a"}}).error().kind,
            ErrorKind::Forbidden);
  EXPECT_EQ(
      read("/auth/acme/metrics", {{"x-original-uri", "/a"}, {"x-original-method", "GET"}, {"x-original-method", "PUT"}})
          .error()
          .kind,
      ErrorKind::Forbidden);
  EXPECT_TRUE(read("/auth/acme/metrics", {{"x-original-uri", "/a"}})) << "the method decides nothing";
}

TEST(AnOriginalRequest, OfAnotherRouteIsNone) {
  for (const char* path : {"/", "/auth", "/auth/", "/auth/acme", "/auth/acme/", "/auth//metrics", "/auth/acme/metrics/",
                           "/auth/acme/metrics/other", "/auth/acme/metrics/forwarded/", "/auth/acme/metrics/envoy"})
    EXPECT_EQ(read(path, kAll).error().kind, ErrorKind::NotFound) << path;
}

}  // namespace
}  // namespace guildhall::gate
