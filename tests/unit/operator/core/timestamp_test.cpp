#include "operator/core/timestamp.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <string>

namespace guildhall::core {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

Timestamp at(std::int64_t seconds_since_1970, std::int64_t micros = 0) {
  return Timestamp{seconds{seconds_since_1970} + microseconds{micros}};
}

struct ReadCase {
  std::string name;
  std::string text;
  Timestamp want;
};

class TimestampReads : public testing::TestWithParam<ReadCase> {};

TEST_P(TimestampReads, AsThisTime) {
  const auto time = parse_timestamp(GetParam().text);
  ASSERT_TRUE(time) << time.error().describe();
  EXPECT_EQ(*time, GetParam().want);
}

// The seconds are those of `date -u -d TEXT +%s`.
const std::vector<ReadCase> kReadCases{
    {"TheEpoch", "1970-01-01T00:00:00Z", at(0)},
    {"WhatTheApiServerWrites", "2026-11-24T10:00:00Z", at(1795514400)},
    {"BeforeTheEpoch", "1969-12-31T23:59:59Z", at(-1)},
    {"TheFirstYear", "0000-01-01T00:00:00Z", at(-62167219200)},
    {"TheLastSecond", "9999-12-31T23:59:59Z", at(253402300799)},
    {"LeapDay", "2024-02-29T12:00:00Z", at(1709208000)},
    {"LeapDayOfACenturyDividedBy400", "2000-02-29T00:00:00Z", at(951782400)},
    {"DayAfterLeapDay", "2024-03-01T00:00:00Z", at(1709251200)},
    {"LeapSecondAsTheNextSecond", "2016-12-31T23:59:60Z", at(1483228800)},
    {"OffsetEast", "2026-11-24T12:30:00+02:30", at(1795514400)},
    {"OffsetWest", "2026-11-24T02:00:00-08:00", at(1795514400)},
    {"OffsetOverMidnight", "2026-11-25T00:30:00+14:30", at(1795514400)},
    {"TheLargestOffsetThatGoReads", "2026-11-25T11:00:00+24:60", at(1795514400)},
    {"TheLargestOffsetWest", "2026-11-23T09:00:00-24:60", at(1795514400)},
    {"ZeroOffset", "2026-11-24T10:00:00+00:00", at(1795514400)},
    {"UnknownLocalOffset", "2026-11-24T10:00:00-00:00", at(1795514400)},
    {"LowerCase", "2026-11-24t10:00:00z", at(1795514400)},
    {"ASpaceForT", "2026-11-24 10:00:00Z", at(1795514400)},
    {"MicroTime", "2026-11-24T10:00:00.123456Z", at(1795514400, 123456)},
    {"AFractionBehindAComma", "2026-11-24T10:00:00,5Z", at(1795514400, 500000)},
    {"OneDigitOfAFraction", "2026-11-24T10:00:00.5Z", at(1795514400, 500000)},
    {"LeadingZerosOfAFraction", "2026-11-24T10:00:00.000007Z", at(1795514400, 7)},
    {"NanosecondsCutNotRounded", "2026-11-24T10:00:00.123456999Z", at(1795514400, 123456)},
    {"FractionBeforeTheEpoch", "1969-12-31T23:59:59.25Z", at(-1, 250000)},
    {"FractionAndOffset", "2026-11-24T11:00:00.000001+01:00", at(1795514400, 1)},
};
INSTANTIATE_TEST_SUITE_P(, TimestampReads, testing::ValuesIn(kReadCases),
                         [](const auto& info) { return info.param.name; });

struct RefusedCase {
  std::string name;
  std::string text;
};

class TimestampRefuses : public testing::TestWithParam<RefusedCase> {};

TEST_P(TimestampRefuses, AsInvalidAndNamesTheText) {
  const auto time = parse_timestamp(GetParam().text);
  ASSERT_FALSE(time);
  EXPECT_EQ(time.error().kind, ErrorKind::Invalid);
  EXPECT_NE(time.error().message.find("'" + GetParam().text + "'"), std::string::npos) << time.error().message;
}

const std::vector<RefusedCase> kRefusedCases{
    {"Nothing", ""},
    {"OnlyADate", "2026-11-24"},
    {"NoOffset", "2026-11-24T10:00:00"},
    {"NoSeconds", "2026-11-24T10:00Z"},
    {"Month0", "2026-00-10T10:00:00Z"},
    {"Month13", "2026-13-10T10:00:00Z"},
    {"Day0", "2026-11-00T10:00:00Z"},
    {"Day31OfAShortMonth", "2026-11-31T10:00:00Z"},
    {"LeapDayOfACommonYear", "2026-02-29T10:00:00Z"},
    {"LeapDayOfACommonCentury", "1900-02-29T10:00:00Z"},
    {"Hour24", "2026-11-24T24:00:00Z"},
    {"Minute60", "2026-11-24T10:60:00Z"},
    {"Second61", "2026-11-24T10:00:61Z"},
    {"OffsetHour25", "2026-11-24T10:00:00+25:00"},
    {"OffsetMinute61", "2026-11-24T10:00:00+01:61"},
    {"OffsetWithoutColon", "2026-11-24T10:00:00+0100"},
    {"OffsetOfHoursOnly", "2026-11-24T10:00:00+01"},
    {"EmptyFraction", "2026-11-24T10:00:00.Z"},
    {"ShortYear", "26-11-24T10:00:00Z"},
    {"LongYear", "12026-11-24T10:00:00Z"},
    {"NegativeYear", "-026-11-24T10:00:00Z"},
    {"MinusZeroHour", "2026-11-24T-0:00:00Z"},
    {"PlusInANumber", "2026-11-24T+1:00:00Z"},
    {"SpaceInANumber", "2026-11-24T 1:00:00Z"},
    {"OneDigitHour", "2026-11-24T1:00:00Z"},
    {"SomethingBehind", "2026-11-24T10:00:00Z "},
    {"SomethingBefore", " 2026-11-24T10:00:00Z"},
    {"NulBehind", std::string("2026-11-24T10:00:00Z\0", 21)},
    {"AnOffsetOutOfTheLastYear", "9999-12-31T23:30:00-01:00"},
    {"AnOffsetOutOfTheFirstYear", "0000-01-01T00:30:00+01:00"},
    {"ALeapSecondOutOfTheLastYear", "9999-12-31T23:59:60Z"},
    {"Words", "tomorrow"},
};
INSTANTIATE_TEST_SUITE_P(, TimestampRefuses, testing::ValuesIn(kRefusedCases),
                         [](const auto& info) { return info.param.name; });

TEST(Timestamp, IsWrittenInSecondsWithItsFractionCutOff) {
  EXPECT_EQ(format_timestamp(at(1795514400, 999999)), "2026-11-24T10:00:00Z");
  EXPECT_EQ(format_timestamp(at(-1, 999999)), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_timestamp(at(-62167219200)), "0000-01-01T00:00:00Z");
}

TEST(Timestamp, IsWrittenAsMicroTimeWithSixDigits) {
  EXPECT_EQ(format_micro_timestamp(at(1795514400)), "2026-11-24T10:00:00.000000Z");
  EXPECT_EQ(format_micro_timestamp(at(1795514400, 42)), "2026-11-24T10:00:00.000042Z");
  EXPECT_EQ(format_micro_timestamp(at(-1, 250000)), "1969-12-31T23:59:59.250000Z");
}

TEST(Timestamp, IsFlooredTowardsThePast) {
  EXPECT_EQ(floor_to_seconds(at(5, 999999)), at(5));
  EXPECT_EQ(floor_to_seconds(at(-5, 1)), at(-5));
  EXPECT_EQ(floor_to_seconds(at(-5)), at(-5));
}

/// Any time between the years 0 and 9999, both included.
rc::Gen<Timestamp> any_time() {
  return rc::gen::map(rc::gen::inRange<std::int64_t>(-62167219200'000000, 253402300800'000000),
                      [](std::int64_t micros) { return Timestamp{microseconds{micros}}; });
}

RC_GTEST_PROP(Timestamp, ReadsBackWhatItWroteAsMicroTime, ()) {
  const Timestamp time = *any_time();
  const auto read = parse_timestamp(format_micro_timestamp(time));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == time);
}

RC_GTEST_PROP(Timestamp, ReadsBackWhatItWroteAsTimeWithoutItsFraction, ()) {
  const Timestamp time = *any_time();
  const auto read = parse_timestamp(format_timestamp(time));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == floor_to_seconds(time));
}

RC_GTEST_PROP(Timestamp, WrittenTextsSortAsTheirTimes, ()) {
  const Timestamp a = *any_time();
  const Timestamp b = *any_time();
  RC_ASSERT((format_micro_timestamp(a) < format_micro_timestamp(b)) == (a < b));
}

RC_GTEST_PROP(Timestamp, TakesOrRefusesAnyTextWithoutHarm, ()) {
  std::string text = format_micro_timestamp(*any_time());
  const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
  text[place] = *rc::gen::arbitrary<char>();
  const auto read = parse_timestamp(text);
  if (read) RC_ASSERT(parse_timestamp(format_micro_timestamp(*read)).value() == *read);
}

}  // namespace
}  // namespace guildhall::core
