#include "controllers/enforcement/admittance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/controllers/enforcement/world.hpp"

namespace guildhall::controllers::enforcement {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> admitted(const Observed& seen) {
  std::vector<std::string> names;
  for (const AdmittedToken& token : admittance_of(seen, noon()).tokens)
    names.push_back(token.id);
  return names;
}

TEST(Admittance, IsOfEachKeyThatIsAcceptedTheOldestFirst) {
  const Observed seen = observed({key("young", 1), key("old", 9), key("b", 5), key("a", 5)});
  EXPECT_THAT(admitted(seen), ElementsAre("id-old", "id-a", "id-b", "id-young"));
  const AdmittedToken first = admittance_of(seen, noon()).tokens.front();
  EXPECT_EQ(first.key, "old");
  EXPECT_EQ(first.hash, hash_of("gld_old"));
  EXPECT_EQ(first.secret, "old");
  EXPECT_TRUE(first.reads);
  EXPECT_FALSE(first.writes);
  EXPECT_EQ(first.opens.size(), 2U);
  EXPECT_FALSE(admittance_of(seen, noon()).until);
}

struct Case {
  const char* name;
  std::function<void(Observed& seen, api::ApiKey& key)> change;
};

class NoAdmittance : public ::testing::TestWithParam<Case> {};

TEST_P(NoAdmittance, IsOf) {
  SeenKey one = key("one");
  api::ApiKey& edited = edit(one);
  Observed seen = observed({one});
  ASSERT_THAT(admitted(seen), ElementsAre("id-one"));
  GetParam().change(seen, edited);
  EXPECT_THAT(admitted(seen), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    What, NoAdmittance,
    ::testing::Values(
        Case{"ASuspendedOrganization",
             [](Observed& seen, api::ApiKey&) { seen.organization.spec.state = api::OrganizationState::Suspended; }},
        Case{"AnOrganizationThatGoes",
             [](Observed& seen, api::ApiKey&) { seen.organization.metadata.deletion_timestamp = noon(); }},
        Case{"ARevokedKey", [](Observed&, api::ApiKey& key) { key.spec.revoked = true; }},
        Case{"ASuspendedKey", [](Observed&, api::ApiKey& key) { key.status.phase = api::ApiKeyPhase::Suspended; }},
        Case{"AKeyThatGoes", [](Observed&, api::ApiKey& key) { key.metadata.deletion_timestamp = noon(); }},
        Case{"AKeyWhoseOwnerIsGone", [](Observed&, api::ApiKey& key) { key.spec.owner.emplace().name = "jane"; }},
        Case{"AnExpiredToken", [](Observed&, api::ApiKey& key) { key.status.keys[0].expires_at = noon(); }},
        Case{"ATokenOnItsWay",
             [](Observed&, api::ApiKey& key) { key.status.keys[0].state = api::ApiKeyStatusKeyState::Issuing; }}),
    [](const auto& info) { return info.param.name; });

TEST(Admittance, EndsWithTheNextTokenThatExpires) {
  SeenKey one = key("one");
  SeenKey two = key("two");
  edit(one).status.keys[0].expires_at = noon() + seconds(9);
  edit(two).status.keys[0].expires_at = noon() + seconds(5);
  EXPECT_EQ(admittance_of(observed({one, two}), noon()).until, noon() + seconds(5));
}

TEST(Admittance, IsToWhatTheKeyOpens) {
  SeenKey one = key("one");
  api::ApiKey& edited = edit(one);
  edited.spec.deployments.all.reset();
  edited.spec.deployments.names = {"metrics"};
  const auto opens = [&] { return admittance_of(observed({one}), noon()).tokens.at(0).opens; };
  ASSERT_EQ(opens().size(), 1U);
  EXPECT_EQ(opens()[0].name, "metrics");
  edited.spec.deployments.names.clear();
  edited.spec.deployments.selector.emplace();
  edited.status.deployments.emplace().matched = {"acme-prod.metrics.service"};
  EXPECT_EQ(opens().size(), 1U);
  edited.metadata.generation = 2;
  EXPECT_THAT(opens(), IsEmpty()) << "what a selector comes to was said of another spec";
}

}  // namespace
}  // namespace guildhall::controllers::enforcement
