#include "controllers/enforcement/reconciler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "controllers/apikey/caches.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/enforcement/wakeups.hpp"
#include "tests/unit/controllers/enforcement/world.hpp"
#include "tests/unit/operator/kube/cache/fill_cache.hpp"

namespace guildhall::controllers::enforcement {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class EnforcementReconciler : public ::testing::Test {
 protected:
  EnforcementReconciler() {
    apikey::add_use_indexes(api_keys_);
    add_indexes(vmauth_, vmusers_);
  }

  void fill(const api::Organization& organization, const std::vector<std::string>& keys) {
    json object = core::object_head(api::organization_type(), {"", organization.metadata.name});
    object["metadata"]["uid"] = organization.metadata.uid;
    object["metadata"]["generation"] = organization.metadata.generation;
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    object["spec"] = api::to_json(organization.spec);
    object["status"] = api::to_json(organization.status);
    tests::fill_cache(organizations_, {object});
    std::vector<json> objects;
    for (const std::string& name : keys) {
      const SeenKey one = key(name);
      json key_object = core::object_head(api::api_key_type(), {"acme", name});
      key_object["metadata"]["uid"] = "k-" + name;
      key_object["metadata"]["resourceVersion"] = "1";
      key_object["metadata"]["generation"] = 1;
      key_object["spec"] = api::to_json(one.key->spec);
      key_object["status"] = api::to_json(one.key->status);
      objects.push_back(key_object);
      standing_[{"acme", name}] = {{"type", "guildhall.dev/api-key"},
                                   {"data", {{"token", codec().to_base64("gld_" + name)}}}};
    }
    tests::fill_cache(api_keys_, objects);
    tests::fill_cache(members_, {});
    tests::fill_cache(vmauth_, vmauth_objects_);
    tests::fill_cache(vmusers_, {});
    tests::fill_cache(definitions_, definition_objects_);
  }
  void stands(const std::string& configuration, const std::string& owner = "u-acme") {
    vmauth_objects_ = {standing_secret(configuration, owner)};
    standing_[{"acme-edge", "acme-vmauth"}] = vmauth_objects_.front();
  }
  runtime::Work work() {
    auto made = reconciler_.reconcile({"", "acme"}, {}, noon());
    EXPECT_TRUE(made);
    return made ? std::move(*made) : runtime::Work{};
  }
  /// The configuration that is written.
  std::string written() {
    const runtime::Work made = work();
    if (made.plan.apply.size() != 1) return "nothing is written";
    const auto filled = made.fill_in(made.plan.apply.front());
    if (!filled) return filled.error().describe();
    EXPECT_FALSE(filled->contains("stringData"));
    return *codec().from_base64((*filled)["data"]["auth.yml"].get<std::string>());
  }

