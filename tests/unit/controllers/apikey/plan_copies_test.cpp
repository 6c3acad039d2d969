// Copies that are no longer asked for go, also while nothing can be written: their namespace may be somebody else's
// soon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "controllers/apikey/names.hpp"
#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

/// What keeps the Secret of the home from being written.
struct Standstill {
  std::string name;
  std::function<void(World& world)> bring;
  std::string ready;
};

class CopiesAtAStandstill : public ::testing::TestWithParam<Standstill> {
 protected:
  CopiesAtAStandstill() {
    world_.edit({{"secret", {{"namespaces", {"acme-dev", "acme-prod"}}}}});
    world_.copy_namespaces = {{"acme-dev", true, true}, {"acme-prod", true, true}};
    world_.settle();
    token_ = world_.token("acme", "grafana");
  }

  /// The copy in acme-dev is gone; the other, and the Secret of the home, are as they were.
  void expect_one_copy_gone() {
    EXPECT_EQ(world_.ready(), GetParam().ready);
    EXPECT_EQ(world_.secret("acme-dev", "grafana"), nullptr);
    EXPECT_EQ(world_.token("acme-prod", "grafana"), token_);
    EXPECT_EQ(world_.token("acme", "grafana"), token_);
  }

  World world_;
  std::string token_;
};

TEST_P(CopiesAtAStandstill, GoFromWhereNoneIsAskedFor) {
  GetParam().bring(world_);
  world_.edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
  world_.copy_namespaces = {{"acme-prod", true, true}};
  world_.settle();
  expect_one_copy_gone();
}

TEST_P(CopiesAtAStandstill, GoFromWhatTheOrganizationNoLongerSpans) {
  GetParam().bring(world_);
  world_.copy_namespaces.front().spanned = false;
  world_.settle();
  EXPECT_EQ(world_.secret("acme-dev", "grafana"), nullptr);
  EXPECT_EQ(world_.token("acme-prod", "grafana"), token_);
}

INSTANTIATE_TEST_SUITE_P(, CopiesAtAStandstill,
                         ::testing::Values(Standstill{"AForeignSecretHasTheNewName",
                                                      [](World& world) {
                                                        world.edit({{"secret", {{"name", "taken"}}}});
                                                        world.foreign_secret = true;
                                                      },
                                                      "False/ForeignSecret"},
                                           Standstill{"AnOlderKeyIsToHaveTheNewName",
                                                      [](World& world) {
                                                        world.edit({{"secret", {{"name", "taken"}}}});
                                                        world.rival = "older";
                                                      },
                                                      "False/ForeignSecret"},
                                           Standstill{"TheSealKeyIsLost",
                                                      [](World& world) { world.seal_key_known = false; },
                                                      "False/SealKeyMissing"}),
                         [](const auto& info) { return info.param.name; });

/// The key has a copy and is to have another name for its Secrets.
class CopiesAtARename : public ::testing::Test {
 protected:
  CopiesAtARename() {
    world_.edit({{"secret", {{"namespaces", {"acme-prod"}}}}, {"rotation", {{"every", "30d"}, {"overlap", "1h"}}}});
    world_.copy_namespaces = {{"acme-prod", true, true}};
    world_.settle();
    token_ = world_.token("acme", "grafana");
  }
  void rename() { world_.edit({{"secret", {{"name", "renamed"}}}}); }

  World world_;
  std::string token_;
};

TEST_F(CopiesAtARename, MoveToTheNewName) {
  rename();
  world_.settle();
  EXPECT_EQ(world_.token("acme-prod", "renamed"), token_);
  EXPECT_EQ(world_.secret("acme-prod", "grafana"), nullptr);
}

TEST_F(CopiesAtARename, StayWhilePaused) {
  world_.key.metadata.annotations[kPausedAnnotation] = "true";
  rename();
  world_.settle();
  EXPECT_EQ(world_.ready(), "False/Paused");
  EXPECT_EQ(world_.token("acme-prod", "grafana"), token_);
}

