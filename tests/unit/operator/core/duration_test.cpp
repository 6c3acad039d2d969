#include "operator/core/duration.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace guildhall::core {
namespace {

using std::chrono::seconds;

struct ReadCase {
  std::string name;
  std::string text;
  std::int64_t want;
};

class DurationReads : public testing::TestWithParam<ReadCase> {};

TEST_P(DurationReads, AsSoManySeconds) {
  const auto duration = parse_duration(GetParam().text);
  ASSERT_TRUE(duration) << duration.error().describe();
  EXPECT_EQ(*duration, seconds{GetParam().want});
}

const std::vector<ReadCase> kReadCases{
    {"Seconds", "30s", 30},     {"Minutes", "5m", 300},      {"Hours", "24h", 86'400},
    {"Days", "90d", 7'776'000}, {"Weeks", "2w", 1'209'600},  {"YearsOf365Days", "1y", 31'536'000},
    {"Zero", "0d", 0},          {"LeadingZeros", "007s", 7}, {"TheLongest", "999999999y", 31'535'999'968'464'000},
};
INSTANTIATE_TEST_SUITE_P(, DurationReads, testing::ValuesIn(kReadCases),
                         [](const auto& info) { return info.param.name; });

struct RefusedCase {
  std::string name;
  std::string text;
};

class DurationRefuses : public testing::TestWithParam<RefusedCase> {};

TEST_P(DurationRefuses, AsInvalidAndNamesTheText) {
  const auto duration = parse_duration(GetParam().text);
  ASSERT_FALSE(duration);
  EXPECT_EQ(duration.error().kind, ErrorKind::Invalid);
  EXPECT_NE(duration.error().message.find("'" + GetParam().text + "'"), std::string::npos);
}

const std::vector<RefusedCase> kRefusedCases{
    {"Nothing", ""},
    {"OnlyANumber", "24"},
    {"OnlyAUnit", "h"},
    {"TwoUnits", "1h30m"},
    {"AFraction", "1.5h"},
    {"Negative", "-1h"},
    {"MinusZero", "-0s"},
    {"Plus", "+1h"},
    {"ASpaceBefore", " 1h"},
    {"ASpaceBetween", "1 h"},
    {"ASpaceBehind", "1h "},
    {"UpperCase", "1H"},
    {"Milliseconds", "10ms"},
    {"AForeignUnit", "3q"},
    {"Hexadecimal", "0x1s"},
    {"TooLong", "0000000001s"},
    {"NulForAUnit", std::string("1\0", 2)},
    {"AWord", "forever"},
};
INSTANTIATE_TEST_SUITE_P(, DurationRefuses, testing::ValuesIn(kRefusedCases),
                         [](const auto& info) { return info.param.name; });

TEST(Duration, IsWrittenWithTheLargestUnitThatDividesIt) {
  EXPECT_EQ(format_duration(seconds{0}), "0s");
  EXPECT_EQ(format_duration(seconds{59}), "59s");
  EXPECT_EQ(format_duration(seconds{60}), "1m");
  EXPECT_EQ(format_duration(seconds{90}), "90s");
  EXPECT_EQ(format_duration(seconds{3600}), "1h");
  EXPECT_EQ(format_duration(seconds{86'400}), "1d");
  EXPECT_EQ(format_duration(seconds{604'800}), "1w");
  EXPECT_EQ(format_duration(seconds{31'536'000}), "1y");
  EXPECT_EQ(format_duration(seconds{31'536'000 + 86'400}), "366d");
  EXPECT_EQ(format_duration(seconds{-3600}), "-1h");
}

RC_GTEST_PROP(Duration, ReadsBackWhatItWrote, ()) {
  const auto count = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
  const std::int64_t unit = *rc::gen::element<std::int64_t>(1, 60, 3'600, 86'400, 604'800, 31'536'000);
  const seconds duration{count / unit * unit};
  const auto read = parse_duration(format_duration(duration));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == duration);
}

}  // namespace
}  // namespace guildhall::core
