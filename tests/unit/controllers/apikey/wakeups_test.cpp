#include "controllers/apikey/wakeups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/apikey/names.hpp"
#include "tests/unit/controllers/apikey/filled_caches.hpp"

namespace guildhall::controllers::apikey {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

core::ObjectKey key(const char* name) {
  return {"acme", name};
}

/// `waiting` waits for room under the quota; `copied` has a copy in prod; `owned` is Jane's; `renamed` wants the
/// Secret shared.
class ApiKeyWakeups : public testing::Test {
 protected:
  void SetUp() override {
    filled.organization("acme", {{"namespaces", {"prod"}}})
        .organization("globex")
        .ns("acme", "acme")
        .ns("prod", "acme")
        .member("jane")
        .api_key("copied", 3, {{"spec", {{"secret", {{"namespaces", {"prod"}}}}}}})
        .api_key("owned", 3, {{"spec", {{"owner", {{"name", "jane"}}}}}})
        .api_key("renamed", 3, {{"spec", {{"secret", {{"name", "shared"}}}}}})
        .api_key("waiting", 1, json::parse(R"({"status": {"phase": "Pending", "conditions": [{"type": "Ready",
          "status": "False", "reason": "QuotaExceeded", "message": "x", "lastTransitionTime": "2026-11-24T10:00:00Z"}]}})"))
        .secret("shared")
        .fill();
  }
  [[nodiscard]] api::ApiKey api_key(const char* name) const { return *filled.api_keys.get(key(name)); }

  FilledCaches filled;
};

TEST_F(ApiKeyWakeups, ASecretWakesThoseThatWantItsPlace) {
  const SecretView shared = *filled.secrets.get(key("shared"));
  EXPECT_THAT(wakened_by_secret(filled.caches, nullptr, &shared), ElementsAre(key("renamed")));
  EXPECT_THAT(wakened_by_secret(filled.caches, &shared, nullptr), ElementsAre(key("renamed")));
  SecretView copy = shared;
  copy.key = {"prod", "copied"};
  EXPECT_THAT(wakened_by_secret(filled.caches, &copy, nullptr), ElementsAre(key("copied")));
}

TEST_F(ApiKeyWakeups, ASecretWakesTheKeyThatItSaysItIsOf) {
  SecretView stray = *filled.secrets.get(key("shared"));
  stray.key = {"prod", "left-behind"};
  stray.payload_text = to_text(payload_of("acme/owned", stray.key));
  EXPECT_THAT(wakened_by_secret(filled.caches, nullptr, &stray), ElementsAre(key("owned")));
}

TEST_F(ApiKeyWakeups, ASecretWakesTheKeyWhoseUidItBears) {
  SecretView stray = *filled.secrets.get(key("shared"));
  stray.key = {"prod", "planted"};
  stray.annotations[kOwnerUidAnnotation] = "k-owned";
  EXPECT_THAT(wakened_by_secret(filled.caches, nullptr, &stray), ElementsAre(key("owned")));
  stray.annotations.clear();
  stray.owner_uids = {"k-copied"};
  EXPECT_THAT(wakened_by_secret(filled.caches, nullptr, &stray), ElementsAre(key("copied")));
}

TEST_F(ApiKeyWakeups, AnOrganizationWakesTheKeysOfItsHomeWhenItsSpecChanges) {
  const api::Organization before = *filled.organizations.get({"", "acme"});
  api::Organization after = before;
  after.status.api_keys.emplace().total = 7;
  EXPECT_THAT(wakened_by_organization(filled.caches, &before, &after), IsEmpty()) << "counts change with every key";
  after.spec.api_keys.max_keys = 2;
  const auto all = ElementsAre(key("copied"), key("owned"), key("renamed"), key("waiting"));
  EXPECT_THAT(wakened_by_organization(filled.caches, &before, &after), all);
  EXPECT_THAT(wakened_by_organization(filled.caches, &before, nullptr), all);
  const api::Organization other = *filled.organizations.get({"", "globex"});
  EXPECT_THAT(wakened_by_organization(filled.caches, nullptr, &other), IsEmpty());
}

TEST_F(ApiKeyWakeups, ANamespaceWakesItsKeysAndThoseWithACopyThereWhenItsClaimChanges) {
  const organization::NamespaceView before = *filled.namespaces.get({"", "prod"});
  organization::NamespaceView after = before;
  after.resource_version = "2";
  EXPECT_THAT(wakened_by_namespace(filled.caches, &before, &after), IsEmpty());
  after.claim = {};
  EXPECT_THAT(wakened_by_namespace(filled.caches, &before, &after), ElementsAre(key("copied")));
  after = before;
  after.deleting = true;
  EXPECT_THAT(wakened_by_namespace(filled.caches, &before, &after), ElementsAre(key("copied")));
  const organization::NamespaceView home = *filled.namespaces.get({"", "acme"});
  EXPECT_THAT(wakened_by_namespace(filled.caches, &home, nullptr),
              ElementsAre(key("copied"), key("owned"), key("renamed"), key("waiting")));
}

