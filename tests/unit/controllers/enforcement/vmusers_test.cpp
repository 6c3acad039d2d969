#include "controllers/enforcement/vmusers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "controllers/apikey/secret_object.hpp"
#include "controllers/enforcement/plan.hpp"
#include "controllers/enforcement/trouble.hpp"
#include "controllers/enforcement/wakeups.hpp"
#include "tests/unit/controllers/enforcement/world.hpp"

namespace guildhall::controllers::enforcement {
namespace {

using nlohmann::json;
using Permissions = decltype(api::ApiKeySpec::permissions);
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// acme asks for VMUsers instead.
Observed asks(std::vector<SeenKey> keys) {
  Observed seen = observed(std::move(keys));
  seen.organization.spec.enforcement->vmauth.reset();
  seen.organization.spec.enforcement->vm_users.emplace().ns = "acme-edge";
  seen.serves_vmusers = true;
  return seen;
}

core::Plan planned(const Observed& seen) {
  return plan(seen, gate::path_table(), codec(), noon());
}

/// The Secret with the tokens in clear.
apikey::VmauthView filled(json secret, const std::vector<SeenKey>& keys) {
  for (const SeenKey& one : keys) {
    const std::string token = "gld_" + one.key->metadata.name;
    for (const auto& [name, text] : secret["stringData"].items()) {
      if (text == apikey::placeholder(hash_of(token))) secret["data"][name] = codec().to_base64(token);
    }
  }
  return *apikey::parse_vmauth_view(secret, codec());
}

/// What a plan writes, as it stands then.
void carry_out(const core::Plan& made, Observed& seen) {
  for (const core::Apply& apply : made.apply) {
    json object = apply.object;
    object["metadata"]["uid"] = "x-" + apply.key.name;
    object["metadata"]["resourceVersion"] = "5";
    object["metadata"]["generation"] = 1;
    if (apply.type == apikey::vmuser_type()) {
      seen.vmusers.push_back(*apikey::parse_vmuser_view(object));
    } else {
      seen.secrets.push_back(filled(object, seen.keys));
    }
  }
}

TEST(VmUsers, StandWithTheirTokensBesideThem) {
  const core::Plan made = planned(asks({key("grafana", 2), key("agent", 1)}));
  ASSERT_THAT(made.apply, SizeIs(3));
  EXPECT_EQ(made.apply[0].key, (core::ObjectKey{"acme-edge", "guildhall-vmusers"})) << "first what they refer to";
  EXPECT_EQ(made.apply[0].object["stringData"], (json{{"id-grafana", apikey::placeholder(hash_of("gld_grafana"))},
                                                      {"id-agent", apikey::placeholder(hash_of("gld_agent"))}}));
  EXPECT_TRUE(made.apply[0].holds_secret);
  const core::Apply& vmuser = made.apply[1];
  EXPECT_EQ(vmuser.type, apikey::vmuser_type());
  EXPECT_EQ(vmuser.key.name, "grafana-" + hash_of("gld_grafana").substr(0, 16));
  EXPECT_FALSE(vmuser.holds_secret);
  const json& spec = vmuser.object["spec"];
  EXPECT_EQ(spec["name"], "grafana/id-grafana");
  EXPECT_EQ(spec["tokenRef"], (json{{"name", "guildhall-vmusers"}, {"key", "id-grafana"}}));
  EXPECT_EQ(spec["disable_secret_creation"], true) << "or its token would stand in another Secret, too";
  ASSERT_EQ(spec["targetRefs"].size(), 2U);
  for (const json& target : spec["targetRefs"]) {
    EXPECT_EQ(target["paths"].size(), 1U) << "without paths everything would be open";
    EXPECT_THAT(target["paths"][0].get<std::string>(), StartsWith("/(acme-prod"));
    EXPECT_EQ(target["drop_src_path_prefix_parts"], 1);
    EXPECT_EQ(target["headers"][0], "Authorization:");
  }
}

TEST(VmUsers, AreWrittenOnce) {
  Observed seen = asks({key("grafana"), key("agent")});
  carry_out(planned(seen), seen);
  EXPECT_TRUE(planned(seen).writes_nothing());
  seen.vmusers.front().spec["added"] = "by a webhook";
  seen.vmusers.front().spec["targetRefs"][0]["added"] = 1;
  EXPECT_TRUE(planned(seen).writes_nothing()) << "what others add does not matter";
  seen.vmusers.front().spec["targetRefs"].push_back({{"static", {{"url", "http://elsewhere"}}}});
  ASSERT_THAT(planned(seen).apply, SizeIs(1));
  EXPECT_EQ(planned(seen).apply.front().resource_version, "5");
}

TEST(VmUsers, AreWrittenSomeAtOnce) {
  Observed seen = asks(many_keys(70));
  const core::Plan first = planned(seen);
  EXPECT_THAT(first.apply, SizeIs(50));
  EXPECT_EQ(first.apply.front().object["stringData"].size(), 70U) << "all tokens go with one write";
  EXPECT_EQ(first.look_again_after, std::chrono::seconds(1));
  for (const core::Apply& refused : first.apply)
    seen.failures.push_back({.object = core::describe(refused.type, refused.key), .kind = {}, .message = {}});
  const core::Plan again = planned(seen);
  ASSERT_THAT(again.apply, SizeIs(50));
  EXPECT_EQ(again.apply[0].key, first.apply[0].key) << "the Secret is what matters";
  EXPECT_EQ(again.apply[22].key, first.apply[1].key) << "behind the 21 others, which may be taken";
  EXPECT_EQ(again.look_again_after, std::nullopt) << "what is refused has its own pauses";
  seen.failures.clear();
  carry_out(first, seen);
  const core::Plan second = planned(seen);
  EXPECT_THAT(second.apply, SizeIs(21));
  EXPECT_EQ(second.look_again_after, std::nullopt);
  carry_out(second, seen);
  EXPECT_TRUE(planned(seen).writes_nothing());
  seen.vmusers.clear();
  seen.organization.metadata.annotations["guildhall.dev/paused"] = "true";
  EXPECT_TRUE(planned(seen).writes_nothing());
  EXPECT_EQ(planned(seen).look_again_after, std::nullopt) << "there is nothing to come back for while it is paused";
}

TEST(VmUsers, GoSomeAtOnceAfterTheirSecret) {
  Observed seen = asks(many_keys(70));
  carry_out(planned(seen), seen);
  carry_out(planned(seen), seen);
  seen.organization.spec.enforcement.reset();
  const core::Plan made = planned(seen);
  ASSERT_THAT(made.remove, SizeIs(50)) << "a revocation elsewhere waits while a plan is carried out";
  EXPECT_EQ(made.remove.front().key.name, "guildhall-vmusers");
  EXPECT_EQ(made.look_again_after, std::chrono::seconds(1));
}

TEST(VmUsers, GoWithTheirTokens) {
  Observed seen = asks({key("grafana"), key("agent", 1)});
  carry_out(planned(seen), seen);
  edit(seen.keys.front()).spec.revoked = true;
  const core::Plan made = planned(seen);
  ASSERT_THAT(made.remove, SizeIs(1));
  EXPECT_THAT(made.remove.front().key.name, StartsWith("grafana-"));
  ASSERT_THAT(made.apply, SizeIs(1));
  EXPECT_FALSE(made.apply.front().object["stringData"].contains("id-grafana"));
  seen.organization.spec.enforcement.reset();
  EXPECT_THAT(planned(seen).remove, SizeIs(3)) << "with their Secret, when nobody asks for them";
}

TEST(VmUsers, AreMadeAnewWhereSomebodyHasOpenedMore) {
  for (const char* member : {"default_url", "username", "password", "generatePassword", "jwt"}) {
    Observed seen = asks({key("grafana")});
    carry_out(planned(seen), seen);
    seen.vmusers.front().spec[member] = "x";
    const core::Plan made = planned(seen);
    ASSERT_THAT(made.remove, SizeIs(1)) << member;
    EXPECT_THAT(made.apply, IsEmpty()) << "an apply takes nothing away that others wrote";
    seen.vmusers.clear();
    EXPECT_THAT(planned(seen).apply, SizeIs(1));
  }
}

TEST(VmUsers, AreTakenOverOrGoWhenNobodyOwnsThem) {
  Observed seen = asks({key("grafana", 1), key("agent")});
  carry_out(planned(seen), seen);
  for (apikey::VmUserView& view : seen.vmusers)
    view.owner_uid.clear();
  EXPECT_THAT(planned(seen).apply, SizeIs(2)) << "with an owner";
  edit(seen.keys.front()).spec.revoked = true;
  ASSERT_THAT(planned(seen).remove, SizeIs(1));
  EXPECT_THAT(planned(seen).remove.front().key.name, StartsWith("grafana-"));
  seen.vmusers.front().is_labelled = false;
  EXPECT_THAT(planned(seen).remove, SizeIs(1)) << "its annotations are ours";
  seen.vmusers.front().is_marked = false;
  EXPECT_THAT(planned(seen).remove, IsEmpty()) << "somebody's own";
  seen.vmusers.front().is_marked = true;
  seen.organization.spec.enforcement.reset();
  EXPECT_THAT(planned(seen).remove, SizeIs(3)) << "also where nobody asks for them any more";
  seen.organization.status.namespaces = {"acme-prod"};
  EXPECT_THAT(planned(seen).remove, SizeIs(1)) << "where others are, theirs are left alone";
}

TEST(VmUsers, AreKeptFromLeadingElsewhere) {
  const std::vector<std::function<void(json&)>> changes = {
      [](json& target) { target["static"]["urls"] = {"http://elsewhere"}; },
      [](json& target) { target["crd"] = {{"kind", "VMSingle"}}; },
      [](json& target) { target["hosts"] = {"elsewhere"}; }, [](json& target) { target["target_path_suffix"] = "/x"; },
      [](json& target) { target["targetRefBasicAuth"] = json::object(); }};
  for (const auto& change : changes) {
    Observed seen = asks({key("grafana")});
    carry_out(planned(seen), seen);
    change(seen.vmusers.front().spec["targetRefs"][0]);
    EXPECT_THAT(planned(seen).apply, SizeIs(1)) << seen.vmusers.front().spec;
  }
}

TEST(VmUsers, HaveTheirSecretMadeAnewWhenOthersEntriesWithstand) {
  Observed seen = asks({key("grafana"), key("agent", 1)});
  carry_out(planned(seen), seen);
  seen.secrets.front().written_shape = seen.secrets.front().shape;
  EXPECT_TRUE(planned(seen).writes_nothing());
  seen.secrets.front().written_shape = "of what was written last";
  EXPECT_TRUE(planned(seen).writes_nothing()) << "it holds what it should";
  edit(seen.keys.front()).spec.revoked = true;
  const core::Plan made = planned(seen);
  EXPECT_THAT(made.apply, IsEmpty());
  ASSERT_THAT(made.remove, SizeIs(2));
  EXPECT_THAT(made.remove, testing::Contains(testing::Field(&core::Remove::uid, "x-guildhall-vmusers")));
  seen.secrets.front().written_shape = seen.secrets.front().shape;
  EXPECT_THAT(planned(seen).apply, SizeIs(1)) << "its entries are ours, and go with an apply";
  seen.secrets.front().is_immutable = true;
  EXPECT_THAT(planned(seen).apply, IsEmpty());
  seen.secrets.clear();
  EXPECT_THAT(planned(seen).apply, SizeIs(1));
}

/// Somebody's finalizer keeps it.
TEST(VmUsers, HaveTheirSecretEmptiedWhileItIsInDeletion) {
  Observed seen = asks({key("grafana"), key("agent", 1)});
  carry_out(planned(seen), seen);
  apikey::VmauthView& secret = seen.secrets.front();
  secret.deleting = true;
  const auto empties = [&] {
    const core::Plan made = planned(seen);
    return made.apply.size() == 1 && made.apply.front().mode == core::WriteMode::MergePatch &&
           made.apply.front().object["data"].is_null() && made.remove.empty();
  };
  EXPECT_FALSE(empties()) << "it holds what it should";
  secret.written_shape = "of what was written last";
  edit(seen.keys.front()).spec.revoked = true;
  seen.vmusers.clear();
  seen.serves_vmusers = false;
  EXPECT_TRUE(empties()) << "others' entries are in it, and it cannot be made anew";
  seen.organization.spec.enforcement.reset();
  EXPECT_TRUE(empties()) << "nobody asks for it any more";
  secret.is_immutable = true;
  EXPECT_TRUE(planned(seen).writes_nothing()) << "nobody can";
  secret.is_immutable = false;
  secret.hashes.clear();
  EXPECT_TRUE(planned(seen).writes_nothing());
}

TEST(VmUsers, KeepTheirSecretFromWhatIsNotAcceptedWithoutTheirKind) {
  Observed seen = asks({key("grafana"), key("agent", 1)});
  carry_out(planned(seen), seen);
  seen.vmusers.clear();
  seen.serves_vmusers = false;
  EXPECT_TRUE(planned(seen).writes_nothing()) << "VMUsers come back with their kind";
  seen.keys.push_back(key("young"));
  EXPECT_TRUE(planned(seen).writes_nothing());
  edit(seen.keys.front()).spec.revoked = true;
  const core::Plan made = planned(seen);
  ASSERT_THAT(made.apply, SizeIs(1));
  EXPECT_EQ(made.apply.front().object["stringData"], (json{{"id-agent", apikey::placeholder(hash_of("gld_agent"))}}));
}

TEST(VmUsers, OnlyGoWhilePaused) {
  Observed seen = asks({key("grafana"), key("agent", 1)});
  carry_out(planned(seen), seen);
  seen.organization.metadata.annotations["guildhall.dev/paused"] = "true";
  edit(seen.keys.front()).spec.revoked = true;
  seen.vmusers.front().spec["targetRefs"] = json::array();
  seen.keys.push_back(key("young"));
  const core::Plan made = planned(seen);
  ASSERT_THAT(made.remove, SizeIs(1));
  EXPECT_THAT(made.remove.front().key.name, StartsWith("grafana-"));
  ASSERT_THAT(made.apply, SizeIs(1));
  EXPECT_EQ(made.apply.front().object["kind"], "Secret");
  EXPECT_THAT(made.apply.front().object["stringData"], SizeIs(1));
}

TEST(VmUsers, OfOthersAreLeftAlone) {
  Observed seen = asks({key("grafana")});
  carry_out(planned(seen), seen);
  EXPECT_FALSE(trouble_of(seen, gate::path_table(), codec(), noon()));
  seen.vmusers.front().owner_uid = "u-globex";
  EXPECT_TRUE(planned(seen).writes_nothing());
  const auto trouble = trouble_of(seen, gate::path_table(), codec(), noon());
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->reason, "ForeignVMUser");
  EXPECT_THAT(trouble->message, StartsWith("VMUser acme-edge/grafana-"));
}

TEST(VmUsers, AreBehindWhileTheyOpenSomethingElse) {
  Observed seen = asks({key("grafana"), key("agent", 1)});
  carry_out(planned(seen), seen);
  seen.organization.metadata.annotations["guildhall.dev/paused"] = "true";
  EXPECT_FALSE(trouble_of(seen, gate::path_table(), codec(), noon()));
  edit(seen.keys.front()).spec.permissions = Permissions::Write;
  const auto trouble = trouble_of(seen, gate::path_table(), codec(), noon());
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->reason, "Paused");
  EXPECT_THAT(trouble->behind, testing::ElementsAre("grafana"));
}