TEST_F(CopiesAtARename, StayWhereAForeignSecretHasTheNewNameUntilTheNextRotation) {
  rename();
  world_.copy_namespaces.front().foreign = true;
  world_.settle();
  EXPECT_EQ(world_.ready(), "False/ForeignSecret");
  EXPECT_EQ(world_.token("acme", "renamed"), token_);
  EXPECT_EQ(world_.token("acme-prod", "grafana"), token_);
  world_.now += std::chrono::days{30};
  world_.settle();
  EXPECT_NE(world_.token("acme", "renamed"), token_);
  EXPECT_EQ(world_.secret("acme-prod", "grafana"), nullptr) << "nobody could write the new token there";
}

TEST(ApiKeyCopies, GoWithATokenWhoseHomeAnotherKeyWon) {
  World world;
  world.edit({{"secret", {{"namespaces", {"acme-prod"}}}}});
  world.copy_namespaces = {{"acme-prod", true, true}};
  const core::Plan plan = world.plan_now();
  // Another key's Secret stands there when this one's is written, so that only the copy is made.
  const nlohmann::json others = {{"metadata", {{"name", "grafana"}, {"namespace", "acme"}, {"uid", "other"}}},
                                 {"type", kSecretType},
                                 {"data", {{"token", "b64:x"}}}};
  world.secrets[{"acme", "grafana"}] = others;
  world.execute(plan);
  ASSERT_NE(world.secret("acme-prod", "grafana"), nullptr);
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
  EXPECT_EQ(world.token("acme", "grafana"), "x");
  EXPECT_EQ(world.secret("acme-prod", "grafana"), nullptr) << "it stands in the way of the other's";
  EXPECT_TRUE(world.key_states().empty());
}

/// Somebody who has that token writes a Secret which says that it is this key's, without its seal.
void plant(World& world, const core::ObjectKey& at, const nlohmann::json& like) {
  nlohmann::json planted = like;
  planted["metadata"]["annotations"] = {{kOwnerUidAnnotation, world.key.metadata.uid}};
  planted["metadata"].erase("ownerReferences");
  planted["metadata"]["namespace"] = at.ns;
  planted["metadata"]["name"] = at.name;
  world.secrets[at] = planted;
}

TEST(ApiKeyCopies, PlantedAnywhereDoNotKeepALeakedTokenAlive) {
  World world;
  world.settle();
  const std::string leaked = world.token("acme", "grafana");
  const auto like = world.secrets.at({"acme", "grafana"});
  world.secrets.clear();
  for (int look = 0; look < 5; ++look) {
    plant(world, {"elsewhere", "planted"}, like);
    world.execute(world.plan_now());
  }
  EXPECT_FALSE(world.accepts(leaked));
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
  world.settle();
  EXPECT_EQ(world.secret("elsewhere", "planted"), nullptr);
}

TEST(ApiKeyCopies, WrittenBackAgainAndAgainDoNotKeepALeakedTokenAlive) {
  World world;
  world.ask_for_copy();
  world.settle();
  const core::ObjectKey place{"acme-prod", "grafana"};
  const std::string leaked = world.token("acme", "grafana");
  const auto copy = world.secrets.at(place);
  world.secrets.erase({"acme", "grafana"});
  const auto look = [&] {
    world.secrets[place] = copy;
    world.execute(world.plan_now());
  };
  for (int looks = 0; looks < 5; ++looks)
    look();
  EXPECT_TRUE(world.accepts(leaked)) << "for a while, as somebody may only now read it";
  world.secrets[place] = copy;
  EXPECT_EQ(world.plan_now().look_again_after, std::chrono::minutes{2});
  world.now += std::chrono::minutes{2};
  look();
  EXPECT_FALSE(world.accepts(leaked));
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
}

}  // namespace
}  // namespace guildhall::controllers::apikey
