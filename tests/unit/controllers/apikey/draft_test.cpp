#include "controllers/apikey/draft.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

/// A Secret with a valid seal, as the key grafana has it in its home.
SeenSecret sealed() {
  SeenSecret secret;
  secret.view.key = {"acme", "grafana"};
  secret.view.token_hash = "0123";
  secret.payload = payload_of("acme/grafana", secret.view.key, secret.view.token_hash);
  return secret;
}

TEST(IsIntact, ASealedSecretWhereItWasWritten) {
  World world;
  EXPECT_TRUE(is_intact(world.observe(), sealed()));
}

/// The seal is good in all of them: it says only who wrote it.
struct Change {
  std::string name;
  std::function<void(SeenSecret&)> happens;
};

void PrintTo(const Change& change, std::ostream* out) {
  *out << change.name;
}

class IsNotIntact : public testing::TestWithParam<Change> {};

TEST_P(IsNotIntact, WhenItIsNotWhatTheSealSays) {
  World world;
  SeenSecret secret = sealed();
  GetParam().happens(secret);
  EXPECT_FALSE(is_intact(world.observe(), secret));
}

INSTANTIATE_TEST_SUITE_P(
    Changes, IsNotIntact,
    ::testing::Values(Change{"NoSeal", [](SeenSecret& secret) { secret.payload.reset(); }},
                      Change{"OfAnotherKey", [](SeenSecret& secret) { secret.payload->api_key = "acme/other"; }},
                      Change{"OfAnotherOrganization", [](SeenSecret& secret) { secret.payload->organization = "x"; }},
                      Change{"InAnotherNamespace", [](SeenSecret& secret) { secret.view.key.ns = "acme-prod"; }},
                      Change{"UnderAnotherName", [](SeenSecret& secret) { secret.view.key.name = "other"; }},
                      Change{"WithAnotherToken", [](SeenSecret& secret) { secret.view.token_hash = "4567"; }},
                      Change{"BeingDeleted", [](SeenSecret& secret) { secret.view.deleting = true; }},
                      Change{"MadeImmutable", [](SeenSecret& secret) { secret.view.immutable = true; }}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace guildhall::controllers::apikey