TEST(VmUsers, AreNotWrittenWhereThereIsNoSuchKind) {
  Observed seen = asks({key("grafana")});
  seen.serves_vmusers = false;
  EXPECT_TRUE(planned(seen).writes_nothing());
  EXPECT_EQ(trouble_of(seen, gate::path_table(), codec(), noon())->reason, "VMUsersNotServed");
}

TEST(VmUsers, HaveNamesThatObjectsCanHave) {
  SeenKey one = key("one");
  edit(one).metadata.name = std::string(99, 'x') + "." + std::string(100, 'y');
  const auto wanted =
      wanted_vmusers(acme(), "acme-edge", admittance_of(asks({one}), noon()).tokens, gate::path_table());
  ASSERT_THAT(wanted, SizeIs(1));
  EXPECT_EQ(wanted.front().key.name, std::string(99, 'x') + "-" + hash_of("gld_one").substr(0, 16));
  SeenKey nothing = key("nothing");
  edit(nothing).spec.deployments.all.reset();
  edit(nothing).spec.deployments.names = {"gone"};
  EXPECT_THAT(wanted_vmusers(acme(), "acme-edge", admittance_of(asks({nothing}), noon()).tokens, gate::path_table()),
              IsEmpty())
      << "a VMUser needs a target";
}

