// Which Members a change concerns.
#include "controllers/member/wakeups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controllers/member/filled_caches.hpp"

namespace guildhall::controllers::member {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

core::ObjectKey key(const std::string& name) {
  return {"acme", name};
}

class MemberWakeups : public testing::Test {
 protected:
  MemberWakeups() {
    filled.organization("acme", {{"namespaces", {"prod"}}})
        .ns("acme", "acme")
        .ns("prod", "acme")
        .ns("free")
        .member("ada")
        .member("jane")
        .member("jane-again", {{"email", "jane@acme.example"}})
        .binding({"prod", "guildhall:x"}, {"ada@acme.example"})
        .binding({"", "guildhall:acme:member"}, {"ada@acme.example"})
        .self_role("jane")
        .fill();
  }

  FilledCaches filled;
};

TEST_F(MemberWakeups, AMemberConcernsThoseOfItsEmailAndSubjects) {
  const auto jane = filled.members.get(key("jane"));
  EXPECT_THAT(wakened_by_member(filled.caches, {}, nullptr, jane.get()),
              UnorderedElementsAre(key("jane"), key("jane-again")));
  api::Member said = *jane;
  said.status.phase = api::MemberPhase::Active;
  EXPECT_THAT(wakened_by_member(filled.caches, {}, jane.get(), &said), IsEmpty());
}

TEST_F(MemberWakeups, AnOrganizationConcernsAllOfItsHomeWhenItsSpecChanges) {
  const auto acme = filled.organizations.get({"", "acme"});
  EXPECT_EQ(wakened_by_organization(filled.caches, nullptr, acme.get()).size(), 3U);
  api::Organization counted = *acme;
  counted.status.home_namespace = "acme";
  EXPECT_THAT(wakened_by_organization(filled.caches, acme.get(), &counted), IsEmpty());
  counted.spec.state = api::OrganizationState::Suspended;
  EXPECT_EQ(wakened_by_organization(filled.caches, acme.get(), &counted).size(), 3U);
}

TEST_F(MemberWakeups, AClaimConcernsAllOfTheHome) {
  const auto prod = filled.namespaces.get({"", "prod"});
  organization::NamespaceView unclaimed = *prod;
  unclaimed.claim = {};
  EXPECT_EQ(wakened_by_namespace(filled.caches, &unclaimed, prod.get()).size(), 3U);
  organization::NamespaceView labelled = *prod;
  labelled.resource_version = "99";
  EXPECT_THAT(wakened_by_namespace(filled.caches, prod.get(), &labelled), IsEmpty());
  EXPECT_THAT(wakened_by_namespace(filled.caches, nullptr, filled.namespaces.get({"", "free"}).get()), IsEmpty());
}

TEST_F(MemberWakeups, ABindingConcernsWhoCameAndWhoLeft) {
  const auto before = filled.role_bindings.get({"prod", "guildhall:x"});
  organization::BindingView after = *before;
  after.subjects.push_back({"User", "jane@acme.example", ""});
  EXPECT_THAT(wakened_by_binding(filled.caches, before.get(), &after),
              UnorderedElementsAre(key("jane"), key("jane-again")));
  EXPECT_THAT(wakened_by_binding(filled.caches, before.get(), nullptr), ElementsAre(key("ada")));
  EXPECT_THAT(wakened_by_binding(filled.caches, before.get(), before.get()), IsEmpty());
  const auto cluster = filled.cluster_role_bindings.get({"", "guildhall:acme:member"});
  EXPECT_THAT(wakened_by_binding(filled.caches, nullptr, cluster.get()), ElementsAre(key("ada")));
}

TEST_F(MemberWakeups, ItsOwnRoleAndBindingConcernTheMember) {
  const core::ObjectKey place{"acme", "guildhall:self:jane"};
  EXPECT_THAT(wakened_by_role(filled.roles.get(place).get(), nullptr), ElementsAre(key("jane")));
  EXPECT_THAT(wakened_by_binding(filled.caches, nullptr, filled.role_bindings.get(place).get()),
              ElementsAre(key("jane")));
}

TEST_F(MemberWakeups, ASecretWithALinkConcernsItsOwnerAndWhomItsNameSays) {
  const InvitationSecretView owned{.key = {"acme", "jane-invitation"},
                                   .uid = "s-1",
                                   .owner_uid = "m-jane",
                                   .owner_name = "jane",
                                   .deleting = false,
                                   .token_hash = "h"};
  EXPECT_THAT(wakened_by_invitation_secret(nullptr, &owned), ElementsAre(key("jane")));
  EXPECT_THAT(wakened_by_invitation_secret(&owned, nullptr), ElementsAre(key("jane")));
  InvitationSecretView orphan = owned;
  orphan.owner_name.clear();
  EXPECT_THAT(wakened_by_invitation_secret(&orphan, nullptr), ElementsAre(key("jane")));
  InvitationSecretView other = owned;
  other.key.name = "elsewhere";
  EXPECT_THAT(wakened_by_invitation_secret(&owned, &other), ElementsAre(key("jane")));
}

}  // namespace
}  // namespace guildhall::controllers::member
