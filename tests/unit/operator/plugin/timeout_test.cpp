#include "operator/plugin/timeout.hpp"

#include <gtest/gtest.h>

namespace guildhall::plugin {
namespace {

using std::chrono::milliseconds;

TEST(TimeoutTest, IsANumberOfSecondsOrADurationOfGo) {
  EXPECT_EQ(parse_timeout("2"), milliseconds(2'000));
  EXPECT_EQ(parse_timeout("0"), milliseconds(0));
  EXPECT_EQ(parse_timeout("1500ms"), milliseconds(1'500));
  EXPECT_EQ(parse_timeout("1m30s"), milliseconds(90'000));
  EXPECT_EQ(parse_timeout("3h"), milliseconds(10'800'000));
  EXPECT_EQ(parse_timeout("8760h"), std::chrono::hours(8'760));
}

TEST(TimeoutTest, WhatIsNoneIsNamed) {
  for (const char* text : {"", "long", "-2", "1.5", "2 s", "1d", "8761h", "99999999999999999999"}) {
    const auto time = parse_timeout(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error().message.find("'" + std::string(text) + "' must be a time"), 0U) << time.error().message;
  }
}

}  // namespace
}  // namespace guildhall::plugin
