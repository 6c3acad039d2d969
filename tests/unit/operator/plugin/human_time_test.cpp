#include "operator/plugin/human_time.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace guildhall::plugin {
namespace {

TEST(HumanTimeTest, SaysHowLongAgoAsKubectlDoes) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  const std::pair<std::int64_t, const char*> cases[] = {
      {-2, "<invalid>"},
      {-1, "0s"},
      {0, "0s"},
      {119, "119s"},
      {120, "2m"},
      {135, "2m15s"},
      {10 * kMinute + 9, "10m"},
      {3 * kHour - 1, "179m"},
      {3 * kHour, "3h"},
      {3 * kHour + kMinute, "3h1m"},
      {8 * kHour + 59, "8h"},
      {48 * kHour - 1, "47h"},
      {48 * kHour, "2d"},
      {2 * kDay + kHour, "2d1h"},
      {8 * kDay + 1, "8d"},
      {2L * 365 * kDay - 1, "729d"},
      {2L * 365 * kDay, "2y"},
      {740 * kDay, "2y10d"},
      {9L * 365 * kDay + 1, "9y"},
  };
  for (const auto& [seconds, text] : cases)
    EXPECT_EQ(human_duration(std::chrono::seconds(seconds)), text) << seconds;
}

TEST(HumanTimeTest, SaysWhenToTheMinute) {
  EXPECT_EQ(human_time(*core::parse_timestamp("2026-11-25T10:00:59Z")), "2026-11-25 10:00 UTC");
}

}  // namespace
}  // namespace guildhall::plugin
