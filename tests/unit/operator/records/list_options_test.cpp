#include "operator/records/list_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

const std::vector<std::string> kActions{"MemberCreated"};

Checked<ListOptions> read(const std::string& query, const std::string& ns = "acme") {
  return read_list_options(Query(query), ns, kActions, *core::parse_timestamp("2026-11-24T10:00:00Z"));
}

TEST(ListOptionsOf, NothingAreTheDefaults) {
  const auto options = read("");
  ASSERT_TRUE(options);
  EXPECT_FALSE(options->watch);
  EXPECT_EQ(options->limit, 0);
  EXPECT_EQ(options->format, Format::Json);
  EXPECT_EQ(options->selection, EntrySelection{});
  EXPECT_EQ(options->resource_version, std::nullopt);
  EXPECT_EQ(options->timeout, std::nullopt);
}

TEST(ListOptionsOf, WhatKubectlSends) {
  const auto options = read("limit=500&fieldSelector=action%3DMemberCreated&unknown=1&pretty=true");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->limit, 500);
  EXPECT_THAT(options->selection.filter.action, Optional(std::string("MemberCreated")));
}

TEST(ListOptionsOf, AWatch) {
  const auto options = read(
      "watch=true&resourceVersion=41&timeoutSeconds=7&allowWatchBookmarks=true&sendInitialEvents=false&"
      "resourceVersionMatch=NotOlderThan");
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->watch);
  EXPECT_TRUE(options->bookmarks);
  EXPECT_THAT(options->initial_events, Optional(false));
  EXPECT_THAT(options->resource_version, Optional(41));
  EXPECT_THAT(options->timeout, Optional(std::chrono::seconds{7}));
}

TEST(ListOptionsOf, FlagsAreReadAsKubernetesDoes) {
  for (const char* query : {"watch=true", "watch=1", "watch", "watch=yes", "watch=True"})
    EXPECT_TRUE(read(query)->watch) << query;
  for (const char* query : {"watch=false", "watch=0", "watch=FALSE", ""})
    EXPECT_FALSE(read(query)->watch) << query;
}

TEST(ListOptionsOf, OurOwnParametersSelectAsWell) {
  const auto options = read("from=7d&to=2026-11-24&q=two+words&format=csv");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->selection.filter.text, "two words");
  EXPECT_THAT(options->selection.filter.from, Optional(*core::parse_timestamp("2026-11-17T10:00:00Z")));
  EXPECT_THAT(options->selection.filter.to, Optional(*core::parse_timestamp("2026-11-24T00:00:00Z")));
  EXPECT_EQ(options->format, Format::Csv);
  const auto others = read("action=MemberCreated&email=a@b&outcome=Refused&scope=Deployment&object=Member/jane");
  ASSERT_TRUE(others);
  EXPECT_THAT(others->selection.filter.action, Optional(std::string("MemberCreated")));
  EXPECT_THAT(others->selection.filter.email, Optional(std::string("a@b")));
  EXPECT_THAT(others->selection.filter.outcome, Optional(core::AuditOutcome::Refused));
  EXPECT_THAT(others->selection.filter.scope, Optional(core::AuditScope::Deployment));
  EXPECT_THAT(others->selection.filter.object, Optional(std::string("Member/jane")));
  EXPECT_THAT(read("email=")->selection.filter.email, Optional(std::string())) << "those without one";
  EXPECT_EQ(read("format=jsonl")->format, Format::JsonLines);
  EXPECT_EQ(read("format=ndjson")->format, Format::JsonLines);
  EXPECT_EQ(read("format=json")->format, Format::Json);
}

TEST(ListOptionsOf, OneKeyInTwoPlacesMustSayTheSame) {
  EXPECT_TRUE(read("q=a&fieldSelector=q%3Da"));
  EXPECT_THAT(read("q=a&fieldSelector=q%3Db").error().message, HasSubstr("ask for one"));
  EXPECT_THAT(read("q=a&q=b").error().message, HasSubstr("ask for one"));
}

TEST(ListOptionsOf, TextOfAPlainParameterIsNotUnescaped) {
  EXPECT_EQ(read("q=a%3Db%2Cc%5Cd")->selection.filter.text, "a=b,c\\d");
}

struct Refusal {
  const char* query;
  int code;
  const char* message;
};

class ListOptionsAreRefused : public ::testing::TestWithParam<Refusal> {};

