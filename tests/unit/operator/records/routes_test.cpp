#include "operator/records/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator/records/routes_fixture.hpp"

namespace guildhall::records {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

using TheRecordsApi = RoutesFixture;

constexpr const char* kEveryPath[] = {"/apis",
                                      "/apis/records.guildhall.dev",
                                      "/apis/records.guildhall.dev/v1alpha1",
                                      "/openapi/v3",
                                      "/openapi/v3/apis/records.guildhall.dev/v1alpha1",
                                      "auditentries",
                                      "namespaces/acme/auditentries",
                                      "namespaces/acme/auditentries/id-1",
                                      "signups",
                                      "/nowhere"};

TEST_F(TheRecordsApi, BelievesNobodyWhoDoesNotComeThroughTheApiServer) {
  for (const std::string name : {"", "jane", "front-proxy"}) {
    common_name = name;
    for (const char* path : kEveryPath) {
      EXPECT_EQ(refusal(get(path)), "401 Unauthorized: Unauthorized") << path << " as " << name;
      EXPECT_EQ(ask("POST", path).status, 401) << path;
    }
  }
  EXPECT_THAT(questions, IsEmpty());
}

TEST_F(TheRecordsApi, BelievesNobodyBeforeItKnowsTheFrontProxy) {
  proxy.reset();
  for (const char* path : kEveryPath)
    EXPECT_EQ(get(path).status, 401) << path;
}

TEST_F(TheRecordsApi, FollowsTheFrontProxysCertificateWhenItRotates) {
  EXPECT_EQ(get("auditentries").status, 200);
  proxy->allowed_names = {"front-proxy-2"};
  EXPECT_EQ(get("auditentries").status, 401);
  common_name = "front-proxy-2";
  EXPECT_EQ(get("auditentries").status, 200);
}

TEST_F(TheRecordsApi, SaysToEverybodyThatItLives) {
  common_name = "";
  for (const char* path : {"/healthz", "/livez", "/readyz"})
    EXPECT_EQ(get(path).body, "ok");
}

TEST_F(TheRecordsApi, AsksWhoMayDoIt) {
  get("namespaces/acme/auditentries?limit=5");
  get("namespaces/acme/auditentries?watch=true&timeoutSeconds=1");
  get("namespaces/acme/auditentries/id-1");
  get("auditentries?fieldSelector=metadata.name%3Did-2");
  ask("POST", "signups");
  ask("DELETE", "namespaces/acme/auditentries/id-1");
  ASSERT_THAT(questions, SizeIs(6));
  const auto line = [this](std::size_t i) {
    const auto& q = questions[i];
    return q.user + " " + q.groups.at(0) + " " + q.verb + " " + q.group + " " + q.resource + " ns=" + q.ns +
           " name=" + q.name;
  };
  EXPECT_EQ(line(0), "jane editors list records.guildhall.dev auditentries ns=acme name=");
  EXPECT_EQ(line(1), "jane editors watch records.guildhall.dev auditentries ns=acme name=");
  EXPECT_EQ(line(2), "jane editors get records.guildhall.dev auditentries ns=acme name=id-1");
  EXPECT_EQ(line(3), "jane editors list records.guildhall.dev auditentries ns= name=id-2");
  EXPECT_EQ(line(4), "jane editors create records.guildhall.dev signups ns= name=");
  EXPECT_EQ(line(5), "jane editors delete records.guildhall.dev auditentries ns=acme name=id-1");
}

TEST_F(TheRecordsApi, AsksAboutTheVerbThatItThenDoes) {
  for (const std::string word : {"FALSE", "fALSe", "0", "False"}) {
    questions.clear();
    time += std::chrono::minutes{1};
    EXPECT_EQ(object("auditentries?limit=1&watch=" + word)["kind"], "AuditEntryList") << word;
    ASSERT_THAT(questions, SizeIs(1));
    EXPECT_EQ(questions[0].verb, "list") << word;
  }
}

TEST_F(TheRecordsApi, DoesNothingForWhomItIsNotAllowed) {
  source.record("u-1");
  allowed = false;
  EXPECT_EQ(refusal(get("namespaces/acme/auditentries")),
            "403 Forbidden: auditentries.records.guildhall.dev is forbidden: User \"jane\" cannot list resource "
            "\"auditentries\" in API group \"records.guildhall.dev\" in the namespace \"acme\"");
  EXPECT_EQ(get("auditentries").status, 403);
  EXPECT_EQ(get("auditentries?watch=1").status, 403);
  EXPECT_EQ(get("namespaces/acme/auditentries/id-1").status, 403);
  EXPECT_EQ(get("namespaces/acme/auditentries?format=csv").status, 403);
  EXPECT_EQ(get("auditentries?limit=nonsense").status, 403) << "who may not ask is not told what is wrong";
  EXPECT_EQ(ask("POST", "signups", {}, "{}").status, 403);
  EXPECT_EQ(ask("DELETE", "auditentries").status, 403);
  EXPECT_THAT(signups, IsEmpty());
  EXPECT_EQ(source.pages, 0);
}

TEST_F(TheRecordsApi, IsAwayWhileNobodyCanBeAskedWhoMay) {
  allowed = core::fail(core::ErrorKind::Unavailable, "no API server");
  EXPECT_THAT(refusal(get("auditentries")),
              StartsWith("503 ServiceUnavailable: it could not be asked who may do this"));
}

TEST_F(TheRecordsApi, RemembersForTenSecondsWhoMay) {
  get("auditentries");
  time += std::chrono::seconds{9};
  get("auditentries");
  EXPECT_THAT(questions, SizeIs(1));
  time += std::chrono::seconds{1};
  allowed = false;
  EXPECT_EQ(get("auditentries").status, 403);
}

TEST_F(TheRecordsApi, HasNothingElse) {
  for (const char* path : {"/nowhere", "/", "/api", "/openapi/v2", "usages", "namespaces/acme", "namespaces",
                           "namespaces/acme/signups", "auditentries/id-1", "namespaces/acme/auditentries/id-1/status",
                           "watch/auditentries", "/apis/guildhall.dev/v1alpha1/members"})
    EXPECT_THAT(refusal(get(path)), StartsWith("404 NotFound: the server could not find")) << path;
  EXPECT_EQ(get("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf").status, 404)
      << "the aggregator and kubectl pass over a server without it, but not over one that refuses";
  EXPECT_EQ(ask("POST", "/nowhere").status, 404);
  EXPECT_THAT(questions, IsEmpty());
  EXPECT_THAT(refusal(get("auditentries/%zz")), StartsWith("400 BadRequest"));
}

TEST_F(TheRecordsApi, KnowsNoOtherVerbs) {
  for (const char* method : {"PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}) {
    const http::Response response = ask(method, "namespaces/acme/auditentries/id-1");
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(response.headers.at("Allow"), "GET");
  }
  EXPECT_EQ(refusal(ask("DELETE", "namespaces/acme/auditentries")),
            "405 MethodNotAllowed: deletecollection is not supported on resources of kind "
            "\"auditentries.records.guildhall.dev\"");
  EXPECT_EQ(ask("POST", "auditentries").status, 405);
  EXPECT_EQ(get("signups").headers.at("Allow"), "POST");
  EXPECT_EQ(ask("POST", "/apis").status, 405);
  EXPECT_THAT(refusal(ask("POST", "/openapi/v3")), HasSubstr("does not allow this method"));
}

TEST_F(TheRecordsApi, CountsRequestsByWhatIsServed) {
  get("auditentries");
  get("auditentries?watch=1&timeoutSeconds=0");
  get("namespaces/acme/auditentries/none");
  get("nonsense");
  ask("POST", "signups", {}, "{}");
  get("/apis");
  EXPECT_THAT(counted, ::testing::ElementsAre("auditentries list 200", "auditentries watch 200", "auditentries get 404",
                                              " list 404", "signups create 422"));
}

TEST_F(TheRecordsApi, TakesNoMoreAtOnceThanItMay) {
  auto around = surroundings();
  around.most_at_once = 2;
  int depth = 0;
  std::vector<int> answers;
  around.may = [&](const kube::AccessQuestion&) -> core::Result<bool> {
    if (++depth < 4) answers.push_back(get("auditentries?metadata.name=" + std::to_string(depth)).status);
    answers.push_back(get("/apis/records.guildhall.dev/v1alpha1").status);
    return true;
  };
  handler = make_routes(around);
  EXPECT_EQ(get("auditentries").status, 200);
  EXPECT_THAT(answers, ::testing::Contains(429).Times(1)) << "the third at once";
  EXPECT_THAT(answers, ::testing::Contains(200)) << "discovery has no such limit";
  depth = 4;
  EXPECT_EQ(get("auditentries?limit=1").status, 200) << "it is free again";
}

TEST_F(TheRecordsApi, LeavesStreamsToOthers) {
  auto around = surroundings();
  std::vector<Producer> running;
  around.stream = [&](http::Response head, const Producer& body) {
    running.push_back(body);
    return head;
  };
  handler = make_routes(around);
  const std::string watch = "auditentries?watch=1&timeoutSeconds=0";
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(get(watch).status, 200) << i;
  EXPECT_EQ(refusal(get(watch)),
            "429 TooManyRequests: you read as many streams as one may; end one of them, or try again");
  EXPECT_EQ(get("auditentries").status, 200) << "what is no stream";
  running.erase(running.begin());
  EXPECT_EQ(get(watch).status, 200) << "one has ended";
}

}  // namespace
}  // namespace guildhall::records
