#include "operator/http/percent_encoding.hpp"

#include <gtest/gtest.h>

namespace guildhall::http {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct QueryCase {
  std::string name;
  std::string query;
  Pairs want;
};

class ParseQuery : public testing::TestWithParam<QueryCase> {};

// What Go's url.ParseQuery gives for the same texts.
TEST_P(ParseQuery, Reads) {
  const auto pairs = parse_query(GetParam().query);
  ASSERT_TRUE(pairs) << pairs.error().describe();
  EXPECT_EQ(*pairs, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , ParseQuery,
    testing::Values(QueryCase{"Nothing", "", {}}, QueryCase{"OnlySeparators", "&&&", {}},
                    QueryCase{"OnePair", "a=1", {{"a", "1"}}},
                    QueryCase{"SeveralOfOneNameInTheirOrder", "a=1&b=2&a=3", {{"a", "1"}, {"b", "2"}, {"a", "3"}}},
                    QueryCase{"ANameAlone", "watch", {{"watch", ""}}}, QueryCase{"AValueAlone", "=1", {{"", "1"}}},
                    QueryCase{"TheEndOfAPair", "a=&b", {{"a", ""}, {"b", ""}}},
                    QueryCase{"EqualSignsInAValue", "fieldSelector=a=b,c!=d", {{"fieldSelector", "a=b,c!=d"}}},
                    QueryCase{"PlusAsSpace", "a+b=c+d", {{"a b", "c d"}}},
                    QueryCase{"EscapesOfEitherCase", "%61%2b=%2B%2f%C3%a4", {{"a+", "+/\xC3\xA4"}}},
                    QueryCase{"EscapedSeparators", "a=%26%3D%3B%25", {{"a", "&=;%"}}},
                    QueryCase{"AnEscapeOnceOnly", "a=%2541", {{"a", "%41"}}},
                    QueryCase{"ANul", "a=%00b", {{"a", std::string("\0b", 2)}}},
                    QueryCase{"QuestionMarks", "?a=?", {{"?a", "?"}}}),
    [](const auto& info) { return info.param.name; });

TEST(ParseQueryRefuses, WhatGoRefuses) {
  for (const auto& [query, want] : {std::pair{"a=%", "'%' is no escape"},
                                    {"a=%1", "'%1' is no escape"},
                                    {"a=%zz", "'%zz' is no escape"},
                                    {"%4x=1", "'%4x' is no escape"},
                                    {"a=1&b=%%34", "'%%3' is no escape"},
                                    {"a=% 1", "'% 1' is no escape"},
                                    {"a=%-1", "'%-1' is no escape"},
                                    {"a=%+1", "'%+1' is no escape"},
                                    {"a=1;b=2", "a ';' does not separate fields"},
                                    {"a=1&;", "a ';' does not separate fields"}}) {
    const auto pairs = parse_query(query);
    ASSERT_FALSE(pairs) << query;
    EXPECT_EQ(pairs.error().kind, core::ErrorKind::Invalid);
    EXPECT_EQ(pairs.error().message, want);
  }
}

TEST(UnescapePath, KeepsAPlusAndReadsEscapes) {
  EXPECT_EQ(unescape_path("a+b%20c%2Fd"), "a+b c/d");
  EXPECT_EQ(unescape_path(""), "");
  EXPECT_FALSE(unescape_path("a%2"));
}

}  // namespace
}  // namespace guildhall::http