TEST_P(ListOptionsAreRefused, WithWhatIsAllowed) {
  const auto options = read(GetParam().query);
  ASSERT_FALSE(options) << GetParam().query;
  EXPECT_EQ(options.error().code, GetParam().code);
  EXPECT_THAT(options.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    For, ListOptionsAreRefused,
    ::testing::Values(
        Refusal{"limit=many", 400, "limit: 'many'"}, Refusal{"limit=-1", 400, "limit: '-1'"},
        Refusal{"limit=1.5", 400, "limit: '1.5'"}, Refusal{"limit=99999999999999999999", 400, "limit"},
        Refusal{"timeoutSeconds=soon", 400, "timeoutSeconds: 'soon'"},
        Refusal{"resourceVersion=abc", 400, "resourceVersion: 'abc'"},
        Refusal{"continue=abc", 400, "continue key is not valid"},
        Refusal{"format=xml", 400, "there are csv, jsonl (or ndjson), json"},
        Refusal{"watch=1&format=csv", 400, "a watch is JSON"},
        Refusal{"labelSelector=a%3Db", 400, "records have no labels"},
        Refusal{"fieldSelector=a%3Db", 400, "field label not supported: a"},
        Refusal{"fieldSelector=action", 400, "can't understand 'action'"},
        Refusal{"fieldSelector=action%3DNone", 400, "there are MemberCreated"},
        Refusal{"action=None", 400, "there are MemberCreated"}, Refusal{"object=jane", 400, "is no object"},
        Refusal{"from=never", 400, "from: 'never' is no time"},
        Refusal{"resourceVersionMatch=Exact", 422, "forbidden unless resourceVersion is provided"},
        Refusal{"resourceVersionMatch=Exact&resourceVersion=0", 422, "is forbidden for resourceVersion \"0\""},
        Refusal{"resourceVersionMatch=Newest&resourceVersion=1", 422, "supported values: \"Exact\", \"NotOlderThan\""},
        Refusal{"resourceVersionMatch=Exact&resourceVersion=1&continue=x", 422, "when continue is provided"},
        Refusal{"sendInitialEvents=true", 422, "sendInitialEvents is forbidden for list"},
        Refusal{"watch=1&sendInitialEvents=true", 422, "requires setting resourceVersionMatch to NotOlderThan"},
        Refusal{"watch=1&resourceVersionMatch=NotOlderThan", 422, "unless sendInitialEvents is provided"},
        Refusal{"watch=1&sendInitialEvents=true&resourceVersionMatch=Exact", 422, "supported values"}));

TEST(IgnoredParameters, AreWarnedOf) {
  const auto warnings = [](const std::string& query) { return warnings_of_ignored(Query(query)); };
  const std::string known =
      "fieldSelector=a&labelSelector=x&limit=1&continue=x&watch=1&allowWatchBookmarks=1&sendInitialEvents=1&timeout=9s&"
      "resourceVersion=1&resourceVersionMatch=Exact&timeoutSeconds=7&pretty=1&includeObject=None&format=csv&action=a&"
      "email=b&outcome=c&scope=d&object=e&from=f&to=g&q=h";
  EXPECT_THAT(warnings(""), IsEmpty());
  EXPECT_THAT(warnings(known), IsEmpty());
  EXPECT_THAT(warnings("emial=a@b&email=c&ouctome=Refused&emial=d"),
              ElementsAre("ignored: 'emial', 'ouctome'; there are action, email, outcome, scope, object, "
                          "from, to, q, format, and what Kubernetes has, such as limit"));
  EXPECT_THAT(warnings("a%0d%0ab=1"), ElementsAre(HasSubstr(R"('a\x0d\x0ab')")));
  EXPECT_THAT(warnings(std::string(200, 'x') + "=1"), ElementsAre(testing::SizeIs(testing::Lt(200))));
  EXPECT_THAT(warnings("a=1&b=1&c=1&d=1&e=1&f=1&g=1"), ElementsAre(HasSubstr("'e'; there")));
}

TEST(ListOptionsOf, ANextPage) {
  const std::uint32_t query = read("q=x")->query;
  const ContinuePoint point{.after = {.time = {}, .row = 7}, .resource_version = 9, .query = query};
  const std::string token = "&continue=" + encode_continue(point);
  EXPECT_THAT(read("q=x&limit=5" + token)->continue_from, Optional(point));
  EXPECT_THAT(read("q=x&resourceVersion=0" + token)->continue_from, Optional(point));
  EXPECT_EQ(read("q=y" + token).error().code, 400);
  EXPECT_EQ(read("q=x" + token, "globex").error().code, 400);
  EXPECT_EQ(read("q=x" + token, "").error().code, 400);
  EXPECT_THAT(read("q=x&resourceVersion=9" + token).error().message, HasSubstr("not allowed when using continue"));
}

}  // namespace
}  // namespace guildhall::records
