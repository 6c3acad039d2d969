#include "operator/gate/decision.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <map>
#include <memory>

#include "operator/core/api_key_token.hpp"

namespace guildhall::gate {
namespace {

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");

std::string token(const std::string& id) {
  const std::string body = "gld_" + id + "_" + std::string(core::kTokenSecretLength, 'k');
  return body + core::token_checksum(body);
}

KeyEntry key(const std::string& id) {
  KeyEntry entry;
  entry.uid = "u-1";
  entry.organization = "acme";
  entry.reads = true;
  entry.opening = {.by = Opening::By::Names, .names = {"logs", "metrics"}};
  entry.tokens.push_back({.id = id, .hash = crypto::sha256(token(id)), .expires_at = kNoon + std::chrono::seconds(1)});
  return entry;
}

DeploymentEntry deployment(const std::string& name, const std::string& product) {
  return {.ns = "prod", .names = {name, "prod." + name, "prod." + name + "." + product}, .product = product};
}

OrganizationEntry organization() {
  return {.home = "acme-home",
          .accepted = true,
          .tenant = {.account = 7, .project = 3},
          .deployments = Deployments({deployment("metrics", "VMSingle"), deployment("cluster", "VMCluster"),
                                      deployment("logs", "VLSingle"), deployment("two", "VMSingle"),
                                      deployment("two", "VLSingle")})};
}

/// One Organization, acme, with the key 00000001.
struct World {
  OrganizationEntry acme = organization();
  KeyEntry entry = key("00000001");
  std::string presented = token("00000001");
  OriginalRequest request{.organization = "acme", .deployment = "metrics", .method = "GET", .target = "/api/v1/query"};
  core::Timestamp now = kNoon;
  std::map<std::string, std::string> members;  ///< in force, by name

