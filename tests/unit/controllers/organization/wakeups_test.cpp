#include "controllers/organization/wakeups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/organization/observed.hpp"
#include "tests/unit/controllers/organization/filled_caches.hpp"

namespace guildhall::controllers::organization {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

core::ObjectKey organization(const char* name) {
  return {"", name};
}

/// Acme and Globex both want `prod`, which Acme has.
class Wakeups : public testing::Test {
 protected:
  void SetUp() override {
    filled.organization("acme", "u-acme", {{"namespaces", {"prod"}}})
        .organization("globex", "u-globex", {{"namespaces", {"prod"}}})
        .organization("initech", "u-initech")
        .ns("acme", {"acme", "u-acme"})
        .ns("prod", {"acme", "u-acme"})
        .ns("unlabelled", {"", "u-initech"})
        .member("acme", "ada")
        .api_key("acme", "grafana")
        .api_key("nowhere", "stray")
        .role("acme", "acme")
        .fill();
  }

  FilledCaches filled;
};

TEST_F(Wakeups, ANamespaceWakesThoseItSpeaksOfAndThoseThatNameIt) {
  const NamespaceView free{
      .name = "prod", .uid = "n", .resource_version = "1", .claim = {}, .created_for_uid = {}, .releasing_since = {}};
  NamespaceView held = free;
  held.claim = {"initech", "u-initech"};
  EXPECT_THAT(wakened_by_namespace(filled.caches, nullptr, &free),
              ElementsAre(organization("acme"), organization("globex")));
  EXPECT_THAT(wakened_by_namespace(filled.caches, &held, &free),
              ElementsAre(organization("acme"), organization("globex"), organization("initech")));
  EXPECT_THAT(wakened_by_namespace(filled.caches, &held, nullptr),
              ElementsAre(organization("acme"), organization("globex"), organization("initech")));
}

TEST_F(Wakeups, ANamespaceWithoutItsLabelWakesTheOneOfItsUid) {
  const NamespaceView before{.name = "x",
                             .uid = "n",
                             .resource_version = "1",
                             .claim = {"nobody", "u-initech"},
                             .created_for_uid = {},
                             .releasing_since = {}};
  NamespaceView after = before;
  after.claim.organization.clear();
  EXPECT_THAT(wakened_by_namespace(filled.caches, &before, &after),
              ElementsAre(organization("initech"), organization("nobody")));
}

TEST_F(Wakeups, ANamespaceWhoseOtherPartsChangeWakesNobody) {
  const NamespaceView before = *filled.namespaces.get({"", "prod"});
  NamespaceView after = before;
  after.resource_version = "99";
  EXPECT_THAT(wakened_by_namespace(filled.caches, &before, &after), IsEmpty());
}

TEST_F(Wakeups, AnOrganizationThatGoesWakesThoseThatNameWhatItHeld) {
  const auto acme = filled.organizations.get(organization("acme"));
  EXPECT_THAT(wakened_by_organization(filled.caches, acme.get(), acme.get()), ElementsAre(organization("acme")));
  EXPECT_THAT(wakened_by_organization(filled.caches, acme.get(), nullptr),
              ElementsAre(organization("acme"), organization("globex")));
  api::Organization restored = *acme;
  restored.metadata.uid = "u-restored";
  EXPECT_THAT(wakened_by_organization(filled.caches, acme.get(), &restored),
              ElementsAre(organization("acme"), organization("globex")));
}

TEST_F(Wakeups, AChildWakesTheOneThatHasItsNamespaceIfItCounts) {
  const auto ada = filled.members.get({"acme", "ada"});
  const auto grafana = filled.api_keys.get({"acme", "grafana"});
  EXPECT_THAT(wakened_by_member(filled.caches, nullptr, ada.get()), ElementsAre(organization("acme")));
  EXPECT_THAT(wakened_by_api_key(filled.caches, grafana.get(), nullptr), ElementsAre(organization("acme")));
  api::ApiKey used = *grafana;
  used.status.last_used_at = core::Timestamp{};
  EXPECT_THAT(wakened_by_api_key(filled.caches, grafana.get(), &used), IsEmpty()) << "a use is no news";
  api::ApiKey revoked = *grafana;
  revoked.status.phase = ApiKeyPhase::Revoked;
  EXPECT_THAT(wakened_by_api_key(filled.caches, grafana.get(), &revoked), ElementsAre(organization("acme")));
  const auto stray = filled.api_keys.get({"nowhere", "stray"});
  EXPECT_THAT(wakened_by_api_key(filled.caches, nullptr, stray.get()), IsEmpty());
}

TEST_F(Wakeups, ARoleWakesItsOwnerAndTheOneThatHasItsNamespace) {
  const auto role = filled.roles.get({"acme", "guildhall:api-key-secrets"});
  EXPECT_THAT(wakened_by_role(filled.caches, role.get(), nullptr), ElementsAre(organization("acme")));
  RoleView strange = *role;
  strange.owner_name = "globex";
  EXPECT_THAT(wakened_by_role(filled.caches, role.get(), &strange),
              ElementsAre(organization("acme"), organization("globex")));
}

TEST_F(Wakeups, ABindingDoesLikewise) {
  BindingView binding;
  binding.key = {"acme", "guildhall:x"};
  binding.owner_name = "globex";
  EXPECT_THAT(wakened_by_binding(filled.caches, nullptr, &binding),
              ElementsAre(organization("acme"), organization("globex")));
  binding.key.ns.clear();
  EXPECT_THAT(wakened_by_binding(filled.caches, &binding, nullptr), ElementsAre(organization("globex")));
}

TEST_F(Wakeups, AMembersPhaseCountsAndItsOtherStatusDoesNot) {
  const auto ada = filled.members.get({"acme", "ada"});
  api::Member said = *ada;
  said.status.last_action = "updated ApiKey grafana";
  EXPECT_THAT(wakened_by_member(filled.caches, ada.get(), &said), IsEmpty());
  said.status.phase = api::MemberPhase::ExpiredInvitation;
  EXPECT_THAT(wakened_by_member(filled.caches, ada.get(), &said), ElementsAre(organization("acme")));
}

}  // namespace
}  // namespace guildhall::controllers::organization
