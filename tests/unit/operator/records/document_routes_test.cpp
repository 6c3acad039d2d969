#include "operator/records/document_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator/records/routes_fixture.hpp"

namespace guildhall::records {
namespace {

using ::testing::StartsWith;

struct TheDocuments : RoutesFixture {
  TheDocuments() {
    // Neither a store nor caches: discovery answers all the same.
    source.failing = true;
    lookup_fails = true;
    allowed = false;
    Surroundings around = surroundings();
    around.source = nullptr;
    handler = make_routes(std::move(around));
  }
};

constexpr const char* kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";
constexpr const char* kOpenApi = "/openapi/v3/apis/records.guildhall.dev/v1alpha1";

TEST_F(TheDocuments, AreServedWithoutStoreAndAskingWhoMay) {
  EXPECT_EQ(object("/apis")["kind"], "APIGroupList");
  EXPECT_EQ(object("/apis/records.guildhall.dev")["kind"], "APIGroup");
  EXPECT_EQ(object("/apis/records.guildhall.dev/v1alpha1")["kind"], "APIResourceList");
  EXPECT_TRUE(object("/openapi/v3")["paths"].contains("apis/records.guildhall.dev/v1alpha1"));
  EXPECT_EQ(object(kOpenApi)["openapi"], "3.0.0");
}

TEST_F(TheDocuments, SayWhichFormOfDiscoveryTheyAre) {
  const http::Response v2 = get("/apis", kAggregated);
  EXPECT_EQ(v2.content_type, "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  EXPECT_EQ(nlohmann::json::parse(v2.body)["apiVersion"], "apidiscovery.k8s.io/v2");
  const http::Response beta = get("/apis", "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList");
  EXPECT_EQ(beta.content_type, "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList");
  EXPECT_EQ(get("/apis").content_type, "application/json");
}

TEST_F(TheDocuments, AreNotSentAgainToWhoHasThem) {
  for (const char* path :
       {"/apis", "/apis/records.guildhall.dev", "/apis/records.guildhall.dev/v1alpha1", "/openapi/v3", kOpenApi}) {
    const http::Response first = get(path, kAggregated);
    const std::string etag = first.headers.at("ETag");
    EXPECT_THAT(etag, StartsWith("\""));
    EXPECT_EQ(first.headers.at("Vary"), "Accept");
    const http::Response again = ask("GET", path, {{"accept", kAggregated}, {"if-none-match", etag}});
    EXPECT_EQ(again.status, 304) << path;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(ask("GET", path, {{"accept", kAggregated}, {"if-none-match", "\"other\""}}).status, 200);
  }
  EXPECT_NE(get("/apis", kAggregated).headers.at("ETag"), get("/apis").headers.at("ETag"));
}

TEST_F(TheDocuments, OfOpenApiAreKeptForEverByTheirHash) {
  const std::string url = object("/openapi/v3")["paths"]["apis/records.guildhall.dev/v1alpha1"]["serverRelativeURL"];
  EXPECT_THAT(url, StartsWith(std::string(kOpenApi) + "?hash=H"));
  const http::Response kept = get(url);
  EXPECT_EQ(kept.status, 200);
  EXPECT_EQ(kept.headers.at("Cache-Control"), "public, immutable, max-age=31536000");
  EXPECT_EQ(get(kOpenApi).headers.count("Cache-Control"), 0U);
  const http::Response older = get(std::string(kOpenApi) + "?hash=OLD");
  EXPECT_EQ(older.status, 301);
  EXPECT_EQ(older.headers.at("Location"), url);
}

TEST_F(TheDocuments, AreJsonOrNothing) {
  for (const char* path : {"/apis", "/apis/records.guildhall.dev/v1alpha1", kOpenApi})
    EXPECT_EQ(get(path, "application/vnd.kubernetes.protobuf").status, 406) << path;
}

}  // namespace
}  // namespace guildhall::records
