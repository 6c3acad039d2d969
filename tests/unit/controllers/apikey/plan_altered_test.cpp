// A webhook or a policy changes what Guildhall writes: it goes round ever more slowly, and says why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::string message(const World& world) {
  const core::Condition* ready = core::find_condition(world.key.status.conditions, "Ready");
  return ready == nullptr ? "" : ready->message;
}

/// Each Secret that is made is changed at once. Returns how many were made in that time.
int live_with(World& world, const std::function<void(nlohmann::json&)>& webhook, std::chrono::seconds time) {
  const core::Timestamp end = world.now + time;
  int made = 0;
  while (world.now < end) {
    const auto before = world.secrets;
    const core::Plan plan = world.plan_now();
    world.execute(plan);
    for (auto& [place, object] : world.secrets) {
      const auto former = before.find(place);
      if (former != before.end() && former->second["metadata"]["uid"] == object["metadata"]["uid"]) continue;
      webhook(object);
      ++made;
    }
    if (plan.writes_nothing())
      world.now += std::min(plan.look_again_after.value_or(time), std::chrono::milliseconds(time));
    world.now += std::chrono::milliseconds{20};  // each round takes its time
  }
  return made;
}

struct Alteration {
  std::string name;
  std::function<void(nlohmann::json&)> webhook;
  std::string words;
};

class AlteredSecret : public ::testing::TestWithParam<Alteration> {};

TEST_P(AlteredSecret, IsMadeAnewEverMoreSlowly) {
  World world;
  const int first = live_with(world, GetParam().webhook, std::chrono::minutes{1});
  EXPECT_LT(first, 120);
  EXPECT_EQ(world.ready(), "False/WritingSecrets");
  EXPECT_THAT(message(world), HasSubstr(GetParam().words));
  EXPECT_THAT(message(world), HasSubstr("as a webhook or a policy would do it"));
  EXPECT_LT(live_with(world, GetParam().webhook, std::chrono::hours{1}), 20);
  EXPECT_THAT(world.key_states(), Not(Contains("Current")));
  live_with(world, [](nlohmann::json&) {}, std::chrono::minutes{6});
  EXPECT_EQ(world.ready(), "True/Active");
}

INSTANTIATE_TEST_SUITE_P(
    , AlteredSecret,
    ::testing::Values(
        Alteration{"MadeImmutable", [](nlohmann::json& secret) { secret["immutable"] = true; }, "was made immutable"},
        Alteration{"WithAnotherToken", [](nlohmann::json& secret) { secret["data"]["token"] = "b64:gld_planted"; },
                   "was changed by hand"}),
    [](const auto& info) { return info.param.name; });

TEST(ApiKeyAltered, ASecretThatIsEditedWhenAllWasWellIsMadeAnewAtOnce) {
  World world;
  world.settle();
  world.secrets.at({"acme", "grafana"})["data"]["token"] = "b64:gld_planted";
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(ApiKeyAltered, ASecretThatIsEditedWhileOnlyACopyIsMissingIsMadeAnewAtOnce) {
  World world;
  world.copy_namespaces = {{"other", false, true}};
  world.edit({{"secret", {{"namespaces", {"other"}}}}});
  world.settle();
  world.now += std::chrono::minutes{9};
  world.secrets.clear();
  world.settle();
  ASSERT_EQ(world.ready(), "False/NamespaceNotSpanned");
  world.now += std::chrono::seconds{1};
  world.secrets.at({"acme", "grafana"})["data"]["token"] = "b64:gld_planted";
  world.settle();
  EXPECT_TRUE(world.accepts(world.token("acme", "grafana")));
  EXPECT_EQ(world.ready(), "False/NamespaceNotSpanned");
}

TEST(ApiKeyAltered, WhileASecretStandsChangedItsFormerTokenHasEnded) {
  World world;
  world.ask_for_copy();
  world.settle();
  const std::string lost = world.token("acme", "grafana");
  world.secrets.erase({"acme", "grafana"});
  live_with(world, [](nlohmann::json& secret) { secret["immutable"] = true; }, std::chrono::minutes{1});
  EXPECT_FALSE(world.accepts(lost));
  EXPECT_THAT(world.told(), Contains("ApiKeyLost"));
}

TEST(ApiKeyAltered, ALabelThatDoesNotComeToStandKeepsReadyAway) {
  World world;
  world.edit({{"secret", {{"labels", {{"team", "mine"}}}}}});
  world.settle();
  ASSERT_EQ(world.ready(), "True/Active");
  world.secrets.at({"acme", "grafana"})["metadata"]["labels"]["team"] = "forced";
  const core::Plan plan = world.plan_now();
  world.execute(plan, 1);
  EXPECT_EQ(world.ready(), "False/WritingSecrets");
  EXPECT_THAT(message(world), HasSubstr("a webhook or a policy changes them"));
  EXPECT_EQ(plan.look_again_after, std::chrono::minutes{5});
  world.settle();
  EXPECT_EQ(world.ready(), "True/Active");
}

TEST(ApiKeyAltered, ANameThatAnotherKeyHasIsNotToBeDeleted) {
  World world;
  world.settle();
  world.key.metadata.uid = "key-of-another";
  world.key.metadata.name = "other";
  world.edit({{"secret", {{"name", "grafana"}}}});
  world.settle();
  EXPECT_EQ(world.ready(), "False/ForeignSecret");
  EXPECT_THAT(message(world), HasSubstr("is the one of ApiKey acme/grafana; choose another name"));
}

}  // namespace
}  // namespace guildhall::controllers::apikey
