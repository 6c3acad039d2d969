// What holds from every state, however it came to be.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "controllers/organization/names.hpp"
#include "tests/unit/controllers/organization/world.hpp"

namespace guildhall::controllers::organization {
namespace {

using nlohmann::json;

const std::vector<std::string> kNames{"acme", "prod", "stage", "monitoring", "foreign"};

template <class T>
T any_of(const std::vector<T>& values) {
  return *rc::gen::elementOf(values);
}

bool coin() {
  return *rc::gen::arbitrary<bool>();
}

NamespaceState any_namespace() {
  static const std::vector<Claim> claims{{},
                                         {"acme", "u-acme"},
                                         {"acme", ""},
                                         {"", "u-acme"},
                                         {"globex", "u-acme"},
                                         {"acme", "u-former"},
                                         {"globex", "u-globex"},
                                         {"globex", ""},
                                         {"acme", "u-globex"},
                                         {"initech", "u-gone"}};
  return {.claim = any_of(claims),
          .created_for_uid = any_of<std::string>({"", "u-acme", "u-former"}),
          .releasing_since = any_of<std::string>({"", "", "2026-11-24T09:59:00Z", "yesterday"}),
          .deleting = any_of<int>({0, 0, 0, 1}) == 1};
}

SeenApiKey any_key(int number) {
  std::vector<std::string> places;
  for (const auto& name : kNames) {
    if (coin()) places.push_back(name);
  }
  return {.name = "key-" + std::to_string(number),
          .phase = any_of<std::optional<ApiKeyPhase>>({{}, ApiKeyPhase::Active, ApiKeyPhase::Revoked}),
          .secret_name = places.empty() ? "" : "secret-" + std::to_string(*rc::gen::inRange(0, 3)),
          .secret_namespaces = places,
          .has_tokens = coin(),
          .has_finalizer = coin()};
}

json any_spec() {
  json spec = {{"state", any_of<std::string>({"Active", "Suspended"})},
               {"deletionPolicy", any_of<std::string>({"Retain", "Delete"})}};
  json listed = json::array();
  for (const auto* name : {"prod", "stage", "monitoring"}) {
    if (coin()) listed.push_back(name);
  }
  spec["namespaces"] = std::move(listed);
  if (coin()) spec["homeNamespace"] = "stage-home";
  return spec;
}

void put_any_role(World& world) {
  if (coin()) return;
  static const std::vector<json> rules{json::array(), secret_get_rules({"secret-1"}), secret_get_rules({"other"}),
                                       json::parse(R"([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}])")};
  world.put_role(any_of<std::string>({"", "u-acme", "u-former", "u-globex"}),
                 rules.at(*rc::gen::inRange<std::size_t>(0, 4)));
}

World any_world() {
  World world;
  world.edit(any_spec());
  for (const auto& name : kNames) {
    if (coin()) world.put_namespace(name, any_namespace());
  }
  if (coin()) world.put_namespace(home_namespace(world.organization), any_namespace());
  for (int number = *rc::gen::inRange(0, 4); number > 0; --number)
    world.api_keys.push_back(any_key(number));
  if (coin())
    world.members.push_back({any_of<api::MemberRole>({api::MemberRole::Admin, api::MemberRole::Viewer}), coin(), {}});
  put_any_role(world);
  if (coin()) world.organization.metadata.finalizers = {kFinalizer};
  if (any_of<int>({0, 0, 1}) == 1) world.annotate(kPausedAnnotation, "true");
  world.keys_let_go = coin();
  if (coin()) world.mark_deleted();
  return world;
}

bool speaks_of_us(const Claim& claim) {
  return claim.organization == "acme" || claim.uid == "u-acme";
}

/// Its claim is one of an Organization that exists and is not us.
bool is_globex(const Claim& claim) {
  return claim.uid != "u-acme" && (claim.uid == "u-globex" || claim.organization == "globex");
}

/// The Organization names it in its spec, or the Namespace says that it is ours.
void check_writes(const World& world) {
  const auto& listed = world.organization.spec.namespaces;
  for (const auto& write : world.namespace_writes()) {
    RC_ASSERT(!is_globex(write.before));
    const bool named =
        write.name == home_namespace(world.organization) || std::ranges::find(listed, write.name) != listed.end();
    RC_ASSERT(named || speaks_of_us(write.before));
    RC_ASSERT(write.name != "monitoring" || speaks_of_us(write.before));
  }
}

/// What is free and asked for is ours; what is not asked for is not.
void check_rest(World& world) {
  const bool paused = is_paused(world.organization);
  const std::string home = home_namespace(world.organization);
  for (const auto& ns : world.observe().namespaces) {
    const auto& listed = world.organization.spec.namespaces;
    const bool named = ns.view.name == home || std::ranges::find(listed, ns.view.name) != listed.end();
    const bool wanted = named && ns.view.name != "monitoring";
    const bool ours = ns.view.is_claimed_by("acme", "u-acme");
    if (!wanted) RC_ASSERT(!ours);
    if (wanted && !paused && !ns.view.deleting && !is_globex(ns.view.claim)) RC_ASSERT(ours);
    if (ours && ns.view.name == home && !ns.view.deleting && !paused) {
      RC_ASSERT(world.role().has_value());
      RC_ASSERT(world.role()->owner_uid == "u-acme");
    }
  }
}

TEST(OrganizationProperties, ComesToRestFromEveryStateAndWritesOnlyWhatIsItsOwn) {
  EXPECT_TRUE(rc::check([] {
    World world = any_world();
    world.live_on();
    check_writes(world);
    if (!world.exists()) return;
    RC_ASSERT(world.plan_now().writes_nothing());
    RC_ASSERT(!world.organization.metadata.is_deleting() || world.organization.metadata.finalizers.empty());
    if (!world.organization.metadata.is_deleting()) check_rest(world);
  }));
}

TEST(OrganizationProperties, ComesToTheSameEndWhereverItIsKilled) {
  EXPECT_TRUE(rc::check([] {
    World whole = any_world();
    World killed = whole;
    for (int starts = 0; starts < 4 && killed.exists(); ++starts)
      killed.execute(killed.plan_now(), *rc::gen::inRange(0, 5));
    whole.live_on();
    killed.live_on();
    check_writes(killed);
    RC_ASSERT(whole.exists() == killed.exists());
    for (const auto& name : kNames) {
      RC_ASSERT(whole.has_namespace(name) == killed.has_namespace(name));
      if (whole.has_namespace(name)) RC_ASSERT(whole.claim(name) == killed.claim(name));
    }
    RC_ASSERT(whole.ready() == killed.ready() || !whole.exists());
    RC_ASSERT(whole.role().has_value() == killed.role().has_value());
  }));
}

TEST(OrganizationProperties, DoesNotDependOnTheOrderOfWhatItSees) {
  EXPECT_TRUE(rc::check([] {
    const World world = any_world();
    Observed seen = world.observe();
    const core::Plan want = plan(seen, world.now);
    std::ranges::reverse(seen.namespaces);
    std::ranges::reverse(seen.api_keys);
    std::ranges::reverse(seen.members);
    std::ranges::reverse(seen.organization.spec.namespaces);
    RC_ASSERT(plan(seen, world.now) == want);
  }));
}

}  // namespace
}  // namespace guildhall::controllers::organization
