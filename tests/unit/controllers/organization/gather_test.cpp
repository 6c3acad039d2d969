#include "controllers/organization/gather.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/reconciler.hpp"
#include "controllers/organization/small_forms.hpp"
#include "tests/unit/controllers/legible_seals.hpp"
#include "tests/unit/controllers/organization/filled_caches.hpp"

namespace guildhall::controllers::organization {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const LegibleSeals kSeals;

std::vector<std::string> names_of(const Observed& seen) {
  std::vector<std::string> names;
  names.reserve(seen.namespaces.size());
  for (const auto& ns : seen.namespaces)
    names.push_back(ns.view.name);
  return names;
}

TEST(Gather, FindsNothingForAnOrganizationThatIsGone) {
  FilledCaches filled;
  filled.ns("acme", {"acme", "u-acme"}).fill();
  EXPECT_EQ(gather(filled.caches, kSeals, {}, "acme"), std::nullopt);
}

TEST(Gather, FindsWhatTheSpecNamesAndWhatSpeaksOfUs) {
  FilledCaches filled;
  filled.organization("acme", "u-acme", {{"homeNamespace", "home"}, {"namespaces", {"prod", "missing"}}})
      .ns("acme")
      .ns("home")
      .ns("prod")
      .ns("by-label", {"acme", ""})
      .ns("by-uid", {"", "u-acme"})
      .ns("former", {"acme", "u-former"})
      .ns("other", {"globex", "u-globex"})
      .fill();
  const auto seen = gather(filled.caches, kSeals,
                           {.protected_namespaces = {"guildhall-system", {"monitoring"}}, .identity = {}}, "acme");
  ASSERT_TRUE(seen);
  EXPECT_THAT(names_of(*seen), ElementsAre("by-label", "by-uid", "former", "home", "prod"));
  EXPECT_TRUE(is_protected("monitoring", seen->protected_namespaces));
}

struct HolderCase {
  std::string name;
  Claim claim;
  bool exists;
};

class GatherHolder : public testing::TestWithParam<HolderCase> {};

TEST_P(GatherHolder, IsAnotherOrganizationThatExists) {
  FilledCaches filled;
  filled.organization("acme", "u-acme", {{"namespaces", {"prod"}}})
      .organization("globex", "u-globex")
      .ns("prod", GetParam().claim)
      .fill();
  const auto seen = gather(filled.caches, kSeals, {}, "acme");
  ASSERT_THAT(seen->namespaces, SizeIs(1));
  EXPECT_EQ(seen->namespaces.front().holder_exists, GetParam().exists);
}

INSTANTIATE_TEST_SUITE_P(Claims, GatherHolder,
                         testing::Values(HolderCase{"NoClaim", {}, false},
                                         HolderCase{"OurOwn", {"acme", "u-acme"}, false},
                                         HolderCase{"OurFormerSelf", {"acme", "u-former"}, false},
                                         HolderCase{"ByUidAndName", {"globex", "u-globex"}, true},
                                         HolderCase{"ByUidAlone", {"", "u-globex"}, true},
                                         HolderCase{"ByUidUnderOurName", {"acme", "u-globex"}, true},
                                         HolderCase{"RestoredWithAnotherUid", {"globex", "u-before"}, true},
                                         HolderCase{"GoneForGood", {"initech", "u-initech"}, false}),
                         [](const auto& info) { return info.param.name; });

TEST(Gather, TakesTheChildrenOfTheHomeInTheirSmallForm) {
  FilledCaches filled;
  filled.organization("acme", "u-acme", {{"namespaces", {"prod"}}})
      .ns("acme", {"acme", "u-acme"})
      .member("acme", "ada")
      .member("prod", "bob")
      .api_key("acme", "grafana")
      .api_key("prod", "stray")
      .role("acme", "acme")
      .role("prod", "acme")
      .fill();
  const auto seen = gather(filled.caches, kSeals, {}, "acme");
  ASSERT_TRUE(seen);
  EXPECT_THAT(seen->members, ElementsAre(SeenMember{.name = "ada",
                                                    .uid = "m-ada",
                                                    .version = seen->members.front().version,
                                                    .role = api::MemberRole::Admin,
                                                    .standing = Standing::NotAccepted,
                                                    .subjects = {{"User", "ada@acme.example", ""}}}));
  EXPECT_THAT(seen->api_keys, ElementsAre(SeenApiKey{.name = "grafana",
                                                     .phase = ApiKeyPhase::Active,
                                                     .secret_name = "x-secret",
                                                     .secret_namespaces = {"acme", "prod"},
                                                     .has_tokens = true,
                                                     .has_finalizer = true}));
  ASSERT_THAT(seen->roles, SizeIs(2)) << "a stray Role of ours is to be removed";
  EXPECT_EQ(seen->roles.front().owner_uid, "u-acme");
}

TEST(Gather, JudgesEachMember) {
  FilledCaches filled;
  filled.organization("acme", "u-acme").ns("acme", {"acme", "u-acme"});
  filled.accepted_member("acme", "ada")
      .accepted_member("acme", "bob", {{"spec", {{"state", "Inactive"}}}})
      .accepted_member("acme", "eve", {{"metadata", {{"deletionTimestamp", "2026-11-24T10:00:00Z"}}}})
      .member("acme", "forger", {{"metadata", {{"annotations", {{kAcceptedAnnotation, "true"}}}}}})
      .accepted_member(
          "acme", "younger",
          {{"metadata", {{"creationTimestamp", "2026-11-24T11:00:00Z"}}}, {"spec", {{"email", "ada@acme.example"}}}})
      .accepted_member(
          "acme", "next",
          {{"metadata", {{"creationTimestamp", "2026-11-24T11:00:00Z"}}}, {"spec", {{"email", "eve@acme.example"}}}})
      .accepted_member(
          "acme", "last",
          {{"metadata", {{"creationTimestamp", "2026-11-24T12:00:00Z"}}}, {"spec", {{"email", "eve@acme.example"}}}})
      .fill();
  std::map<std::string, Standing> standings;
  const auto seen = gather(filled.caches, kSeals, {}, "acme");
  for (const auto& member : seen->members)
    standings[member.name] = member.standing;
  EXPECT_EQ(standings, (std::map<std::string, Standing>{{"ada", Standing::InForce},
                                                        {"bob", Standing::Inactive},
                                                        {"eve", Standing::Leaving},
                                                        {"forger", Standing::NotAccepted},
                                                        {"last", Standing::Duplicate},
                                                        {"next", Standing::InForce},
                                                        {"younger", Standing::Duplicate}}));
}

// In whatever order they are met: one that goes gives its email to the oldest of the others, and to no more.
TEST(Gather, LetsOneMemberHaveTheEmailOfThoseThatGo) {
  FilledCaches filled;
  filled.organization("acme", "u-acme").ns("acme", {"acme", "u-acme"});
  const auto put = [&](int age, bool goes) {
    nlohmann::json metadata = {{"creationTimestamp", fmt::format("2026-11-24T{:02}:00:00Z", 23 - age)}};
    if (goes) metadata["deletionTimestamp"] = "2026-11-24T23:30:00Z";
    filled.accepted_member("acme", fmt::format("m{}", age),
                           {{"metadata", std::move(metadata)}, {"spec", {{"email", "eve@acme.example"}}}});
  };
  for (int age = 0; age < 20; ++age)
    put(age, age >= 5);
  filled.fill();
  const auto seen = gather(filled.caches, kSeals, {}, "acme");
  std::vector<std::string> in_force;
  for (const auto& member : seen->members) {
    if (member.standing == Standing::InForce) in_force.push_back(member.name);
  }
  EXPECT_THAT(in_force, ElementsAre("m4"));
}

TEST(Gather, FindsBindingsByOwnerAndWhatStandsInTheNamespaces) {
  FilledCaches filled;
  filled.organization("acme", "u-acme")
      .ns("acme", {"acme", "u-acme"})
      .binding({"acme", "guildhall:x"}, "globex", "x", {})
      .binding({"elsewhere", "guildhall:x"}, "acme", "x", {})
      .binding({"elsewhere", "guildhall:y"}, "globex", "y", {})
      .binding({"", "guildhall:acme:member"}, "globex", "z", {})
      .binding({"", "guildhall:acme:old"}, "acme", "z", {})
      .binding({"", "guildhall:globex:member"}, "globex", "z", {})
      .fill();
  std::vector<std::string> names;
  const auto seen = gather(filled.caches, kSeals, {}, "acme");
  for (const auto& binding : seen->bindings)
    names.push_back(binding.key.to_string());
  EXPECT_THAT(names, testing::UnorderedElementsAre("acme/guildhall:x", "elsewhere/guildhall:x", "guildhall:acme:member",
                                                   "guildhall:acme:old"));
}

/// With ada bound in the home, and nothing else to be done but for the cluster's bindings.
FilledCaches& fill_bound(FilledCaches& filled, const Subjects& in_home) {
  filled.organization("acme", "u-acme").ns("acme", {"acme", "u-acme"}).accepted_member("acme", "ada");
  filled.binding({"acme", "guildhall:guildhall-organization-admin"}, "acme", "guildhall-organization-admin", in_home)
      .fill();
  return filled;
}

std::vector<std::string> told(const core::Result<runtime::Work>& work) {
  std::vector<std::string> actions;
  for (const auto& entry : work->plan.audit)
    actions.push_back(std::string(entry.action.text()));
  return actions;
}

TEST(OrganizationReconciler, TellsOfABindingThatChangedSinceTheLastLook) {
  const Subjects ada{{"User", "ada@acme.example", ""}};
  FilledCaches filled;
  fill_bound(filled, ada);
  Reconciler reconciler(filled.caches, {.sealer = kSeals, .read = {}}, {});
  EXPECT_THAT(told(reconciler.reconcile({"", "acme"}, {}, {})),
              testing::Not(testing::Contains("OrganizationBindingRepaired")));
  filled.change_binding({"acme", "guildhall:guildhall-organization-admin"}, {{"User", "eve", ""}});
  EXPECT_THAT(told(reconciler.reconcile({"", "acme"}, {}, {})), testing::Contains("OrganizationBindingRepaired"));
}

TEST(OrganizationReconciler, DoesNotTellOfItsOwnWrites) {
  FilledCaches filled;
  fill_bound(filled, {{"User", "bob@acme.example", ""}});
  Reconciler reconciler(filled.caches, {.sealer = kSeals, .read = {}}, {});
  ASSERT_THAT(reconciler.reconcile({"", "acme"}, {}, {})->plan.apply, testing::Not(IsEmpty()));
  filled.change_binding({"acme", "guildhall:guildhall-organization-admin"}, {{"User", "ada@acme.example", ""}});
  EXPECT_THAT(told(reconciler.reconcile({"", "acme"}, {}, {})),
              testing::Not(testing::Contains("OrganizationBindingRepaired")));
}

TEST(OrganizationReconciler, LooksAtTheServerForABindingThatCannotBeWritten) {
  FilledCaches filled;
  filled.organization("acme", "u-acme").ns("acme", {"acme", "u-acme"}).accepted_member("acme", "ada").fill();
  std::vector<std::string> looked;
  Reconciler reconciler(
      filled.caches,
      {.sealer = kSeals,
       .read = [&](const core::ResourceType& type, const core::ObjectKey& at) -> core::Result<nlohmann::json> {
         looked.push_back(core::describe(type, at));
         return nlohmann::json::parse(R"({"metadata": {"name": "guildhall:guildhall-organization-admin",
                             "namespace": "acme", "uid": "b-9"}, "roleRef": {"kind": "ClusterRole", "name": "view"}})");
       }},
      {});
  const auto work = reconciler.reconcile({"", "acme"},
                                         {{.object = "RoleBinding acme/guildhall:guildhall-organization-admin",
                                           .kind = core::ErrorKind::Invalid,
                                           .message = "no"}},
                                         {});
  EXPECT_THAT(looked, ElementsAre("RoleBinding acme/guildhall:guildhall-organization-admin"));
  ASSERT_THAT(work->plan.remove, SizeIs(1));
  EXPECT_EQ(work->plan.remove.front().uid, "b-9");
}

