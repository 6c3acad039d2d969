#include "controllers/apikey/quota.hpp"

#include <gtest/gtest.h>

#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using Key = std::shared_ptr<const api::ApiKey>;

Key make_key(const std::string& name, int age, bool holds_token = false, std::optional<api::ApiKeyPhase> phase = {}) {
  api::ApiKey key;
  key.metadata.name = name;
  key.metadata.uid = "u-" + name;
  key.metadata.creation_timestamp = noon() - std::chrono::minutes{age};
  key.status.phase = phase;
  if (holds_token) key.status.keys.emplace_back();
  return std::make_shared<const api::ApiKey>(std::move(key));
}

TEST(Quota, TheOlderKeysHaveTheRoom) {
  const std::vector<Key> all{make_key("young", 1), make_key("old", 3), make_key("middle", 2)};
  EXPECT_TRUE(is_over_quota(*all[0], all, 2, {}));
  EXPECT_FALSE(is_over_quota(*all[1], all, 2, {}));
  EXPECT_FALSE(is_over_quota(*all[2], all, 2, {}));
}

TEST(Quota, AKeyThatHoldsATokenComesBeforeAnOlderOneThatDoesNot) {
  const std::vector<Key> all{make_key("young", 1, true), make_key("old", 3)};
  EXPECT_FALSE(is_over_quota(*all[0], all, 1, {}));
  EXPECT_TRUE(is_over_quota(*all[1], all, 1, {}));
}

TEST(Quota, AKeyThatWasGrantedRoomComesBeforeAnOlderOneThatWasNot) {
  const std::vector<Key> all{make_key("young", 1), make_key("old", 3),
                             make_key("expired", 4, true, api::ApiKeyPhase::Expired)};
  const GrantedRoom young{{{"", "young"}, "u-young"}};
  EXPECT_FALSE(is_over_quota(*all[0], all, 1, young));
  EXPECT_TRUE(is_over_quota(*all[1], all, 1, young));
  EXPECT_TRUE(is_over_quota(*all[1], all, 1, {{{"", "expired"}, "u-expired"}})) << "it comes back";
  EXPECT_FALSE(is_over_quota(*all[1], all, 1, {{{"", "young"}, "u-former"}})) << "another of that name";
}

TEST(Quota, NamesDecideBetweenKeysOfOneSecond) {
  const std::vector<Key> all{make_key("b", 1), make_key("a", 1)};
  EXPECT_TRUE(is_over_quota(*all[0], all, 1, {}));
  EXPECT_FALSE(is_over_quota(*all[1], all, 1, {}));
}

TEST(Quota, RevokedAndExpiredKeysDoNotCount) {
  const std::vector<Key> all{make_key("new", 1), make_key("revoked", 3, false, api::ApiKeyPhase::Revoked),
                             make_key("expired", 3, true, api::ApiKeyPhase::Expired)};
  EXPECT_FALSE(is_over_quota(*all[0], all, 1, {}));
}

TEST(Quota, AnExpiredKeyThatIsRenewedWaitsBehindAllThatHoldATokenNow) {
  const std::vector<Key> all{make_key("expired", 3, true, api::ApiKeyPhase::Expired), make_key("young", 1, true)};
  EXPECT_TRUE(is_over_quota(*all[0], all, 1, {}));
  EXPECT_FALSE(is_over_quota(*all[1], all, 1, {}));
}

TEST(Quota, AKeyGivesItsRoomAwayAsSoonAsItIsToBeRevokedOrDeleted) {
  api::ApiKey revoked = *make_key("revoked", 3, true, api::ApiKeyPhase::Active);
  revoked.spec.revoked = true;
  api::ApiKey deleted = *make_key("deleted", 3, true, api::ApiKeyPhase::Active);
  deleted.metadata.deletion_timestamp = noon();
  const std::vector<Key> all{make_key("new", 1), std::make_shared<const api::ApiKey>(revoked),
                             std::make_shared<const api::ApiKey>(deleted)};
  EXPECT_FALSE(is_over_quota(*all[0], all, 1, {}));
}

TEST(Quota, NoRoomAtAll) {
  const std::vector<Key> all{make_key("only", 1)};
  EXPECT_TRUE(is_over_quota(*all[0], all, 0, {}));
}

}  // namespace
}  // namespace guildhall::controllers::apikey
