#include "controllers/apikey/expiry.hpp"

#include <gtest/gtest.h>

#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using std::chrono::days;
using std::chrono::hours;

TEST(Expiry, NeverEndsLaterThanAnyTime) {
  const Expiry never;
  EXPECT_TRUE(ends_later(never, noon()));
  EXPECT_FALSE(ends_later(noon(), never));
  EXPECT_FALSE(ends_later(never, never));
  EXPECT_TRUE(ends_later(noon() + hours{1}, noon()));
  EXPECT_FALSE(ends_later(noon(), noon()));
}

TEST(Expiry, AtTheVerySecondItHasEnded) {
  EXPECT_TRUE(has_expired(noon(), noon()));
  EXPECT_FALSE(has_expired(noon() + std::chrono::microseconds{1}, noon()));
  EXPECT_FALSE(has_expired(std::nullopt, noon()));
}

TEST(Expiry, SoonIsTheLastFifthButAtMostAWeek) {
  EXPECT_EQ(expiring_soon_from(noon(), noon() + hours{5}), noon() + hours{4});
  EXPECT_EQ(expiring_soon_from(noon(), noon() + days{365}), noon() + days{358});
  EXPECT_EQ(expiring_soon_from(noon(), noon() - hours{1}), noon() - hours{1}) << "a token that was born expired";
}

TEST(Expiry, UnitsAreThoseOfPrometheus) {
  EXPECT_EQ(checked_duration("2w"), days{14});
  EXPECT_EQ(checked_duration("1y"), days{365});
}

TEST(Expiry, ADurationIsAtMostTheHundredYearsOfTheCrd) {
  EXPECT_EQ(checked_duration("100y"), days{36'500});
  EXPECT_EQ(checked_duration("101y"), days{36'500});
  EXPECT_EQ(checked_duration("999999999y"), days{36'500});
  EXPECT_EQ(checked_duration("forever"), days{0});
}

}  // namespace
}  // namespace guildhall::controllers::apikey
