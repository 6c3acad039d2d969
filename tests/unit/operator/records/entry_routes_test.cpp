#include "operator/records/entry_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator/records/csv_reader.hpp"
#include "tests/unit/operator/records/routes_fixture.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* kTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
constexpr const char* kAcme = "namespaces/acme/auditentries";

struct Entries : RoutesFixture {
  std::vector<std::string> names(const std::string& target) {
    std::vector<std::string> all;
    const json list = object(target);
    for (const json& item : list["items"])
      all.push_back(item["metadata"]["name"]);
    return all;
  }
  /// What a watch tells, "ADDED id-1".
  std::vector<std::string> events(const std::string& target, const std::string& accept = "") {
    const http::Response response = get(target, accept);
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.content_type, "application/json");
    std::vector<std::string> all;
    std::istringstream lines(response.body);
    for (std::string line; std::getline(lines, line);) {
      const json event = json::parse(line);
      const json& metadata = event["object"]["metadata"];
      all.push_back(event["type"].get<std::string>() + " " +
                    metadata.value("name", metadata.value("resourceVersion", "")));
    }
    return all;
  }
};

TEST_F(Entries, OfANamespaceAreThoseOfItsOrganizationNewestFirst) {
  source.record("u-1", 2);
  source.record("u-0");
  source.record("u-1");
  EXPECT_THAT(names(std::string(kAcme) + "?limit=10"), ElementsAre("id-4", "id-2", "id-1"));
  EXPECT_THAT(names(kAcme), ElementsAre("id-4", "id-2", "id-1"));
  EXPECT_EQ(object(kAcme)["metadata"]["resourceVersion"], "4");
  EXPECT_EQ(object(kAcme)["items"][0]["metadata"]["namespace"], "acme");
}

TEST_F(Entries, ComeWithAWarningOfWhatWasIgnored) {
  source.record("u-1");
  for (const char* query : {"?emial=x", "?emial=x&format=csv", "?emial=x&limit=1", "?emial=x&watch=1"}) {
    const auto headers = get(std::string(kAcme) + query).headers;
    ASSERT_TRUE(headers.contains("Warning")) << query;
    EXPECT_THAT(headers.at("Warning"), StartsWith("299 - \"ignored: 'emial';"));
  }
  EXPECT_FALSE(get(kAcme).headers.contains("Warning"));
}

TEST_F(Entries, OfTheClusterAreThoseOfAllFormerOrganizationsToo) {
  source.record("u-1");
  source.record("u-0");
  EXPECT_THAT(names("auditentries"), ElementsAre("id-2", "id-1"));
  EXPECT_EQ(object("auditentries")["items"][0]["metadata"]["namespace"], "acme-home");
}

TEST_F(Entries, OfANamespaceThatNobodyClaimsAreNone) {
  source.record("u-1");
  for (const char* target : {"namespaces/globex/auditentries", "namespaces/globex/auditentries?limit=500"}) {
    const json list = object(target);
    EXPECT_EQ(list["items"], json::array());
    EXPECT_EQ(list["metadata"]["resourceVersion"], "1");
  }
  EXPECT_EQ(object("namespaces/globex/auditentries?limit=500", kTable)["rows"], json::array());
}

TEST_F(Entries, AreNotGuessedWhileNobodyKnowsWhoseTheNamespaceIs) {
  lookup_fails = true;
  EXPECT_EQ(get(kAcme).status, 503);
  EXPECT_EQ(get(std::string(kAcme) + "/id-1").status, 503);
  EXPECT_EQ(get(std::string(kAcme) + "?watch=1").status, 503);
  EXPECT_EQ(get("auditentries").status, 200);
}

