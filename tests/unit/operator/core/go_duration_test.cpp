#include "operator/core/go_duration.hpp"

#include <gtest/gtest.h>

#include <string>

namespace guildhall::core {
namespace {

struct ReadCase {
  std::string name;
  std::string text;
  std::int64_t want;  ///< ms
};

class GoDurationReads : public testing::TestWithParam<ReadCase> {};

TEST_P(GoDurationReads, AsSoManyMilliseconds) {
  const auto duration = parse_go_duration(GetParam().text);
  ASSERT_TRUE(duration) << duration.error().describe();
  EXPECT_EQ(duration->count(), GetParam().want);
}

// As time.ParseDuration reads them.
INSTANTIATE_TEST_SUITE_P(
    Table, GoDurationReads,
    testing::Values(ReadCase{"Zero", "0", 0}, ReadCase{"ZeroSeconds", "0s", 0}, ReadCase{"Seconds", "10s", 10'000},
                    ReadCase{"Milliseconds", "1500ms", 1'500}, ReadCase{"TwoUnits", "1m30s", 90'000},
                    ReadCase{"ThreeUnits", "1h2m3s", 3'723'000}, ReadCase{"SmallerFirst", "1s1h", 3'601'000},
                    ReadCase{"AFraction", "1.5h", 5'400'000}, ReadCase{"NoWhole", ".5s", 500},
                    ReadCase{"NoFraction", "2.s", 2'000}, ReadCase{"AMinuteIsNoMilli", "1m1ms", 60'001},
                    ReadCase{"Micro", "2000us", 2}, ReadCase{"MicroSign", "2000\u00B5s", 2},
                    ReadCase{"GreekMu", "2000\u03BCs", 2}, ReadCase{"LessThanAMilli", "1ns", 1},
                    ReadCase{"ALongFraction", "0.1000000000000000000001s", 100},
                    ReadCase{"TheLongest", "9223372036854775807ns", 9'223'372'036'855}),
    [](const auto& info) { return info.param.name; });

class GoDurationRefuses : public testing::TestWithParam<std::pair<const char*, std::string>> {};

TEST_P(GoDurationRefuses, AsInvalidAndNamesTheText) {
  const auto duration = parse_go_duration(GetParam().second);
  ASSERT_FALSE(duration);
  EXPECT_EQ(duration.error().kind, ErrorKind::Invalid);
  EXPECT_NE(duration.error().message.find("'" + GetParam().second + "'"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Table, GoDurationRefuses,
                         testing::Values(std::pair("Nothing", std::string()), std::pair("NoUnit", std::string("5")),
                                         std::pair("NoUnitAtTheEnd", std::string("1m30")),
                                         std::pair("NoNumber", std::string("s")), std::pair("APoint", std::string(".")),
                                         std::pair("APointAndAUnit", std::string(".s")),
                                         std::pair("Negative", std::string("-5s")),
                                         std::pair("ASpace", std::string("5 s")), std::pair("ADay", std::string("1d")),
                                         std::pair("UpperCase", std::string("5S")),
                                         std::pair("TooLong", std::string("9223372036854775808ns")),
                                         std::pair("TooManyHours", std::string("9223372036854775807h")),
                                         std::pair("ASumThatIsTooLong", std::string("2562047h48m"))),
                         [](const auto& info) { return info.param.first; });

}  // namespace
}  // namespace guildhall::core
