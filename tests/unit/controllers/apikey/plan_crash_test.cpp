// Killed between any two writes, in the midst of anything that can happen to a key, the next looks come to the same
// end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

/// Something that happens to a key from outside.
enum class Happening {
  Nothing,
  RotateNow,
  LoseSecret,
  EditSecret,
  EditCopy,
  DropCopies,
  AskForCopies,
  Suspend,
  Lift,
  LetTimePass,
  LoseOrganization,
  FindOrganization,
  Rename
};

void happen(World& world, Happening what) {
  switch (what) {
    case Happening::Nothing:
      break;
    case Happening::RotateNow:
      return world.edit({{"rotateAt", core::format_timestamp(world.now)}});
    case Happening::LoseSecret:
      world.secrets.erase(
          {"acme", world.key.spec.secret && world.key.spec.secret->name ? *world.key.spec.secret->name : "grafana"});
      break;
    case Happening::EditSecret:
      if (!world.secrets.empty()) world.secrets.begin()->second["data"]["token"] = "b64:gld_planted";
      break;
    case Happening::EditCopy:
      if (!world.secrets.empty()) world.secrets.rbegin()->second["metadata"]["annotations"].erase("guildhall.dev/seal");
      break;
    case Happening::DropCopies:
      world.copy_namespaces.clear();
      return world.edit({{"secret", {{"namespaces", nullptr}}}});
    case Happening::AskForCopies:
      world.copy_namespaces = {{"acme-prod", true, true}, {"acme-staging", true, true}};
      return world.edit({{"secret", {{"namespaces", {"acme-prod", "acme-staging"}}}}});
    case Happening::Suspend:
      world.organization.state = api::OrganizationState::Suspended;
      break;
    case Happening::Lift:
      world.organization.state = api::OrganizationState::Active;
      break;
    case Happening::LetTimePass:
      world.now += std::chrono::hours{13};
      break;
    case Happening::LoseOrganization:
      world.home = HomeState::NoOrganization;
      break;
    case Happening::FindOrganization:
      world.home = HomeState::Claimed;
      break;
    case Happening::Rename:
      return world.edit({{"secret", {{"name", world.now.time_since_epoch().count() % 2 == 0 ? "one" : "two"}}}});
  }
}

/// The end that must be reached whatever happened on the way.
void expect_right_end(World& world) {
  world.home = HomeState::Claimed;
  world.organization.state = api::OrganizationState::Active;
  world.pass(std::chrono::minutes{5});  // for what was edited as soon as it was made
  RC_ASSERT(world.ready() == "True/Active" || world.ready() == "True/Rotating");
  const auto& current = world.key.status.keys.front();
  RC_ASSERT(current.state == api::ApiKeyStatusKeyState::Current);
  std::set<std::string> tokens;
  for (const auto& [place, object] : world.secrets)
    tokens.insert(world.token(place.ns, place.name));
  RC_ASSERT(tokens.size() == 1U);
  RC_ASSERT(world.accepts(*tokens.begin()));
  RC_ASSERT(world.secrets.size() == 1U + world.copy_namespaces.size());
  RC_ASSERT(world.plan_now().writes_nothing());
}

RC_GTEST_PROP(ApiKeyCrash, AnyHistoryCutAnywhereComesToOneTokenInEverySecret, ()) {
  World world;
  world.edit({{"lifetime", "400d"}, {"rotation", {{"every", "30d"}, {"overlap", "1d"}}}});
  const auto history = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 13), rc::gen::inRange(0, 7)));
  for (const auto& [what, writes] : history) {
    happen(world, static_cast<Happening>(what));
    world.execute(world.plan_now(), writes);
  }
  expect_right_end(world);
}

RC_GTEST_PROP(ApiKeyCrash, TheOrderOfWhatIsSeenNeverMatters, ()) {
  World world;
  happen(world, Happening::AskForCopies);
  if (*rc::gen::arbitrary<bool>()) world.settle();
  if (*rc::gen::arbitrary<bool>()) happen(world, Happening::EditCopy);
  const Observed seen = world.observe();
  Observed shuffled = seen;
  std::reverse(shuffled.secrets.begin(), shuffled.secrets.end());
  RC_ASSERT(plan(seen, world.now).status == plan(shuffled, world.now).status);
  RC_ASSERT(plan(seen, world.now).apply == plan(shuffled, world.now).apply);
}

/// The same, exhaustively, for the two histories that matter most.
TEST(ApiKeyCrash, EveryCutOfIssueAndRotationEndsWithOneToken) {
  for (int cut = 0; cut < 8; ++cut) {
    World world;
    world.ask_for_copy();
    world.execute(world.plan_now(), cut);
    world.settle();
    EXPECT_EQ(world.ready(), "True/Active") << cut;
    world.edit({{"rotateAt", core::format_timestamp(world.now)}});
    world.execute(world.plan_now(), cut);
    world.settle();
    EXPECT_EQ(world.ready(), "True/Rotating") << cut;
    EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
    EXPECT_TRUE(world.accepts(world.token("acme", "grafana", "previous-token")));
    EXPECT_EQ(world.token("acme-prod", "grafana"), world.token("acme", "grafana"));
  }
}

}  // namespace
}  // namespace guildhall::controllers::apikey
