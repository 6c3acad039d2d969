// What a Member's plan is made from, out of the caches.
#include "controllers/member/gather.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controllers/legible_seals.hpp"
#include "tests/unit/controllers/member/filled_caches.hpp"

namespace guildhall::controllers::member {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const LegibleSeals kSeals;

class MemberGather : public testing::Test {
 protected:
  MemberGather() {
    filled.organization("acme", {{"namespaces", {"prod", "absent", "elsewhere"}}, {"adminOnlyNamespaces", {"prod"}}})
        .ns("acme", "acme")
        .ns("prod", "acme")
        .ns("elsewhere", "globex")
        .member("jane");
  }
  [[nodiscard]] Observed seen(const std::string& name) {
    filled.fill();
    return *gather(filled.caches, kSeals, {}, {"acme", name}, core::Timestamp{});
  }

  FilledCaches filled;
};

TEST_F(MemberGather, FindsNothingOfOneThatIsGone) {
  filled.fill();
  EXPECT_FALSE(gather(filled.caches, kSeals, {}, {"acme", "nobody"}, {}));
}

TEST_F(MemberGather, FindsItsOrganizationAndThatItHasAccepted) {
  const Observed jane = seen("jane");
  EXPECT_EQ(jane.home, HomeState::Claimed);
  EXPECT_EQ(jane.organization_name, "acme");
  EXPECT_EQ(jane.standing, Standing::InForce);
  EXPECT_THAT(jane.subjects, ElementsAre(organization::Subject{"User", "jane@acme.example", ""}));
  EXPECT_EQ(jane.candidate_acceptance, "") << "it needs none";
}

TEST_F(MemberGather, KnowsWhetherItsNamespaceIsBeingDeleted) {
  EXPECT_FALSE(seen("jane").is_closing);
  FilledCaches going;
  going.organization("acme").ns("acme", "acme").closing().member("jane").fill();
  EXPECT_TRUE(gather(going.caches, kSeals, {}, {"acme", "jane"}, {})->is_closing);
}

TEST_F(MemberGather, NamesTheBindingsThatItLacksInTheNamespacesThatAreHeld) {
  EXPECT_THAT(seen("jane").bound.missing, ElementsAre("ClusterRoleBinding guildhall:acme:member",
                                                      "RoleBinding acme/guildhall:guildhall-organization-editor",
                                                      "RoleBinding prod/guildhall:guildhall-deployments-viewer"));
}

TEST_F(MemberGather, FindsWhoSignedUpForTheOrganizationThatItFounded) {
  filled.signed_up("jane@acme.example").member("bob");
  const Observed jane = seen("jane");
  EXPECT_TRUE(jane.enrolment.is_founder);
  EXPECT_EQ(jane.enrolment.signed_up, "jane@acme.example");
  const Observed bob = *gather(filled.caches, kSeals, {}, {"acme", "bob"}, core::Timestamp{});
  EXPECT_FALSE(bob.enrolment.is_founder);
  EXPECT_EQ(bob.enrolment.signed_up, "");
}

TEST_F(MemberGather, FindsItsRoleBound) {
  filled.binding({"", "guildhall:acme:member"}, {"jane@acme.example"})
      .binding({"acme", "guildhall:guildhall-organization-editor"}, {"bob@acme.example", "jane@acme.example"})
      .binding({"prod", "guildhall:guildhall-deployments-viewer"}, {"jane@acme.example"});
  EXPECT_EQ(seen("jane").bound, (BoundRole{.missing = {}, .surplus = {}, .places = 2}));
}

TEST_F(MemberGather, FindsWhatItHasAndShouldNot) {
  filled.binding({"", "guildhall:acme:admin"}, {"jane@acme.example"})
      .binding({"acme", "guildhall:guildhall-organization-admin"}, {"jane@acme.example"})
      .binding({"prod", "guildhall:guildhall-deployments-editor"}, {"bob@acme.example"});
  EXPECT_THAT(seen("jane").bound.surplus, ElementsAre("ClusterRoleBinding guildhall:acme:admin",
                                                      "RoleBinding acme/guildhall:guildhall-organization-admin"));
}

TEST_F(MemberGather, TakesNoOffenceAtWhatAnotherMemberHasWithTheSameSubject) {
  filled
      .member("twin",
              {{"role", "Admin"}, {"subjects", json::array({{{"kind", "User"}, {"name", "jane@acme.example"}}})}})
      .binding({"acme", "guildhall:guildhall-organization-admin"}, {"jane@acme.example"});
  EXPECT_THAT(seen("jane").bound.surplus, IsEmpty());
}

TEST_F(MemberGather, TakesNoOffenceAtFurtherRolesOfItsRole) {
  FilledCaches other;
  other.organization("acme", {{"roles", {{"editor", {{"clusterRoles", {"grafana"}}}}}}})
      .ns("acme", "acme")
      .member("jane")
      .binding({"acme", "guildhall:grafana"}, {"jane@acme.example"})
      .fill();
  EXPECT_THAT(gather(other.caches, kSeals, {}, {"acme", "jane"}, {})->bound.surplus, IsEmpty());
}

TEST_F(MemberGather, WantsNothingForTheInactive) {
  filled.member("bob", {{"state", "Inactive"}})
      .binding({"acme", "guildhall:guildhall-organization-editor"}, {"bob@acme.example"});
  const Observed bob = seen("bob");
  EXPECT_EQ(bob.standing, Standing::Inactive);
  EXPECT_THAT(bob.bound.missing, IsEmpty());
  EXPECT_THAT(bob.bound.surplus, ElementsAre("RoleBinding acme/guildhall:guildhall-organization-editor"));
}

TEST_F(MemberGather, FindsTheOlderMemberOfTheSameEmail) {
  filled.member("first", {{"email", "jane@acme.example"}}, 5);
  const Observed jane = seen("jane");
  EXPECT_EQ(jane.older_namesake, "first");
  EXPECT_EQ(jane.standing, Standing::Duplicate);
  EXPECT_EQ(gather(filled.caches, kSeals, {}, {"acme", "first"}, {})->older_namesake, "");
}

TEST_F(MemberGather, HasAnAcceptanceReadyForWhoHasNone) {
  filled.invited_member("kim");
  const Observed kim = seen("kim");
  EXPECT_EQ(kim.standing, Standing::NotAccepted);
  api::Member accepted = kim.member;
  accepted.metadata.annotations[organization::kAcceptedAnnotation] = kim.candidate_acceptance;
  const auto judged = organization::judge_acceptance(kSeals, "acme", accepted);
  ASSERT_TRUE(judged.acceptance);
  EXPECT_EQ(judged.acceptance->created_at, kim.member.metadata.creation_timestamp);
}

TEST_F(MemberGather, FindsItsOwnRole) {
  filled.self_role("jane");
  const Observed jane = seen("jane");
  EXPECT_TRUE(jane.self_role);
  EXPECT_TRUE(jane.self_binding);
}

}  // namespace
}  // namespace guildhall::controllers::member
