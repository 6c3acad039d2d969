#include "operator/core/plan.hpp"

#include <gtest/gtest.h>

namespace guildhall::core {
namespace {

TEST(Plan, WritesNothingWhenItOnlyLooksAgain) {
  Plan plan;
  EXPECT_TRUE(plan.writes_nothing());
  plan.look_again_after = std::chrono::milliseconds{5};
  EXPECT_TRUE(plan.writes_nothing());
}

TEST(Plan, LooksAgainAtTheEarliestTimeAskedForAndNeverBefore) {
  const Timestamp now{std::chrono::seconds{1'000}};
  Plan plan;
  plan.look_again_at(now + std::chrono::seconds{5}, now);
  plan.look_again_at(now + std::chrono::seconds{9}, now);
  EXPECT_EQ(plan.look_again_after, std::chrono::milliseconds{5'000});
  plan.look_again_at(now + std::chrono::microseconds{1}, now);
  EXPECT_EQ(plan.look_again_after, std::chrono::milliseconds{1}) << "not before it";
  plan.look_again_at(now - std::chrono::seconds{1}, now);
  EXPECT_EQ(plan.look_again_after, std::chrono::milliseconds{0});
}

TEST(Plan, WritesWithAnyOfItsParts) {
  EXPECT_FALSE((Plan{
      .finalizer = FinalizerChange::Add, .status = {}, .apply = {}, .remove = {}, .audit = {}, .look_again_after = {}}
                    .writes_nothing()));
  EXPECT_FALSE((Plan{
      .finalizer = FinalizerChange::Drop, .status = {}, .apply = {}, .remove = {}, .audit = {}, .look_again_after = {}}
                    .writes_nothing()));
  Plan status;
  status.status = nlohmann::json::object();
  EXPECT_FALSE(status.writes_nothing());
  Plan apply;
  apply.apply.emplace_back();
  EXPECT_FALSE(apply.writes_nothing());
  Plan remove;
  remove.remove.emplace_back();
  EXPECT_FALSE(remove.writes_nothing());
  Plan audit;
  audit.audit.push_back({.action = "ApiKeyIssued", .note = {}, .identity = {}});
  EXPECT_FALSE(audit.writes_nothing());
}

TEST(Plan, IsComparedAsAWhole) {
  Plan a;
  Plan b;
  EXPECT_EQ(a, b);
  a.apply.push_back(
      {.type = types::secrets(), .key = {"acme", "grafana"}, .object = {{"kind", "Secret"}}, .resource_version = ""});
  EXPECT_NE(a, b);
  b.apply = a.apply;
  EXPECT_EQ(a, b);
  b.apply[0].holds_secret = true;
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace guildhall::core