TEST(AVmUser, IsOneOfOursByAnyOfItsMarks) {
  const auto is_marked = [](const json& metadata) {
    json object = {{"metadata", {{"name", "n"}, {"namespace", "acme-edge"}, {"uid", "x"}}}};
    object["metadata"].update(metadata);
    return apikey::parse_vmuser_view(object)->is_marked;
  };
  EXPECT_TRUE(is_marked({{"labels", {{"app.kubernetes.io/managed-by", "guildhall"}}}}));
  EXPECT_TRUE(is_marked({{"annotations", {{"guildhall.dev/token-hash", "ab"}}}}));
  EXPECT_TRUE(is_marked({{"annotations", {{"guildhall.dev/api-key", "grafana"}}}}));
  EXPECT_FALSE(
      is_marked({{"labels", {{"app.kubernetes.io/managed-by", "Helm"}, {"guildhall.dev/organization", "acme"}}}}))
      << "who manages the Organization may have VMAuths select its own, too";
}

TEST(AVmUser, IsOperationalWhenTheOperatorHasSeenItAsItIs) {
  apikey::VmUserView view;
  view.generation = 3;
  view.update_status = "operational";
  view.observed_generation = 2;
  EXPECT_FALSE(view.is_operational());
  view.observed_generation = 3;
  EXPECT_TRUE(view.is_operational());
  view.update_status = "failed";
  EXPECT_FALSE(view.is_operational());
}

}  // namespace
}  // namespace guildhall::controllers::enforcement
