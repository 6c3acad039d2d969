#include "operator/records/moment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::records {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

core::Timestamp at(const char* text) {
  return *core::parse_timestamp(text);
}

TEST(AMoment, IsATimeADateOrHowLongAgo) {
  const core::Timestamp now = at("2026-11-24T10:12:13.5Z");
  EXPECT_EQ(*parse_moment("2026-11-23T09:00:00+01:00", now), at("2026-11-23T08:00:00Z"));
  EXPECT_EQ(*parse_moment("2026-11-23", now), at("2026-11-23T00:00:00Z"));
  EXPECT_EQ(*parse_moment("7d", now), at("2026-11-17T10:12:13.5Z"));
  EXPECT_EQ(*parse_moment("24h", now), at("2026-11-23T10:12:13.5Z"));
  EXPECT_EQ(*parse_moment("0s", now), now);
}

TEST(AMoment, BeforeTheYearZeroIsItsBegin) {
  const core::Timestamp now = at("2026-11-24T10:00:00Z");
  EXPECT_EQ(*parse_moment("3000y", now), at("0000-01-01T00:00:00Z"));
  EXPECT_EQ(*parse_moment("99999999y", now), at("0000-01-01T00:00:00Z"));
}

TEST(AMoment, ThatIsNoneSaysWhatIsAllowed) {
  const core::Timestamp now = at("2026-11-24T10:00:00Z");
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-11-24T10:00", "7", "-7d", "1h30m", "2026/11/24"}) {
    const auto moment = parse_moment(text, now);
    ASSERT_FALSE(moment) << text;
    EXPECT_THAT(moment.error().message, AllOf(HasSubstr("2026-11-24T10:00:00Z"), HasSubstr("7d")));
  }
}

}  // namespace
}  // namespace guildhall::records
