// A plan that is cut off after any of its writes: the next ones, made from what stands, reach the same end.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "operator/core/object_meta.hpp"
#include "operator/runtime/engine.hpp"
#include "tests/unit/operator/runtime/event_trail.hpp"
#include "tests/unit/operator/runtime/fake_api.hpp"
#include "tests/unit/operator/runtime/fake_clock.hpp"

namespace guildhall::runtime {
namespace {

using core::FinalizerChange;
using nlohmann::json;
using tests::FakeApi;

const core::ResourceType kApiKeys{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true};
const core::ObjectKey kKey{"acme", "grafana"};
constexpr const char* kFinalizer = "guildhall.dev/apikey";
constexpr int kWrites = 6;  // of the whole story, undisturbed
constexpr int kMostRounds = 20;

// What a small reconciler wants: a finalizer, a status, two Secrets, an old Secret gone, one Event.
core::Plan plan(const FakeApi& api, const json& object) {
  core::Plan plan;
  const auto finalizers = object.at("metadata").value("finalizers", std::vector<std::string>{});
  if (std::ranges::find(finalizers, kFinalizer) == finalizers.end()) plan.finalizer = FinalizerChange::Add;
  // Told when it changes, and never again: whoever comes later reads it in the status.
  const json before = object.value("status", json::object());
  if (!before.contains("phase")) {
    plan.status = json{{"phase", "Active"}};
    plan.audit.push_back({.action = "ApiKeyIssued", .note = "issued", .identity = "issue 1"});
  }
  for (const char* name : {"one", "two"}) {
    const core::ObjectKey key{"acme", name};
    if (api.find(core::types::secrets(), key)) continue;
    json secret = core::object_head(core::types::secrets(), key);
    secret["stringData"] = {{"token", name}};
    plan.apply.push_back({.type = core::types::secrets(), .key = key, .object = secret, .resource_version = {}});
  }
  if (const auto old = api.find(core::types::secrets(), {"acme", "old"}))
    plan.remove.push_back({core::types::secrets(), {"acme", "old"}, old->at("metadata").at("uid"), ""});
  return plan;
}

std::vector<core::AuditNote> noted(const json& object) {
  std::vector<core::AuditNote> notes;
  for (const json& kept : object.value(json::json_pointer("/status/audit"), json::array()))
    notes.push_back({.action = "ApiKeyIssued", .note = "issued", .identity = kept.at("occurrence")});
  return notes;
}

class World {
 public:
  World() {
    api_->put(kApiKeys, kKey, {});
    api_->put(core::types::secrets(), {"acme", "old"}, {});
  }

  // One process: reconciles until it is cut off, or nothing is left to do.
  bool run() {
    kube::Client client(api_, tests::one_attempt(), metrics_);
    tests::EventTrail trail(client);
    Engine engine(client, trail, clock_);
    for (int round = 0; round < kMostRounds; ++round) {
      const json object = *api_->find(kApiKeys, kKey);
      Work work;
      work.primary = Primary{object.at("metadata").at("uid"), object.at("metadata").at("resourceVersion"),
                             object.at("metadata").value("finalizers", std::vector<std::string>{})};
      work.plan = plan(*api_, object);
      work.noted = noted(object);
      if (work.plan.writes_nothing() && trail.untold({}, work.noted).empty()) return true;
      if (!engine.execute({kApiKeys, kKey, kFinalizer}, work, {}).succeeded()) return false;
    }
    return false;
  }

  FakeApi& api() { return *api_; }

 private:
  std::shared_ptr<FakeApi> api_ = std::make_shared<FakeApi>();
  core::NoMetrics metrics_;
  tests::FakeWallClock clock_;
};

std::map<std::string, json> undisturbed_end() {
  World world;
  EXPECT_TRUE(world.run());
  EXPECT_EQ(world.api().writes().size(), static_cast<std::size_t>(kWrites));
  return world.api().content();
}

class CutOff : public testing::TestWithParam<int> {};

TEST_P(CutOff, AfterAWriteTheNextProcessReachesTheSameEnd) {
  World world;
  world.api().cut_after(GetParam());
  EXPECT_FALSE(world.run());
  world.api().heal();
  EXPECT_TRUE(world.run());
  EXPECT_EQ(world.api().content(), undisturbed_end());
}

TEST_P(CutOff, WhoseAnswerWasLostTheNextProcessReachesTheSameEnd) {
  World world;
  world.api().lose_answer_of(GetParam() + 1);
  EXPECT_FALSE(world.run());
  world.api().heal();
  EXPECT_TRUE(world.run());
  EXPECT_EQ(world.api().content(), undisturbed_end());
}

INSTANTIATE_TEST_SUITE_P(EngineCrash, CutOff, testing::Range(0, kWrites));

TEST(EngineCrash, TheOldSecretIsNeverGoneBeforeTheNewOnesAreThere) {
  for (int writes = 0; writes < kWrites; ++writes) {
    World world;
    world.api().cut_after(writes);
    world.run();
    const bool old = world.api().find(core::types::secrets(), {"acme", "old"}).has_value();
    const bool both = world.api().find(core::types::secrets(), {"acme", "one"}) &&
                      world.api().find(core::types::secrets(), {"acme", "two"});
    EXPECT_TRUE(old || both) << "after " << writes << " writes";
  }
}

}  // namespace
}  // namespace guildhall::runtime
