#include "controllers/apikey/last_use.hpp"

#include <gtest/gtest.h>

namespace guildhall::controllers::apikey {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");

TEST(ALastUse, IsWrittenWhenTheStatusSaysNone) {
  EXPECT_EQ(last_use_to_write({}, kNoon, kNoon + seconds(5)), kNoon);
  EXPECT_EQ(last_use_to_write({}, kNoon + std::chrono::milliseconds(900), kNoon + seconds(5)), kNoon);
}

TEST(ALastUse, IsWrittenOnceInAnInterval) {
  EXPECT_FALSE(last_use_to_write(kNoon, kNoon + minutes(8), kNoon + kLastUseInterval - seconds(1)));
  EXPECT_EQ(last_use_to_write(kNoon, kNoon + minutes(8), kNoon + kLastUseInterval), kNoon + minutes(8));
}

TEST(ALastUse, NeverGoesBackAndIsNeverInTheFuture) {
  EXPECT_FALSE(last_use_to_write(kNoon, kNoon - seconds(1), kNoon + minutes(30)));
  EXPECT_FALSE(last_use_to_write(kNoon, kNoon, kNoon + minutes(30)));
  EXPECT_EQ(last_use_to_write({}, kNoon + minutes(5), kNoon), kNoon) << "the gate's clock goes ahead";
}

}  // namespace
}  // namespace guildhall::controllers::apikey
