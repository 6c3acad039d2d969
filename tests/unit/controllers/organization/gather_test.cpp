#include "controllers/organization/gather.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/reconciler.hpp"
#include "controllers/organization/small_forms.hpp"
#include "tests/unit/controllers/organization/filled_caches.hpp"

namespace guildhall::controllers::organization {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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
  EXPECT_EQ(gather(filled.caches, "acme", {}, {}), std::nullopt);
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
  const auto seen = gather(filled.caches, "acme", {"guildhall-system", {"monitoring"}}, {});
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
  const auto seen = gather(filled.caches, "acme", {}, {});
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
  const auto seen =
      gather(filled.caches, "acme", {}, {{.object = "Role x", .kind = core::ErrorKind::Forbidden, .message = "no"}});
  ASSERT_TRUE(seen);
  EXPECT_THAT(seen->members, ElementsAre(SeenMember{.role = api::MemberRole::Admin, .inactive = false, .phase = {}}));
  EXPECT_THAT(seen->api_keys, ElementsAre(SeenApiKey{.name = "grafana",
                                                     .phase = ApiKeyPhase::Active,
                                                     .secret_name = "x-secret",
                                                     .secret_namespaces = {"acme", "prod"},
                                                     .has_tokens = true,
                                                     .has_finalizer = true}));
  ASSERT_TRUE(seen->key_secrets_role);
  EXPECT_EQ(seen->key_secrets_role->key.ns, "acme");
  EXPECT_EQ(seen->key_secrets_role->owner_uid, "u-acme");
  EXPECT_THAT(seen->failures, SizeIs(1));
}

TEST(SmallForm, AMemberThatIsBeingDeletedIsInactive) {
  api::Member member;
  EXPECT_FALSE(small_form(member).inactive);
  member.metadata.deletion_timestamp = core::Timestamp{};
  EXPECT_TRUE(small_form(member).inactive);
}

TEST(OrganizationReconciler, JoinsWhatIsSeenAndWhatIsPlanned) {
  FilledCaches filled;
  filled.organization("acme", "u-acme").ns("acme").fill();
  Reconciler reconciler(filled.caches, {});
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
  Reconciler reconciler(filled.caches, {});
  const auto work = reconciler.reconcile({"", "acme"}, {}, {});
  ASSERT_TRUE(work);
  EXPECT_FALSE(work->primary);
  EXPECT_TRUE(work->plan.writes_nothing());
}

}  // namespace
}  // namespace guildhall::controllers::organization
