#include "controllers/apikey/reconciler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/controllers/apikey/filled_caches.hpp"
#include "tests/unit/controllers/legible_seals.hpp"

namespace guildhall::controllers::apikey {
namespace {

class CountingRandom final : public core::RandomSource {
 public:
  void fill(std::span<std::byte> bytes) override {
    std::generate(bytes.begin(), bytes.end(), [this] { return static_cast<std::byte>(next_++); });
  }

 private:
  unsigned next_ = 0;
};

/// An Organization with room for one key. Its first key has expired and is to come back, as its lifetime was prolonged;
/// its second waits for a token. The caches stay as they are, as they do for the moment in which several workers plan.
class ReconcilerTest : public testing::Test {
 protected:
  ReconcilerTest() {
    filled_.organization("acme", {{"apiKeys", {{"maxKeys", 1}}}}).ns("acme", "acme");
    filled_.api_key("expired", 2, nlohmann::json::parse(R"({"spec": {"lifetime": "90d"}, "status": {"phase": "Expired",
      "organization": "acme", "keys": [{"id": "7kQ2mX9w", "hash": "00", "issuedAt": "2026-01-01T00:00:00Z",
      "expiresAt": "2026-01-02T00:00:00Z", "state": "Current"}]}})"));
    filled_.api_key("fresh", 1).fill();
  }
  core::Plan plan_of(const std::string& name) {
    auto work = reconciler_.reconcile({"acme", name}, {}, noon());
    EXPECT_TRUE(work) << work.error().describe();
    return work ? std::move(work->plan) : core::Plan{};
  }
  static std::string ready(const core::Plan& plan) {
    for (const auto& condition : plan.status->at("conditions")) {
      if (condition.at("type") == "Ready") return condition.at("reason");
    }
    return "";
  }

 private:
  FilledCaches filled_;
  CountingRandom random_;
  LegibleSeals seals_;
  Reconciler reconciler_{
      filled_.caches,
      {.random = random_,
       .sealer = seals_,
       .codec = fake_codec(),
       .read = [](const core::ResourceType&, const core::ObjectKey&) -> core::Result<nlohmann::json> {
         return core::fail(core::ErrorKind::NotFound, "nothing is there");
       },
       .enforcement_trouble = {}}};
};

TEST_F(ReconcilerTest, GivesTheLastRoomAwayOnceBeforeTheCacheShowsIt) {
  EXPECT_EQ(ready(plan_of("expired")), "WritingSecrets");
  EXPECT_EQ(ready(plan_of("fresh")), "QuotaExceeded");
  EXPECT_EQ(ready(plan_of("expired")), "WritingSecrets") << "it keeps its room when it is tried again";
}

TEST_F(ReconcilerTest, GivesItToWhoeverComesFirst) {
  EXPECT_EQ(ready(plan_of("fresh")), "WritingSecrets");
  EXPECT_EQ(ready(plan_of("expired")), "QuotaExceeded");
}

TEST_F(ReconcilerTest, WritesAFirstSecretOnlyWhereNoneIs) {
  const core::Plan plan = plan_of("fresh");
  ASSERT_EQ(plan.apply.size(), 1U);
  EXPECT_EQ(plan.apply.front().resource_version, core::kOnlyIfAbsent);
}

}  // namespace
}  // namespace guildhall::controllers::apikey
