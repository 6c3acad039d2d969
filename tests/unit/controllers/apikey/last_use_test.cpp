#include "controllers/apikey/last_use.hpp"

#include <gtest/gtest.h>

namespace guildhall::controllers::apikey {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");

/// Of a key that was made an hour before noon.
std::optional<core::Timestamp> to_write(const std::optional<core::Timestamp>& told, core::Timestamp used,
                                        core::Timestamp now) {
  api::ApiKey key;
  key.metadata.creation_timestamp = kNoon - minutes(60);
  key.status.last_used_at = told;
  return last_use_to_write(key, used, now);
}

TEST(ALastUse, IsNotBeforeTheKeyWasMade) {
  EXPECT_FALSE(to_write({}, kNoon - minutes(61), kNoon));
  EXPECT_EQ(to_write({}, kNoon - minutes(60), kNoon), kNoon - minutes(60));
}

TEST(ALastUse, IsWrittenWhenTheStatusSaysNone) {
  EXPECT_EQ(to_write({}, kNoon, kNoon + seconds(5)), kNoon);
  EXPECT_EQ(to_write({}, kNoon + std::chrono::milliseconds(900), kNoon + seconds(5)), kNoon);
}

TEST(ALastUse, IsWrittenOnceInAnInterval) {
  EXPECT_FALSE(to_write(kNoon, kNoon + minutes(8), kNoon + kLastUseInterval - seconds(1)));
  EXPECT_EQ(to_write(kNoon, kNoon + minutes(8), kNoon + kLastUseInterval), kNoon + minutes(8));
}

TEST(ALastUse, NeverGoesBackAndIsNeverInTheFuture) {
  EXPECT_FALSE(to_write(kNoon, kNoon - seconds(1), kNoon + minutes(30)));
  EXPECT_FALSE(to_write(kNoon, kNoon, kNoon + minutes(30)));
  EXPECT_EQ(to_write({}, kNoon + minutes(5), kNoon), kNoon) << "the gate's clock goes ahead";
}

}  // namespace
}  // namespace guildhall::controllers::apikey