  kube::Informer<api::Organization> organizations_{api::organization_type(), {}, api::parse_organization};
  kube::Informer<api::Member> members_{api::member_type(), {}, api::parse_member};
  kube::Informer<api::ApiKey> api_keys_{api::api_key_type(), {}, api::parse_api_key};
  kube::Informer<apikey::VmauthView> vmauth_{
      core::types::secrets(), {}, [](const json& object) { return apikey::parse_vmauth_view(object, codec()); }};
  kube::Informer<apikey::VmUserView> vmusers_{apikey::vmuser_type(), {}, apikey::parse_vmuser_view};
  kube::Informer<kube::Definition> definitions_ = kube::definitions();
  std::vector<json> vmauth_objects_;
  std::vector<json> definition_objects_;
  std::map<core::ObjectKey, json> standing_;
  std::vector<std::string> read_;
  std::vector<std::string> changed_;
  std::vector<core::ObjectKey> written_;
  int version_ = 0;
  core::ErrorKind missing_ = core::ErrorKind::NotFound;
  Caches caches_{organizations_, members_, api_keys_, vmauth_, vmusers_, definitions_};
  Reconciler reconciler_{
      caches_,
      {.paths = gate::path_table(),
       .codec = codec(),
       .read = [this](const core::ResourceType&, const core::ObjectKey& at) -> core::Result<json> {
         read_.push_back(at.to_string());
         const auto found = standing_.find(at);
         if (found == standing_.end()) return core::fail(missing_, "there is none");
         return found->second;
       },
       .changed = [this](const std::string& home) { changed_.push_back(home); },
       .written = [this](const std::vector<core::ObjectKey>& organizations) { written_ = organizations; }}};
};

TEST_F(EnforcementReconciler, TakesTokensFromTheSecretsOfTheKeys) {
  fill(acme(), {"agent", "grafana"});
  const std::string text = written();
  EXPECT_THAT(text, HasSubstr("\n  bearer_token: gld_agent\n"));
  EXPECT_THAT(text, HasSubstr("\n  bearer_token: gld_grafana\n"));
  EXPECT_THAT(text, Not(HasSubstr("{{token:")));
}

TEST_F(EnforcementReconciler, TakesThemFromWhatStandsWhereItCan) {
  stands("users:\n  bearer_token: gld_agent\n");
  fill(acme(), {"agent", "grafana"});
  EXPECT_THAT(written(), HasSubstr("\n  bearer_token: gld_agent\n"));
  EXPECT_THAT(read_, ElementsAre("acme-edge/acme-vmauth", "acme/grafana"));
}

TEST_F(EnforcementReconciler, NotesWhatItHasWritten) {
  fill(acme(), {"agent"});
  const runtime::Work made = work();
  const auto filled = made.fill_in(made.plan.apply.front());
  ASSERT_TRUE(filled);
  const std::string noted = (*filled)["metadata"]["annotations"][apikey::kShapeAnnotation];
  EXPECT_EQ(noted, apikey::parse_vmauth_view(standing_secret(written()), codec())->shape);
}

TEST_F(EnforcementReconciler, LeavesOutATokenThatIsNowhereAndNoOther) {
  fill(acme(), {"agent", "grafana"});
  standing_.erase({"acme", "agent"});
  const std::string text = written();
  EXPECT_THAT(text, Not(HasSubstr("agent")));
  EXPECT_THAT(text, HasSubstr("\n  bearer_token: gld_grafana\n"));
  EXPECT_THAT(text, HasSubstr("&r0")) << "with routes of its own";
  missing_ = core::ErrorKind::Unavailable;
  fill(acme(), {"agent", "grafana"});
  standing_.erase({"acme", "agent"});
  standing_[{"acme-edge", "acme-vmauth"}] = {{"type", "guildhall.dev/vmauth"}};
  EXPECT_THAT(written(), HasSubstr("there is none")) << "it may be there: nothing is written";
}

TEST_F(EnforcementReconciler, SeesASecretOfAnotherTypeAtThePlace) {
  fill(acme(), {"agent"});
  standing_[{"acme-edge", "acme-vmauth"}] = {{"type", "Opaque"}};
  EXPECT_TRUE(work().plan.writes_nothing());
  EXPECT_EQ(reconciler_.trouble_of("acme")->reason, "ForeignSecret");
  EXPECT_THAT(changed_, ElementsAre("acme"));
  standing_.erase({"acme-edge", "acme-vmauth"});
  EXPECT_FALSE(work().plan.writes_nothing());
  EXPECT_FALSE(reconciler_.trouble_of("acme"));
  EXPECT_THAT(changed_, SizeIs(2)) << "told once for each change";
}

TEST_F(EnforcementReconciler, AsksForNothingWhereNothingIsWanted) {
  api::Organization organization = acme();
  organization.spec.enforcement.reset();
  fill(organization, {"agent"});
  EXPECT_TRUE(work().plan.writes_nothing());
  EXPECT_THAT(read_, IsEmpty());
  EXPECT_FALSE(reconciler_.reconcile({"", "globex"}, {}, noon())->primary);
}

TEST_F(EnforcementReconciler, IsWokenForAPlaceThatSomebodyElseHas) {
  fill(acme(), {});
  const auto rival = *apikey::parse_vmauth_view(standing_secret("", "u-globex"), codec());
  EXPECT_THAT(wakened_by_vmauth(caches_, &rival, nullptr),
              ElementsAre(core::ObjectKey{"", "acme"}, core::ObjectKey{"", "globex"}));
  auto nobodys = *apikey::parse_vmauth_view(standing_secret("", ""), codec());
  nobodys.key.name = "restored";
  EXPECT_THAT(wakened_by_vmauth(caches_, nullptr, &nobodys), ElementsAre(core::ObjectKey{"", "acme"}));
  const SeenKey agent = key("agent");
  EXPECT_THAT(wakened_by_api_key(caches_, nullptr, agent.key.get()), ElementsAre(core::ObjectKey{"", "acme"}));
  api::ApiKey used = *agent.key;
  used.status.last_used_at = noon();
  EXPECT_THAT(wakened_by_api_key(caches_, agent.key.get(), &used), IsEmpty()) << "a use changes nothing";
  used.spec.revoked = true;
  EXPECT_THAT(wakened_by_api_key(caches_, agent.key.get(), &used), SizeIs(1));
}

TEST_F(EnforcementReconciler, SaysWhereTokensStand) {
  int version = 5;
  const auto told = [&](const api::Organization& organization, const std::string& configuration) {
    stands(configuration);
    vmauth_objects_.front()["metadata"]["resourceVersion"] = std::to_string(++version);
    fill(acme(), {});
    return secrets_with_tokens(vmauth_, organization);
  };
  const std::string tokens = "users:\n  bearer_token: gld_agent\n";
  EXPECT_THAT(told(acme(), tokens), ElementsAre("acme-edge/acme-vmauth"));
  EXPECT_THAT(told(acme(), "users: [{bearer_token: gld_agent}]\n"), ElementsAre("acme-edge/acme-vmauth"))
      << "in another form";
  EXPECT_THAT(told(acme(), std::string(apikey::kLetGoConfiguration)), IsEmpty());
  api::Organization elsewhere = acme();
  elsewhere.spec.namespaces = {"acme-prod"};
  EXPECT_THAT(told(elsewhere, tokens), IsEmpty());
  elsewhere.spec.namespaces = {"acme-edge"};
  elsewhere.status.namespaces.clear();
  EXPECT_THAT(told(elsewhere, tokens), ElementsAre("acme-edge/acme-vmauth")) << "it is not said to be theirs yet";
}

TEST_F(EnforcementReconciler, HoldsANamespaceForAsLongAsTokensStandThere) {
  const auto told = [this](const json& data, int version) {
    json secret = standing_secret("", "u-acme", {"acme-edge", apikey::kVmUsersSecret});
    secret["data"] = data;
    secret["metadata"]["resourceVersion"] = std::to_string(version);
    secret["metadata"]["ownerReferences"] = {{{"apiVersion", "guildhall.dev/v1alpha1"},
                                              {"kind", "Organization"},
                                              {"name", "acme"},
                                              {"uid", "u-acme"},
                                              {"controller", true}}};
    vmauth_objects_ = {secret};
    fill(acme(), {});
    api::Organization moved = acme();
    moved.status.namespaces = {"acme-prod"};
    return held_secrets(vmauth_, moved);
  };
  EXPECT_THAT(told({{"id-agent", codec().to_base64("gld_agent")}}, 6), ElementsAre("acme-edge/guildhall-vmusers"));
  EXPECT_THAT(told(json::object(), 7), IsEmpty()) << "in deletion, and emptied";
}

TEST_F(EnforcementReconciler, HoldsANamespaceWhileTokensAreWrittenThere) {
  fill(acme(), {"agent"});
  api::Organization other = acme();
  other.metadata.name = "globex";
  const runtime::Work made = work();
  EXPECT_THAT(reconciler_.held_secrets(acme()), IsEmpty());
  EXPECT_THAT(reconciler_.secrets_with_tokens(other), IsEmpty());
  ASSERT_TRUE(made.fill_in(made.plan.apply.front()));
  EXPECT_THAT(reconciler_.held_secrets(acme()), ElementsAre("acme-edge/acme-vmauth"));
  EXPECT_THAT(reconciler_.held_secrets(other), IsEmpty()) << "it cannot end another's write";
  EXPECT_THAT(reconciler_.secrets_with_tokens(other), ElementsAre("acme-edge/acme-vmauth")) << "but lets nobody in";
  EXPECT_THAT(written_, IsEmpty());
  work();
  EXPECT_THAT(written_, ElementsAre(core::ObjectKey{"", "acme"}));
  EXPECT_THAT(reconciler_.held_secrets(acme()), IsEmpty());
  EXPECT_THAT(reconciler_.secrets_with_tokens(other), IsEmpty());
}

TEST_F(EnforcementReconciler, TellsEachPlaceOnceThatItHolds) {
  stands("users:\n  bearer_token: gld_agent\n");
  fill(acme(), {"agent", "grafana"});
  const runtime::Work made = work();
  ASSERT_TRUE(made.fill_in(made.plan.apply.front()));
  EXPECT_THAT(reconciler_.held_secrets(acme()), ElementsAre("acme-edge/acme-vmauth"));
  EXPECT_THAT(reconciler_.secrets_with_tokens(acme()), ElementsAre("acme-edge/acme-vmauth"));
}

TEST_F(EnforcementReconciler, WritesNoTokenForAnOrganizationThatWasChangedMeanwhile) {
  const std::vector<std::function<void(api::Organization&)>> changes = {
      [](auto& one) { ++one.metadata.generation; }, [](auto& one) { one.metadata.uid = "another"; }};
  for (const auto& change : changes) {
    fill(acme(), {"agent"});
    const runtime::Work made = work();
    ASSERT_TRUE(made.fill_in(made.plan.apply.front()));
    api::Organization changed = acme();
    change(changed);
    fill(changed, {"agent"});
    const auto filled = made.fill_in(made.plan.apply.front());
    ASSERT_FALSE(filled) << "change " << &change - changes.data();
    EXPECT_EQ(filled.error().kind, core::ErrorKind::Conflict) << "observed again soon";
  }
  fill(acme(), {"agent"});
  const runtime::Work made = work();
  tests::fill_cache(organizations_, {});
  EXPECT_FALSE(made.fill_in(made.plan.apply.front())) << "it is gone";
}

/// Of an Organization that is being deleted, too.
TEST_F(EnforcementReconciler, EmptiesWhatStandsOfAnOrganizationThatWasChangedMeanwhile) {
  stands("users:\n  bearer_token: gld_agent\n");
  api::Organization suspended = acme();
  suspended.spec.state = api::OrganizationState::Suspended;
  fill(suspended, {"agent"});
  const runtime::Work made = work();
  ASSERT_THAT(made.plan.apply, SizeIs(1));
  ++suspended.metadata.generation;
  fill(suspended, {"agent"});
  EXPECT_TRUE(made.fill_in(made.plan.apply.front()));
  EXPECT_THAT(written_, IsEmpty());
  work();
  EXPECT_THAT(written_, IsEmpty()) << "no token was on its way";
}

TEST_F(EnforcementReconciler, WakesWhoeverWaitsForAWrite) {
  fill(acme(), {});
  EXPECT_THAT(wakened_by_writes(caches_, "gone", {{"acme-edge", "doors"}}),
              ElementsAre(core::ObjectKey{"", "acme"}, core::ObjectKey{"", "gone"}));
  EXPECT_THAT(wakened_by_writes(caches_, "gone", {{"elsewhere", "doors"}}), ElementsAre(core::ObjectKey{"", "gone"}));
}

TEST_F(EnforcementReconciler, LetsGoOfWhatAnOrganizationThatIsGoneHasLeft) {
  stands("users:\n  bearer_token: gld_agent\n");
  fill(acme(), {});
  EXPECT_THAT(held_secrets(vmauth_, acme()), ElementsAre("acme-edge/acme-vmauth"));
  api::Organization another = acme();
  another.metadata.name = "globex";
  EXPECT_THAT(held_secrets(vmauth_, another), ElementsAre("acme-edge/acme-vmauth")) << "in its namespace";
  another.status.namespaces.clear();
  EXPECT_THAT(held_secrets(vmauth_, another), IsEmpty());
  tests::fill_cache(organizations_, {});
  EXPECT_THAT(work().plan.apply, SizeIs(1));
  standing_[{"", "acme"}] = json::object();
  EXPECT_TRUE(work().plan.writes_nothing()) << "it was just made, and is in no cache yet";
  standing_.erase({"", "acme"});
  missing_ = core::ErrorKind::Unavailable;
  EXPECT_FALSE(reconciler_.reconcile({"", "acme"}, {}, noon()));
}

TEST_F(EnforcementReconciler, IsWokenByVmUsersThatAreChanged) {
  fill(acme(), {});
  apikey::VmUserView before;
  before.organization = "acme";
  before.owner_uid = "u-acme";
  apikey::VmUserView told = before;
  told.update_status = "operational";
  told.resource_version = "9";
  EXPECT_THAT(wakened_by_vmuser(caches_, &before, &told), IsEmpty()) << "that concerns its key alone";
  const std::vector<std::function<void(apikey::VmUserView&)>> changes = {
      [](auto& view) { view.spec["name"] = "x"; }, [](auto& view) { view.token_hash = "x"; },
      [](auto& view) { view.api_key = "x"; },      [](auto& view) { view.is_labelled = true; },
      [](auto& view) { view.owner_uid = "x"; },    [](auto& view) { view.deleting = true; }};
  for (const auto& change : changes) {
    apikey::VmUserView after = before;
    change(after);
    EXPECT_THAT(wakened_by_vmuser(caches_, &before, &after), SizeIs(1)) << "change " << &change - changes.data();
  }
  EXPECT_THAT(wakened_by_vmuser(caches_, &before, nullptr), SizeIs(1));
  apikey::VmUserView left;
  left.key = {"acme-edge", "grafana"};
  EXPECT_THAT(wakened_by_vmuser(caches_, nullptr, &left), IsEmpty()) << "somebody's own";
  left.is_marked = true;
  EXPECT_THAT(wakened_by_vmuser(caches_, nullptr, &left), ElementsAre(core::ObjectKey{"", "acme"}));
}

TEST_F(EnforcementReconciler, IsWakenedByWhatMayStandInItsWay) {
  api::Organization asking = acme();
  asking.spec.enforcement->vmauth.reset();
  asking.spec.enforcement->vm_users.emplace().ns = "acme-edge";
  fill(asking, {});
  apikey::VmUserView theirs;
  theirs.key = {"acme-edge", "grafana"};
  EXPECT_THAT(wakened_by_vmuser(caches_, &theirs, nullptr), ElementsAre(core::ObjectKey{"", "acme"}));
  theirs.key.ns = "acme-prod";
  EXPECT_THAT(wakened_by_vmuser(caches_, &theirs, nullptr), IsEmpty());
}

TEST_F(EnforcementReconciler, IsWakenedByWhatStandsWhereItWantsToBe) {
  api::Organization joining = acme();
  joining.spec.namespaces = {"found"};
  joining.status.namespaces.clear();
  fill(joining, {});
  apikey::VmauthView emptied;
  emptied.key = {"found", "doors"};
  EXPECT_THAT(wakened_by_vmauth(caches_, nullptr, &emptied), ElementsAre(core::ObjectKey{"", "acme"}));
  emptied.key.ns = "elsewhere";
  EXPECT_THAT(wakened_by_vmauth(caches_, nullptr, &emptied), IsEmpty());
}

}  // namespace
}  // namespace guildhall::controllers::enforcement