TEST_F(Entries, ComePageByPage) {
  source.record("u-1", 5);
  std::vector<std::string> all;
  std::string token;
  int pages = 0;
  do {
    const json list = object(std::string(kAcme) + "?limit=2" + (token.empty() ? "" : "&continue=" + token));
    EXPECT_EQ(list["metadata"]["resourceVersion"], "5");
    for (const json& item : list["items"])
      all.push_back(item["metadata"]["name"]);
    token = list["metadata"].value("continue", "");
    ++pages;
    source.record("u-1");
  } while (!token.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(all, ElementsAre("id-5", "id-4", "id-3", "id-2", "id-1"));
}

TEST_F(Entries, ComeAThousandAtOnceAtMost) {
  source.record("u-1", 1001);
  const json list = object(std::string(kAcme) + "?limit=1000000");
  EXPECT_EQ(list["items"].size(), 1000U);
  EXPECT_TRUE(list["metadata"].contains("continue"));
  EXPECT_EQ(object(kAcme)["items"].size(), 1001U) << "all of them stream";
}

TEST_F(Entries, DoNotGoOnInAnotherNamespaceOrLog) {
  source.record("u-1", 3);
  const std::string token = object(std::string(kAcme) + "?limit=1")["metadata"]["continue"];
  EXPECT_THAT(refusal(get("auditentries?limit=1&continue=" + token)), HasSubstr("another query"));
  EXPECT_THAT(refusal(get("auditentries?limit=1&continue=x")), StartsWith("400 BadRequest: continue key is not valid"));
  source.rows_.newest = 2;
  EXPECT_THAT(refusal(get(std::string(kAcme) + "?limit=1&continue=" + token)), StartsWith("410 Expired"));
}

TEST_F(Entries, AreATableForKubectl) {
  source.record("u-1", 2);
  const json table = object(std::string(kAcme) + "?limit=1", kTable);
  EXPECT_EQ(table["kind"], "Table");
  EXPECT_EQ(table["rows"].size(), 1U);
  EXPECT_TRUE(table["metadata"].contains("continue"));
  EXPECT_EQ(object(std::string(kAcme) + "?includeObject=Object", kTable)["rows"][0]["object"]["kind"], "AuditEntry");
  EXPECT_EQ(object(kAcme, kTable)["rows"].size(), 2U);
}

TEST_F(Entries, CanBeSelected) {
  source.record("u-1", 2);
  EXPECT_THAT(names(std::string(kAcme) + "?fieldSelector=action%3DMemberCreated"), IsEmpty());
  EXPECT_EQ(names(std::string(kAcme) + "?fieldSelector=action%3DMemberRoleChanged").size(), 2U);
  EXPECT_THAT(refusal(get(std::string(kAcme) + "?fieldSelector=action%3DNone")),
              HasSubstr("MemberRoleChanged, MemberCreated"));
}

TEST_F(Entries, CanBeSelectedByName) {
  source.record("u-1", 2);
  source.record("u-0");
  EXPECT_THAT(names(std::string(kAcme) + "?limit=5&fieldSelector=metadata.name%3Did-1"), ElementsAre("id-1"));
  EXPECT_THAT(names(std::string(kAcme) + "?fieldSelector=metadata.name%3Did-1"), ElementsAre("id-1"));
  EXPECT_THAT(names(std::string(kAcme) + "?fieldSelector=metadata.name%3Did-3"), IsEmpty());
  EXPECT_THAT(names(std::string(kAcme) + "?fieldSelector=metadata.name%3Dnone"), IsEmpty());
  EXPECT_THAT(names("auditentries?fieldSelector=metadata.name%3Did-3"), ElementsAre("id-3"));
  EXPECT_THAT(names("auditentries?fieldSelector=metadata.name%3Did-3,metadata.namespace%3Dacme"), IsEmpty());
}

TEST_F(Entries, OfAVersionAreThoseThatStoodThen) {
  source.record("u-1", 3);
  EXPECT_THAT(names(std::string(kAcme) + "?limit=9&resourceVersion=2&resourceVersionMatch=Exact"),
              ElementsAre("id-2", "id-1"));
  EXPECT_EQ(object(std::string(kAcme) + "?resourceVersion=2&resourceVersionMatch=Exact")["metadata"]["resourceVersion"],
            "2");
  EXPECT_EQ(names(std::string(kAcme) + "?resourceVersion=2&resourceVersionMatch=NotOlderThan").size(), 3U);
  EXPECT_EQ(names(std::string(kAcme) + "?resourceVersion=0").size(), 3U);
  EXPECT_EQ(refusal(get(std::string(kAcme) + "?resourceVersion=4")),
            "504 Timeout: Timeout: Too large resource version: 4, current: 3");
}

TEST_F(Entries, AreNotAvailableWithoutTheirStore) {
  source.failing = true;
  EXPECT_THAT(refusal(get(kAcme)), StartsWith("503 ServiceUnavailable: the store is away"));
  EXPECT_EQ(get(std::string(kAcme) + "/id-1").status, 503);
  source.failure = core::ErrorKind::NotFound;
  EXPECT_EQ(get(kAcme).status, 503) << "that would say that there is no such thing";
  EXPECT_EQ(get(std::string(kAcme) + "/id-1").status, 503);
  source.failing = false;
  source.failing_after_pages = 0;
  EXPECT_EQ(get(kAcme).status, 503) << "before the first byte";
  Surroundings around = surroundings();
  around.source = nullptr;
  handler = make_routes(std::move(around));
  EXPECT_THAT(refusal(get(kAcme)), StartsWith("503"));
}

TEST_F(Entries, ThatBreakOffAreNotTakenForWhole) {
  source.record("u-1", 1500);
  source.failing_after_pages = 1;
  get(kAcme);
  EXPECT_FALSE(produced);
}

TEST_F(Entries, AreExportedAsCsv) {
  source.record("u-1", 1200);
  source.record("u-0");
  const http::Response response = get(std::string(kAcme) + "?format=csv", "application/json, */*");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.content_type, StartsWith("text/csv"));
  EXPECT_THAT(response.headers.at("Content-Disposition"), HasSubstr("auditentries.csv"));
  EXPECT_EQ(read_csv(response.body).size(), 1201U);
  EXPECT_EQ(read_csv(get(std::string(kAcme) + "?format=csv&limit=7").body).size(), 8U);
  EXPECT_EQ(read_csv(get("namespaces/globex/auditentries?format=csv").body).size(), 1U);
}

