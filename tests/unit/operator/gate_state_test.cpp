#include "operator/gate_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "controllers/apikey/deployments.hpp"
#include "controllers/apikey/refusal.hpp"
#include "operator/crypto/digest.hpp"

namespace guildhall {
namespace {

namespace apikey = controllers::apikey;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");

api::OrganizationDeployment told(const std::string& ns, const std::string& name, api::OrganizationDeploymentKind kind) {
  api::OrganizationDeployment one;
  one.ns = ns;
  one.name = name;
  one.kind = kind;
  one.product = api::OrganizationDeploymentProduct::VMSingle;
  return one;
}

/// At home in acme, over prod.
api::Organization organization() {
  api::Organization one;
  one.metadata.name = "acme";
  one.spec.state = api::OrganizationState::Active;
  one.spec.namespaces = {"prod"};
  one.spec.tenant.account_id = 7;
  one.status.home_namespace = "acme";
  one.status.deployments = {told("prod", "metrics", api::OrganizationDeploymentKind::VMSingle)};
  return one;
}

api::ApiKey key() {
  api::ApiKey one;
  one.metadata.name = "grafana";
  one.metadata.ns = "acme";
  one.metadata.uid = "u-1";
  one.metadata.resource_version = "12";
  one.metadata.generation = 1;
  one.spec.permissions = api::ApiKeyPermissions::Read;
  one.status.observed_generation = 1;
  one.status.organization = "acme";
  one.status.phase = api::ApiKeyPhase::Active;
  return one;
}

api::ApiKey key_by_label(const std::string& team, const std::vector<std::string>& matched) {
  api::ApiKey one = key();
  one.spec.deployments.selector.emplace().match_labels["team"] = team;
  one.status.deployments.emplace().matched = matched;
  return one;
}

TEST(AGateEntry, OfAnOrganizationSaysWhetherItsKeysAreAccepted) {
  api::Organization one = organization();
  EXPECT_TRUE(gate_entry(one).accepted);
  EXPECT_EQ(gate_entry(one).home, "acme");
  EXPECT_EQ(gate_entry(one).tenant, (gate::Tenant{.account = 7, .project = 0}));
  one.metadata.deletion_timestamp = kNoon;
  EXPECT_FALSE(gate_entry(one).accepted);
  one = organization();
  one.spec.state = api::OrganizationState::Suspended;
  EXPECT_FALSE(gate_entry(one).accepted);
}

TEST(AGateEntry, OfAnOrganizationLeavesOutNamespacesThatItHasLost) {
  api::Organization one = organization();
  one.status.deployments.push_back(told("acme", "logs", api::OrganizationDeploymentKind::VLSingle));
  EXPECT_EQ(gate_entry(one).deployments.called("metrics").size(), 1U);
  one.spec.namespaces.clear();
  EXPECT_TRUE(gate_entry(one).deployments.called("metrics").empty());
  EXPECT_EQ(gate_entry(one).deployments.called("acme.logs.vlsingle").size(), 1U) << "its home it has always";
}

TEST(AGateEntry, OfAMemberIsItsAddressWhileItIsInForce) {
  api::Member jane;
  jane.spec.email = "jane@acme.example";
  jane.spec.state = api::MemberState::Active;
  jane.status.phase = api::MemberPhase::Active;
  EXPECT_EQ(gate_entry(jane), "jane@acme.example");
  jane.spec.state = api::MemberState::Inactive;
  EXPECT_EQ(gate_entry(jane), std::nullopt);
}

TEST(AGateEntry, OfAKeyHoldsItsTokensByTheirHashes) {
  api::ApiKey one = key();
  one.status.keys = {
      {.id = "1", .hash = crypto::sha256_hex("t"), .issued_at = kNoon, .expires_at = kNoon, .unknown = {}},
      {.id = "2", .hash = "no hash", .issued_at = kNoon, .expires_at = {}, .unknown = {}},
      {.id = "3", .hash = std::string(64, 'g'), .issued_at = kNoon, .expires_at = {}, .unknown = {}}};
  one.metadata.deletion_timestamp = kNoon;
  const gate::KeyEntry entry = gate_entry(one, "");
  ASSERT_EQ(entry.tokens.size(), 1U);
  EXPECT_EQ(entry.tokens[0], (gate::KeyToken{.id = "1", .hash = crypto::sha256("t"), .expires_at = kNoon}));
  EXPECT_EQ(entry.uid, "u-1");
  EXPECT_EQ(entry.version, 12U);
  EXPECT_TRUE(entry.deleting);
  EXPECT_EQ(entry.refused, "Revoked");
  EXPECT_TRUE(entry.reads);
  EXPECT_FALSE(entry.writes);
  EXPECT_EQ(entry.owner, nullptr);
  one.spec.owner.emplace().name = "jane";
  one.status.owner_email = "jane@acme.example";
  EXPECT_EQ(gate_entry(one, "").owner->name, "jane");
  EXPECT_EQ(gate_entry(one, "").owner->email, "jane@acme.example");
}

TEST(AGateEntry, OfASelectorOpensWhatTheLeaderSaid) {
  EXPECT_THAT(gate_entry(key_by_label("a", {"z", "b"}), "").opening.names, ElementsAre("b", "z"));
  EXPECT_EQ(gate_entry(key_by_label("a", {}), "").opening.by, gate::Opening::By::Exactly);
}

TEST(AGateEntry, OfASelectorKeepsWhatWasSaidForAsLongAsItAsksForTheSame) {
  const std::string settled = gate_entry(key_by_label("a", {"x"}), "").settled;
  api::ApiKey changed = key_by_label("b", {"x"});
  changed.metadata.generation = 2;
  const gate::KeyEntry unsettled = gate_entry(changed, settled);
  EXPECT_THAT(unsettled.opening.names, IsEmpty()) << "that was said of another selector";
  EXPECT_EQ(unsettled.settled, settled);
  api::ApiKey back = key_by_label("a", {"x"});
  back.metadata.generation = 3;
  EXPECT_THAT(gate_entry(back, unsettled.settled).opening.names, ElementsAre("x"));
  EXPECT_THAT(gate_entry(back, "").opening.names, IsEmpty()) << "nothing was said of it yet";
}

TEST(AGateEntry, OfNamesIsInForceAtOnce) {
  api::ApiKey one = key();
  one.metadata.generation = 2;
  one.spec.deployments.names = {"z", "a"};
  EXPECT_THAT(gate_entry(one, "").opening.names, ElementsAre("a", "z"));
  EXPECT_EQ(gate_entry(one, "").settled, "");
}

TEST(AGateState, RemembersWhatASelectorWasSettledFor) {
  gate::KeyTable table;
  const auto opens = [&table] {
    std::vector<std::string> names;
    table.look_at({"acme", "grafana"}, [&](const gate::KeyEntry& entry) { names = entry.opening.names; });
    return names;
  };
  put_key({"acme", "grafana"}, key_by_label("a", {"x"}), table);
  api::ApiKey renamed = key_by_label("a", {"x"});
  renamed.spec.display_name = "other";
  renamed.metadata.generation = 2;
  put_key({"acme", "grafana"}, renamed, table);
  EXPECT_THAT(opens(), ElementsAre("x"));
  table.remove_key({"acme", "grafana"});
  put_key({"acme", "grafana"}, renamed, table);
  EXPECT_THAT(opens(), IsEmpty()) << "another key of the name";
}

/// Deployments and a key of few names, so that they often meet.
struct Matched {
  api::Organization organization;
  api::ApiKey key;
};

Matched any_matched() {
  const auto pick = [](std::vector<std::string> words) { return *rc::gen::elementOf(std::move(words)); };
  Matched world{.organization = organization(), .key = key()};
  world.organization.status.deployments.clear();
  const int count = *rc::gen::inRange(0, 6);
  for (int number = 0; number < count; ++number)
    world.organization.status.deployments.push_back(
        told(pick({"prod", "acme", "lost"}), pick({"a", "b", "a.vmsingle"}),
             *rc::gen::element(api::OrganizationDeploymentKind::VMSingle, api::OrganizationDeploymentKind::VLSingle)));
  std::vector<std::string> names = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
      std::vector<std::string>{"a", "b", "prod.a", "acme.a", "prod.a.vmsingle", "acme.b.vlsingle", "a.vmsingle", "x"}));
  const int way = *rc::gen::inRange(0, 3);
  if (way == 0) {
    world.key.spec.deployments.all = true;
  } else if (way == 1) {
    world.key.spec.deployments.names = std::move(names);
  } else {
    world.key = key_by_label("a", names);
  }
  return world;
}

// The gate and the leader, who says in the status what a key opens, have one rule each. They are the same.
RC_GTEST_PROP(AGateState, OpensWhatTheStatusSaysThatTheKeyOpens, ()) {
  const Matched world = any_matched();
  std::vector<apikey::SeenDeployment> seen;
  for (const auto& one : world.organization.status.deployments) {
    if (one.ns != "lost") seen.push_back({.told = one, .labels = std::nullopt});
  }
  const auto& matched = world.key.status.deployments;
  const auto match =
      apikey::match_deployments(world.key.spec, seen, matched ? matched->matched : std::vector<std::string>{});
  const gate::Deployments deployments = gate_entry(world.organization).deployments;
  const gate::Opening opening = gate_entry(world.key, "").opening;
  for (const auto& one : seen) {
    const std::string whole = apikey::names_of(one.told).back();
    const bool is_opened = std::ranges::find(match.opened, one.told) != match.opened.end();
    for (const auto& named : deployments.called(whole)) {
      const gate::DeploymentEntry& entry = deployments.at(named);
      if (entry.names.back() == whole) RC_ASSERT(gate::opens(opening, entry, deployments) == is_opened);
    }
  }
}

}  // namespace
}  // namespace guildhall
