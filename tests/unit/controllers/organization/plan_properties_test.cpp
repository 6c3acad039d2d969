// What holds from every state, however it came to be.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "controllers/organization/names.hpp"
#include "controllers/organization/wanted_bindings.hpp"
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
  if (coin()) spec["invitations"] = {{"autoAccept", true}};
  if (coin()) spec["adminOnlyNamespaces"] = {"prod"};
  if (coin())
    spec["roles"] = {{"editor", {{"clusterRoles", {"grafana"}}}}, {"viewer", {{"clusterRoles", {"grafana"}}}}};
  return spec;
}

Subject any_subject() {
  return any_of<Subject>({{"User", "ada@acme.example", ""},
                          {"User", "jane@acme.example", ""},
                          {"User", "eve@acme.example", ""},
                          {"Group", "owners", ""},
                          {"ServiceAccount", "bot", "acme"}});
}

Subjects any_subjects() {
  Subjects subjects;
  for (int number = *rc::gen::inRange(1, 3); number > 0; --number)
    subjects.push_back(any_subject());
  normalize(subjects);
  return subjects;
}

void put_any_members(World& world) {
  using enum Standing;
  for (const char* name : {"ada", "jane", "bob"}) {
    if (coin()) continue;
    world.put_member(
        name, any_of<api::MemberRole>({api::MemberRole::Admin, api::MemberRole::Editor, api::MemberRole::Viewer}),
        any_of<Standing>({InForce, InForce, InForce, Inactive, NotAccepted, Duplicate, Leaving, Paused, Unjudged}));
    world.members.back().subjects = any_subjects();
  }
}

void put_any_bindings(World& world) {
  static const std::vector<std::string> roles{"guildhall-organization-admin",
                                              "guildhall-organization-viewer",
                                              "guildhall-deployments-editor",
                                              "guildhall-deployments-viewer",
                                              "grafana",
                                              "cluster-admin"};
  for (int number = *rc::gen::inRange(0, 5); number > 0; --number) {
    const std::string role = any_of(roles);
    world.put_binding({any_of(kNames), "guildhall:" + role}, {"ClusterRole", coin() ? role : "cluster-admin"},
                      any_subjects(), any_of<std::string>({"u-acme", "u-acme", "u-former", "u-globex", ""}));
  }
  if (coin()) {
    world.put_binding(
        {"", any_of<std::string>({"guildhall:acme:admin", "guildhall:acme:member", "guildhall:old:admin"})},
        {"ClusterRole", any_of<std::string>({"guildhall:acme:admin", "guildhall:acme:member"})}, any_subjects(),
        "u-acme");
  }
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
  put_any_members(world);
  put_any_bindings(world);
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

std::map<std::string, Subjects> subjects_by_binding(const World& world) {
  std::map<std::string, Subjects> all;
  for (const auto& binding : world.observe().bindings) {
    if (binding.owner_uid == world.organization.metadata.uid)
      all[core::describe(binding_type(binding.key), binding.key)] = binding.subjects;
  }
  return all;
}

/// At rest every binding of ours is one that is wanted, gives the role that it should, and has just those subjects.
void check_bindings(const World& world) {
  const Observed seen = world.observe();
  auto left = subjects_by_binding(world);
  for (const BindingPlace& place : wanted_bindings(seen)) {
    for (const WantedBinding& wanted : place.bindings) {
      const auto standing = world.binding(wanted.key);
      left.erase(core::describe(binding_type(wanted.key), wanted.key));
      if (place.latitude == Latitude::None) continue;
      if (place.latitude == Latitude::Full && !wanted.subjects.empty()) {
        RC_ASSERT(standing.has_value());
        RC_ASSERT(standing->owner_uid == "u-acme");
        RC_ASSERT(std::ranges::includes(standing->subjects, wanted.subjects));
      }
      if (!standing || standing->owner_uid != "u-acme") continue;
      RC_ASSERT(standing->role == wanted.role);
      for (const Subject& subject : standing->subjects) {
        RC_ASSERT(std::ranges::binary_search(wanted.subjects, subject) ||
                  std::ranges::binary_search(wanted.keepers, subject));
      }
    }
    if (place.latitude != Latitude::None) continue;
    std::erase_if(left,
                  [&](const auto& binding) { return binding.first.find(" " + place.ns + "/") != std::string::npos; });
  }
  RC_ASSERT(left.empty());
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
    if (ours && wanted && !ns.view.deleting)
      RC_ASSERT(ns.view.auto_accept == (ns.view.name == home && world.organization.spec.invitations.auto_accept));
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
    if (world.organization.metadata.is_deleting()) return;
    check_rest(world);
    check_bindings(world);
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
    RC_ASSERT(subjects_by_binding(whole) == subjects_by_binding(killed));
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
    std::ranges::reverse(seen.bindings);
    std::ranges::reverse(seen.roles);
    std::ranges::reverse(seen.organization.spec.namespaces);
    RC_ASSERT(plan(seen, world.now) == want);
  }));
}

}  // namespace
}  // namespace guildhall::controllers::organization
