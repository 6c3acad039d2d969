#include "controllers/enforcement/trouble.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/controllers/enforcement/world.hpp"

namespace guildhall::controllers::enforcement {
namespace {

using Permissions = decltype(api::ApiKeySpec::permissions);
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(EnforcementTrouble, IsARefusedWrite) {
  Observed seen = observed({key("grafana")});
  seen.failures = {{.object = "Secret acme-edge/acme-vmauth", .kind = core::ErrorKind::Forbidden, .message = "no"}};
  EXPECT_EQ(reason(seen), "WriteRefused");
  EXPECT_THAT(trouble_of(seen, gate::path_table(), codec(), noon())->message,
              HasSubstr("Secret acme-edge/acme-vmauth cannot be written: no"));
}

/// It knows them by what each of its users opens.
TEST(EnforcementTrouble, NamesTheKeysThatAreLetInElsewhereThanTheyShouldBe) {
  Observed seen = observed({key("grafana", 2), key("agent", 1), key("sender")});
  seen.secrets = {standing(seen)};
  const auto behind = [&] {
    const auto trouble = trouble_of(seen, gate::path_table(), codec(), noon());
    return trouble ? trouble->behind : std::set<std::string>{};
  };
  seen.failures = {{.object = "Secret acme-edge/acme-vmauth", .kind = core::ErrorKind::Forbidden, .message = "no"}};
  EXPECT_THAT(behind(), IsEmpty());
  edit(seen.keys.front()).spec.permissions = Permissions::Write;
  EXPECT_THAT(behind(), ElementsAre("grafana")) << "though the others' routes stand elsewhere now";
  edit(seen.keys[1]).spec.deployments.all.reset();
  edit(seen.keys[1]).spec.deployments.names = {"metrics"};
  EXPECT_THAT(behind(), ElementsAre("agent", "grafana"));
  seen.secrets = {standing(seen)};
  EXPECT_THAT(behind(), IsEmpty());
  edit(seen.keys[2]).spec.revoked = true;
  EXPECT_THAT(behind(), IsEmpty()) << "the hashes tell";
  seen.organization.status.deployments.back().url = "http://elsewhere:8428";
  EXPECT_THAT(behind(), ElementsAre("agent", "grafana"));
  seen.failures.clear();
  EXPECT_THAT(behind(), IsEmpty()) << "it is being written";
}

TEST(EnforcementTrouble, IsAPauseThatATokenWaitsFor) {
  Observed seen = observed({key("grafana")});
  seen.organization.metadata.annotations["guildhall.dev/paused"] = "true";
  EXPECT_EQ(reason(seen), "Paused");
  seen.secrets = {standing(seen)};
  EXPECT_EQ(reason(seen), "") << "it stood there before";
  seen.keys.push_back(key("young"));
  EXPECT_EQ(reason(seen), "Paused");
  EXPECT_THAT(trouble_of(seen, gate::path_table(), codec(), noon())->message,
              HasSubstr("Secret acme-edge/acme-vmauth"));
  seen.organization.metadata.annotations.clear();
  EXPECT_EQ(reason(seen), "") << "it is being written";
}

TEST(EnforcementTrouble, IsAConfigurationWithoutRoom) {
  EXPECT_EQ(reason(observed(many_keys(7'000))), "TooManyKeys");
}

}  // namespace
}  // namespace guildhall::controllers::enforcement