TEST(OrganizationReconciler, JoinsWhatIsSeenAndWhatIsPlanned) {
  FilledCaches filled;
  filled.organization("acme", "u-acme").ns("acme").fill();
  Reconciler reconciler(filled.caches, {.sealer = kSeals, .read = {}}, {});
  const auto work = reconciler.reconcile({"", "acme"}, {}, *core::parse_timestamp("2026-11-24T10:00:00Z"));
  ASSERT_TRUE(work);
  ASSERT_TRUE(work->primary);
  EXPECT_EQ(work->primary->uid, "u-acme");
  EXPECT_THAT(work->primary->finalizers, IsEmpty());
  EXPECT_EQ(work->plan.finalizer, core::FinalizerChange::Add);
  EXPECT_THAT(work->plan.apply, SizeIs(1));
  EXPECT_EQ(reconciler.finalizer(), "guildhall.dev/organization");
}

TEST(OrganizationReconciler, HasNothingToDoForOneThatIsGone) {
  FilledCaches filled;
  filled.fill();
  Reconciler reconciler(filled.caches, {.sealer = kSeals, .read = {}}, {});
  const auto work = reconciler.reconcile({"", "acme"}, {}, {});
  ASSERT_TRUE(work);
  EXPECT_FALSE(work->primary);
  EXPECT_TRUE(work->plan.writes_nothing());
}

}  // namespace
}  // namespace guildhall::controllers::organization