TEST_F(Entries, AreExportedAsJsonLines) {
  source.record("u-1", 3);
  const http::Response response = get("auditentries?format=jsonl");
  EXPECT_EQ(response.content_type, "application/x-ndjson");
  EXPECT_EQ(std::ranges::count(response.body, '\n'), 3);
}

TEST_F(Entries, AreGotByName) {
  source.record("u-1", 2);
  EXPECT_EQ(object(std::string(kAcme) + "/id-2")["metadata"]["name"], "id-2");
  EXPECT_EQ(object(std::string(kAcme) + "/id-2", kTable)["kind"], "Table");
  EXPECT_EQ(refusal(get(std::string(kAcme) + "/id-3")),
            "404 NotFound: auditentries.records.guildhall.dev \"id-3\" not found");
}

TEST_F(Entries, OfAnotherOrganizationAreNotThere) {
  source.record("u-0");
  EXPECT_EQ(get(std::string(kAcme) + "/id-1").status, 404);
  source.record("u-1");
  EXPECT_EQ(get("namespaces/globex/auditentries/id-2").status, 404);
}

TEST_F(Entries, AreWatchedFromAVersionOn) {
  source.record("u-1", 3);
  EXPECT_THAT(events(std::string(kAcme) + "?watch=1&resourceVersion=1"), ElementsAre("ADDED id-2", "ADDED id-3"));
  EXPECT_EQ(sink.now.time_since_epoch(), std::chrono::minutes{5}) << "no watch lasts longer";
  EXPECT_THAT(events(std::string(kAcme) + "?watch=1&resourceVersion=3&timeoutSeconds=2"), IsEmpty());
}

TEST_F(Entries, AreFirstToldWhenAWatchHasNoVersion) {
  source.record("u-1", 2);
  source.record("u-0");
  for (const char* version : {"", "&resourceVersion=0", "&resourceVersion="})
    EXPECT_THAT(events(std::string(kAcme) + "?watch=1&timeoutSeconds=1" + version),
                ElementsAre("ADDED id-2", "ADDED id-1"));
  EXPECT_THAT(
      events(std::string(kAcme) + "?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Did-1&resourceVersion=0"),
      ElementsAre("ADDED id-1"))
      << "as kubectl get NAME -w";
  EXPECT_THAT(events("namespaces/globex/auditentries?watch=1&timeoutSeconds=1"), IsEmpty());
}

TEST_F(Entries, AreToldAsAStreamingList) {
  source.record("u-1", 2);
  const std::string streaming =
      "?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=";
  EXPECT_THAT(events(kAcme + streaming + "true"), ElementsAre("ADDED id-2", "ADDED id-1", "BOOKMARK 2", "BOOKMARK 2"));
  EXPECT_THAT(events(kAcme + streaming + "true&resourceVersion=1"),
              ElementsAre("ADDED id-2", "ADDED id-1", "BOOKMARK 2", "BOOKMARK 2"));
  EXPECT_THAT(events(kAcme + streaming + "false&resourceVersion=1"), ElementsAre("ADDED id-2", "BOOKMARK 2"));
}

TEST_F(Entries, CannotBeWatchedFromWhatIsGoneOrNeverWas) {
  source.record("u-1", 5);
  source.rows_.removed = 3;
  const auto error_of = [this](const std::string& version) {
    const http::Response response = get(std::string(kAcme) + "?watch=1&timeoutSeconds=1&resourceVersion=" + version);
    EXPECT_EQ(response.status, 200);
    return response.body.empty() ? "" : json::parse(response.body)["object"].value("reason", "");
  };
  EXPECT_EQ(error_of("2"), "Expired");
  EXPECT_EQ(error_of("6"), "Expired");
  EXPECT_EQ(error_of("5"), "");
  EXPECT_THAT(events(std::string(kAcme) + "?watch=1&timeoutSeconds=1&resourceVersion=3"),
              ElementsAre("ADDED id-4", "ADDED id-5"));
}

TEST_F(Entries, AreWatchedAsTables) {
  source.record("u-1", 2);
  const http::Response response = get(std::string(kAcme) + "?watch=1&timeoutSeconds=1&resourceVersion=0", kTable);
  const json first = json::parse(response.body.substr(0, response.body.find('\n')));
  EXPECT_EQ(first["object"]["kind"], "Table");
}

TEST_F(Entries, AreJsonOrNothing) {
  EXPECT_THAT(refusal(get(kAcme, "application/vnd.kubernetes.protobuf")), StartsWith("406 NotAcceptable"));
  EXPECT_EQ(get(std::string(kAcme) + "/id-1", "text/html").status, 406);
  EXPECT_EQ(get(std::string(kAcme) + "?watch=1", "text/html").status, 406);
}

}  // namespace
}  // namespace guildhall::records
