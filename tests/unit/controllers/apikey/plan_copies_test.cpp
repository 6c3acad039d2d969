// Copies that are no longer asked for go, also while nothing can be written: their namespace may be somebody else's
// soon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

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

}  // namespace
}  // namespace guildhall::controllers::apikey