  [[nodiscard]] Decision decide() const {
    KeyTable table;
    table.put_organization("acme", acme);
    table.put_key({"acme-home", "grafana"}, entry);
    for (const auto& [name, email] : members)
      table.put_member({"acme-home", name}, email);
    return gate::decide(
        {.request = request, .credentials = {.presented = Presented::Token, .token = presented}, .now = now}, table,
        path_table());
  }
  [[nodiscard]] std::string outcome() const { return std::string(to_string(decide().outcome)); }
};

TEST(ADecision, LetsPassWhatTheKeyIsFor) {
  const Decision decision = World().decide();
  EXPECT_EQ(decision, (Decision{.outcome = Outcome::Allowed,
                                .key = "grafana",
                                .permissions = "Read",
                                .tenant = {7, 3},
                                .home = "acme-home",
                                .uid = "u-1"}));
  EXPECT_EQ(status_of(decision.outcome), 200);
}

struct Case {
  const char* name;
  std::function<void(World&)> change;
  Outcome outcome;
  int status;
};

class Decisions : public ::testing::TestWithParam<Case> {};

TEST_P(Decisions, SayWhy) {
  World world;
  GetParam().change(world);
  const Decision decision = world.decide();
  EXPECT_EQ(to_string(decision.outcome), to_string(GetParam().outcome));
  EXPECT_EQ(status_of(decision.outcome), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Decisions,
    ::testing::Values(
        Case{"NoTokenOfOurs", [](World& w) { w.presented = "secret"; }, Outcome::MalformedKey, 401},
        Case{"AMistypedToken", [](World& w) { w.presented.back() = w.presented.back() == 'x' ? 'y' : 'x'; },
             Outcome::MalformedKey, 401},
        Case{"AnUnknownId", [](World& w) { w.presented = token("00000002"); }, Outcome::UnknownKey, 401},
        Case{"AnotherSecretOfThatId", [](World& w) { w.entry.tokens[0].hash = crypto::sha256("other"); },
             Outcome::UnknownKey, 401},
        Case{"AnotherOrganization", [](World& w) { w.request.organization = "globex"; }, Outcome::UnknownKey, 401},
        Case{"AFormerOrganization", [](World& w) { w.acme.home = "acme-new"; }, Outcome::UnknownKey, 401},
        Case{"TheMomentOfExpiry", [](World& w) { w.now = kNoon + std::chrono::seconds(1); }, Outcome::Expired, 401},
        Case{"ARevokedKey", [](World& w) { w.entry.refused = "Revoked"; }, Outcome::Revoked, 401},
        Case{"AnExpiredKey", [](World& w) { w.entry.refused = "Expired"; }, Outcome::Expired, 401},
        Case{"ASuspendedKey", [](World& w) { w.entry.refused = "Suspended"; }, Outcome::Suspended, 401},
        Case{"ASuspendedOrganization", [](World& w) { w.acme.accepted = false; }, Outcome::Suspended, 401},
        Case{"NoSuchDeployment", [](World& w) { w.request.deployment = "other"; }, Outcome::UnknownDeployment, 403},
        Case{"TwoDeployments", [](World& w) { w.request.deployment = "two"; }, Outcome::AmbiguousDeployment, 403},
        Case{"AnotherDeployment", [](World& w) { w.request.deployment = "cluster"; }, Outcome::OtherDeployment, 403},
        Case{"AWrite", [](World& w) { w.request.target = "/api/v1/write"; }, Outcome::NoPermission, 403},
        Case{"AReadByAWriter",
             [](World& w) {
               w.entry.reads = false;
               w.entry.writes = true;
             },
             Outcome::NoPermission, 403},
        Case{"ADestructivePath", [](World& w) { w.request.target = "/api/v1/admin/tsdb/delete_series"; },
             Outcome::ClosedPath, 403},
        Case{"AnUnknownPath", [](World& w) { w.request.target = "/other"; }, Outcome::UnknownPath, 403},
        Case{"AnAmbiguousPath", [](World& w) { w.request.target = "/api/v1/query/../write"; }, Outcome::AmbiguousPath,
             403}),
    [](const auto& info) { return info.param.name; });

TEST(ADecision, OfAKeyWithAnOwnerAsksForIt) {
  World world;
  world.entry.owner = std::make_shared<KeyOwner>(KeyOwner{.name = "jane", .email = "jane@acme.example"});
  EXPECT_EQ(world.outcome(), "Suspended");
  world.members = {{"jane", "jane@acme.example"}};
  EXPECT_EQ(world.outcome(), "Allowed");
}

TEST(ADecision, OfAnotherNameOfTheDeploymentIsTheSame) {
  World world;
  world.request.deployment = "prod.metrics";
  EXPECT_EQ(world.outcome(), "Allowed");
}

TEST(ADecision, OfAKeyForAllOpensAll) {
  World world;
  world.entry.opening.by = Opening::By::All;
  world.request = {.organization = "acme",
                   .deployment = "cluster",
                   .method = "GET",
                   .target = "/select/7:3/prometheus/api/v1/query"};
  EXPECT_EQ(world.outcome(), "Allowed");
  EXPECT_EQ(world.decide().tenant, (Tenant{7, 3}));
  world.request.target = "/select/7/prometheus/api/v1/query";
  EXPECT_EQ(world.outcome(), "OtherTenant");
  world.request.target = "/delete/7:3/prometheus/api/v1/admin/tsdb/delete_series";
  EXPECT_EQ(world.outcome(), "ClosedPath");
}

TEST(ADecision, OfLogsNamesTheTenantToSet) {
  World world;
  world.request = {.organization = "acme", .deployment = "logs", .method = "GET", .target = "/select/logsql/query"};
  EXPECT_EQ(world.outcome(), "Allowed");
  EXPECT_EQ(world.decide().tenant, (Tenant{7, 3}));
}

TEST(ADecision, GoesByTheClockThatItIsGiven) {
  World world;
  world.now = kNoon + std::chrono::hours(1);
  EXPECT_EQ(world.outcome(), "Expired");
  world.now = kNoon;
  EXPECT_EQ(world.outcome(), "Allowed") << "the clock had stepped ahead, and was set right";
  world.entry.tokens[0].expires_at.reset();
  world.now = core::Timestamp::max();
  EXPECT_EQ(world.outcome(), "Allowed");
}

TEST(ADecision, WithoutATokenIsMadeByWhatIsThere) {
  const World world;
  const KeyTable table;
  const auto outcome = [&](Presented presented) {
    return decide({.request = world.request, .credentials = {.presented = presented, .token = {}}, .now = kNoon}, table,
                  path_table())
        .outcome;
  };
  EXPECT_EQ(outcome(Presented::Nothing), Outcome::NoKey);
  EXPECT_EQ(outcome(Presented::Several), Outcome::SeveralKeys);
  EXPECT_EQ(outcome(Presented::Malformed), Outcome::MalformedKey);
}

// No target lets a key that reads write, nor anybody destroy.
RC_GTEST_PROP(ADecision, NeverLetsAReaderDoMore, (const std::vector<std::uint8_t>& picks)) {
  constexpr std::array<const char*, 14> kParts{
      "/",   "api", "v1",    "write", "..", ".",      "%2f",
      "%2e", "//",  "admin", "query", ";",  "import", "/api/v1/admin/tsdb/delete_series"};
  World world;
  world.request.target = "/";
  for (const std::uint8_t pick : picks)
    world.request.target += kParts.at(pick % kParts.size());
  const Decision decision = world.decide();
  if (decision.outcome != Outcome::Allowed) return;
  const std::string& target = world.request.target;
  RC_ASSERT(target.find("write") == std::string::npos);
  RC_ASSERT(target.find("admin") == std::string::npos);
  RC_ASSERT(target.find("..") == std::string::npos);
}

}  // namespace
}  // namespace guildhall::gate