TEST_F(ApiKeyWakeups, AMemberWakesWhatItOwns) {
  const api::Member before = *filled.members.get(key("jane"));
  api::Member after = before;
  after.spec.display_name = "Jane Doe";
  EXPECT_THAT(wakened_by_member(filled.caches, &before, &after), IsEmpty());
  after.spec.state = api::MemberState::Inactive;
  EXPECT_THAT(wakened_by_member(filled.caches, &before, &after), ElementsAre(key("owned")));
  EXPECT_THAT(wakened_by_member(filled.caches, &before, nullptr), ElementsAre(key("owned")));
}

TEST_F(ApiKeyWakeups, AKeyThatGivesItsRoomAwayWakesThoseThatWaitForIt) {
  const api::ApiKey before = api_key("owned");
  api::ApiKey after = before;
  after.status.phase = api::ApiKeyPhase::Active;
  EXPECT_THAT(wakened_by_api_key(filled.caches, &before, &after), IsEmpty());
  after.status.phase = api::ApiKeyPhase::Expired;
  EXPECT_THAT(wakened_by_api_key(filled.caches, &before, &after), ElementsAre(key("waiting")));
  after.status.phase = api::ApiKeyPhase::Revoked;
  EXPECT_THAT(wakened_by_api_key(filled.caches, &before, &after), ElementsAre(key("waiting")));
  EXPECT_THAT(wakened_by_api_key(filled.caches, &before, nullptr), ElementsAre(key("owned"), key("waiting")));
  EXPECT_THAT(wakened_by_api_key(filled.caches, nullptr, &before), IsEmpty());
}

TEST_F(ApiKeyWakeups, AKeyThatLetsANameGoWakesThoseThatWantIt) {
  const api::ApiKey before = api_key("renamed");
  api::ApiKey after = before;
  after.spec.secret->name = "other";
  EXPECT_THAT(wakened_by_api_key(filled.caches, &before, &after), ElementsAre(key("renamed")));
}

TEST_F(ApiKeyWakeups, ADeploymentWakesThoseThatSelectByLabels) {
  FilledCaches selecting;
  selecting.organization("acme", {{"namespaces", {"prod"}}})
      .ns("acme", "acme")
      .ns("prod", "acme")
      .ns("other", "")
      .api_key("all", 1)
      .api_key("some", 1,
               json::parse(R"({"spec": {"deployments": {"all": null, "selector": {"matchLabels": {"a": "b"}}}}})"))
      .fill();
  const organization::DeploymentView before{.key = {"prod", "main"}, .name = "main"};
  organization::DeploymentView after = before;
  after.url = "http://main";
  EXPECT_THAT(wakened_by_deployment(selecting.caches, &before, &after), IsEmpty()) << "its labels are the same";
  after.labels = {{"a", "b"}};
  EXPECT_THAT(wakened_by_deployment(selecting.caches, &before, &after), ElementsAre(key("some")));
  EXPECT_THAT(wakened_by_deployment(selecting.caches, &before, nullptr), ElementsAre(key("some")));
  after.key.ns = "other";
  EXPECT_THAT(wakened_by_deployment(selecting.caches, nullptr, &after), IsEmpty()) << "nobody has it";
  EXPECT_THAT(keys_with_selectors(selecting.caches), ElementsAre(key("some")));
}

/// acme over prod, with the key grafana.
void fill_edge(FilledCaches& edge) {
  edge.organization("acme", {{"namespaces", {"prod"}}})
      .ns("acme", "acme")
      .ns("prod", "acme")
      .api_key("grafana", 1)
      .fill();
}

TEST_F(ApiKeyWakeups, AVmUserWakesTheKeyThatItLetsInWhoeverOwnsIt) {
  FilledCaches edge;
  fill_edge(edge);
  VmUserView before;
  before.key = {"prod", "grafana-1"};
  before.organization = "acme";
  before.owner_uid = "u-acme";
  before.api_key = "grafana";
  VmUserView after = before;
  after.resource_version = "9";
  EXPECT_THAT(wakened_by_vmuser(edge.caches, &before, &after), IsEmpty());
  after.update_status = "operational";
  EXPECT_THAT(wakened_by_vmuser(edge.caches, &before, &after), ElementsAre(key("grafana")));
  after.organization.clear();
  after.owner_uid.clear();
  EXPECT_THAT(wakened_by_vmuser(edge.caches, &after, nullptr), ElementsAre(key("grafana"))) << "a restore leaves it so";
  after.key.ns = "elsewhere";
  EXPECT_THAT(wakened_by_vmuser(edge.caches, nullptr, &after), IsEmpty());
}

TEST_F(ApiKeyWakeups, ASecretOfVmauthWakesTheKeysOfItsOrganizationWhoeverOwnsIt) {
  FilledCaches edge;
  fill_edge(edge);
  VmauthView before;
  before.key = {"prod", "doors"};
  before.organization = "acme";
  VmauthView after = before;
  EXPECT_THAT(wakened_by_vmauth(edge.caches, &before, &after), IsEmpty());
  after.hashes = {"ab"};
  EXPECT_THAT(wakened_by_vmauth(edge.caches, &before, &after), ElementsAre(key("grafana")));
  after.organization.clear();
  EXPECT_THAT(wakened_by_vmauth(edge.caches, nullptr, &after), ElementsAre(key("grafana"))) << "a restore leaves it so";
}

}  // namespace
}  // namespace guildhall::controllers::apikey
