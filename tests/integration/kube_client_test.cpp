// The client's calls, and each kind of failure, against a real API server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "operator/kube/watch_event.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/integration/kube_client_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::shared_control_plane;
using core::types::namespaces;
using testing::ElementsAre;
using testing::HasSubstr;

kube::Selection select(std::string ns, std::string field_selector = {}, std::string label_selector = {}) {
  return {
      .ns = std::move(ns), .label_selector = std::move(label_selector), .field_selector = std::move(field_selector)};
}

class KubeClientTest : public testing::Test {
 protected:
  /// A namespace of this test's own.
  static std::string home(const std::string& name) { return make_namespace(shared_control_plane(), name); }

  std::unique_ptr<kube::Client> client = client_of(shared_control_plane().kubeconfig());
};

TEST_F(KubeClientTest, GetsAnObjectWithoutManagedFields) {
  const auto found = client->get(namespaces(), {"", "kube-system"});
  ASSERT_TRUE(found) << failure_of(found);
  EXPECT_EQ(found->at("kind"), "Namespace");
  EXPECT_FALSE(found->at("metadata").contains("managedFields"));
}

TEST_F(KubeClientTest, SaysNotFoundWithTheServersReason) {
  const auto found = client->get(config_maps(), {"default", "absent"});
  ASSERT_EQ(kind_of(found), "NotFound") << failure_of(found);
  EXPECT_EQ(found.error().reason, "NotFound");
  EXPECT_EQ(found.error().object, "ConfigMap default/absent");
  EXPECT_THAT(found.error().message, HasSubstr("\"absent\" not found"));
}

TEST_F(KubeClientTest, SaysNotFoundForATypeThatNobodyServes) {
  const core::ResourceType unknown{"nobody.example", "v1", "things", "Thing", true};
  EXPECT_EQ(kind_of(client->get(unknown, {"default", "x"})), "NotFound");
}

TEST_F(KubeClientTest, ListsPageByPage) {
  const auto ns = home("paged");
  for (const char* name : {"a", "b", "c"})
    ASSERT_EQ(failure_of(client->create(config_maps(), ns, config_map(name, "x"))), "");
  kube::ListOptions options;
  options.selection = select(ns, "metadata.name!=kube-root-ca.crt");
  options.limit = 2;
  std::vector<std::size_t> sizes;
  std::vector<std::string> names;
  do {
    const auto page = client->list(config_maps(), options);
    ASSERT_TRUE(page) << failure_of(page);
    EXPECT_FALSE(page->resource_version.empty());
    sizes.push_back(page->items.size());
    for (const auto& item : page->items) {
      names.push_back(item.at("metadata").at("name"));
      EXPECT_FALSE(item.at("metadata").contains("managedFields"));
    }
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  EXPECT_THAT(names, ElementsAre("a", "b", "c"));
  EXPECT_THAT(sizes.front(), 2U);
}

TEST_F(KubeClientTest, SelectsByLabel) {
  const auto ns = home("selected");
  auto labelled = config_map("labelled", "x");
  labelled["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "guildhall";
  ASSERT_EQ(failure_of(client->create(config_maps(), ns, labelled)), "");
  ASSERT_EQ(failure_of(client->create(config_maps(), ns, config_map("plain", "x"))), "");
  kube::ListOptions options;
  options.selection = select(ns, "", "app.kubernetes.io/managed-by=guildhall");
  const auto page = client->list(config_maps(), options);
  ASSERT_TRUE(page) << failure_of(page);
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items.front().at("metadata").at("name"), "labelled");
}

TEST_F(KubeClientTest, CreatesOnceAndThenSaysAlreadyExists) {
  const auto ns = home("created");
  const auto created = client->create(config_maps(), ns, config_map("one", "x"));
  ASSERT_TRUE(created) << failure_of(created);
  EXPECT_FALSE(created->at("metadata").at("uid").get<std::string>().empty());
  const auto again = client->create(config_maps(), ns, config_map("one", "y"));
  ASSERT_EQ(kind_of(again), "AlreadyExists");
  EXPECT_EQ(again.error().reason, "AlreadyExists");
}

TEST_F(KubeClientTest, AppliesTwiceWithoutASecondVersion) {
  const auto ns = home("applied");
  const core::ObjectKey key{ns, "one"};
  const auto first = client->apply(config_maps(), key, config_map("one", "x"), {});
  ASSERT_TRUE(first) << failure_of(first);
  const auto second = client->apply(config_maps(), key, config_map("one", "x"), {});
  ASSERT_TRUE(second) << failure_of(second);
  EXPECT_EQ(first->at("metadata").at("resourceVersion"), second->at("metadata").at("resourceVersion"));
  const auto managers = shared_control_plane().kubectl().get({"configmap", "one", "-n", ns, "--show-managed-fields"});
  EXPECT_EQ(managers.at("metadata").at("managedFields").at(0).at("manager"), "guildhall");
  EXPECT_EQ(managers.at("metadata").at("managedFields").at(0).at("operation"), "Apply");
}

TEST_F(KubeClientTest, ADryRunChangesNothingAndPassesTheWriteGuard) {
  const auto ns = home("dry");
  kube::ClientOptions options;
  options.write_guard = [] { return core::Result<void>(core::fail(core::ErrorKind::Canceled, "not the leader")); };
  const auto guarded = client_of(shared_control_plane().kubeconfig(), options);
  const auto tried =
      guarded->apply(config_maps(), {ns, "one"}, config_map("one", "x"), {.subresource = {}, .dry_run = true});
  EXPECT_EQ(failure_of(tried), "");
  EXPECT_EQ(kind_of(guarded->apply(config_maps(), {ns, "one"}, config_map("one", "x"), {})), "Canceled");
  EXPECT_EQ(kind_of(client->get(config_maps(), {ns, "one"})), "NotFound");
}

TEST_F(KubeClientTest, SaysConflictWhenTheObjectMovedOn) {
  const auto ns = home("moved");
  const core::ObjectKey key{ns, "one"};
  const auto first = client->create(config_maps(), ns, config_map("one", "x"));
  ASSERT_TRUE(first) << failure_of(first);
  ASSERT_EQ(failure_of(client->merge_patch(config_maps(), key, {{"data", {{"key", "y"}}}})), "");
  auto outdated = config_map("one", "z");
  outdated["metadata"]["resourceVersion"] = first->at("metadata").at("resourceVersion");
  for (const auto& result :
       {client->apply(config_maps(), key, outdated, {}), client->replace(config_maps(), key, outdated),
        client->merge_patch(config_maps(), key, outdated)}) {
    ASSERT_EQ(kind_of(result), "Conflict") << failure_of(result);
    EXPECT_EQ(result.error().reason, "Conflict");
  }
}

TEST_F(KubeClientTest, SaysConflictWhenAnotherManagerOwnsTheFieldAndNothingIsForced) {
  const auto ns = home("owned");
  ASSERT_EQ(
      shared_control_plane()
          .kubectl()
          .apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: one, namespace: " + ns + "}, data: {key: theirs}}")
          .exit_code,
      0);
  const auto applied =
      client->apply(config_maps(), {ns, "one"}, config_map("one", "ours"), {.subresource = {}, .force = false});
  ASSERT_EQ(kind_of(applied), "Conflict");
  EXPECT_THAT(applied.error().message, HasSubstr(".data.key"));
}

TEST_F(KubeClientTest, ReplacesTheVersionThatItRead) {
  const auto ns = home("replaced");
  auto object = client->create(config_maps(), ns, config_map("one", "x"));
  ASSERT_TRUE(object) << failure_of(object);
  (*object)["data"]["key"] = "y";
  const auto replaced = client->replace(config_maps(), {ns, "one"}, *object);
  ASSERT_TRUE(replaced) << failure_of(replaced);
  EXPECT_EQ(replaced->at("data").at("key"), "y");
}

TEST_F(KubeClientTest, AMergePatchRemovesWhatIsNull) {
  const auto ns = home("patched");
  ASSERT_EQ(failure_of(client->create(config_maps(), ns, config_map("one", "x"))), "");
  const auto patched = client->merge_patch(config_maps(), {ns, "one"}, {{"data", {{"key", nullptr}, {"other", "y"}}}});
  ASSERT_TRUE(patched) << failure_of(patched);
  EXPECT_EQ(patched->at("data"), (nlohmann::json{{"other", "y"}}));
}

TEST_F(KubeClientTest, AppliesTheStatusOfAnApiKeyAndNotItsSpec) {
  const auto ns = home("status");
  const core::ObjectKey key{ns, "grafana"};
  const nlohmann::json head{
      {"apiVersion", "guildhall.dev/v1alpha1"}, {"kind", "ApiKey"}, {"metadata", {{"name", "grafana"}}}};
  auto object = head;
  object["spec"] = {
      {"displayName", "Grafana"}, {"permissions", "Read"}, {"neverExpires", true}, {"deployments", {{"all", true}}}};
  const auto created = client->apply(api_keys(), key, object, {});
  ASSERT_TRUE(created) << failure_of(created);
  auto status = head;
  status["status"] = {{"observedGeneration", 1}, {"phase", "Active"}};
  const auto applied = client->apply(api_keys(), key, status, {.subresource = "status"});
  ASSERT_TRUE(applied) << failure_of(applied);
  EXPECT_EQ(applied->at("status").at("phase"), "Active");
  EXPECT_EQ(applied->at("spec"), created->at("spec"));
  EXPECT_EQ(applied->at("metadata").at("generation"), 1);
}

TEST_F(KubeClientTest, SaysInvalidWithTheRulesOwnWords) {
  const auto ns = home("invalid");
  const nlohmann::json object{
      {"apiVersion", "guildhall.dev/v1alpha1"},
      {"kind", "ApiKey"},
      {"metadata", {{"name", "grafana"}}},
      {"spec",
       {{"displayName", "Grafana"}, {"permissions", "Fly"}, {"neverExpires", true}, {"deployments", {{"all", true}}}}}};
  const auto applied = client->apply(api_keys(), {ns, "grafana"}, object, {});
  ASSERT_EQ(kind_of(applied), "Invalid");
  EXPECT_EQ(applied.error().reason, "Invalid");
  EXPECT_THAT(applied.error().message, HasSubstr("spec.permissions: Unsupported value: \"Fly\""));
}

TEST_F(KubeClientTest, RemovesOnlyTheObjectOfThatUid) {
  const auto ns = home("removed");
  const core::ObjectKey key{ns, "one"};
  const auto object = client->create(config_maps(), ns, config_map("one", "x"));
  ASSERT_TRUE(object) << failure_of(object);
  const auto uid = object->at("metadata").at("uid").get<std::string>();
  const auto other =
      client->remove(config_maps(), key, {.uid = "00000000-0000-0000-0000-000000000000", .resource_version = {}});
  ASSERT_EQ(kind_of(other), "Conflict");
  EXPECT_EQ(other.error().reason, "Conflict");
  EXPECT_EQ(kind_of(client->remove(config_maps(), key, {.uid = uid, .resource_version = "1"})), "Conflict");
  EXPECT_EQ(failure_of(client->get(config_maps(), key)), "");
  EXPECT_EQ(failure_of(client->remove(config_maps(), key, {.uid = uid, .resource_version = {}})), "");
  EXPECT_EQ(kind_of(client->remove(config_maps(), key, {.uid = uid, .resource_version = {}})), "NotFound");
}

TEST_F(KubeClientTest, KnowsWhatIsServed) {
  EXPECT_EQ(client->serves(api_keys()), true);
  EXPECT_EQ(client->serves(config_maps()), true);
  EXPECT_EQ(client->serves({"guildhall.dev", "v1alpha1", "absents", "Absent", true}), false);
  EXPECT_EQ(client->serves({"nobody.example", "v1", "things", "Thing", true}), false);
}

TEST_F(KubeClientTest, ReviewsAToken) {
  const auto config = config_of(shared_control_plane().serviceaccount("default", "default").kubeconfig());
  const auto token = kube::read_file(config.token.file);
  ASSERT_TRUE(token) << failure_of(token);
  const auto known = client->review_token(token->substr(0, token->find('\n')), {});
  ASSERT_TRUE(known) << failure_of(known);
  EXPECT_TRUE(known->authenticated);
  EXPECT_EQ(known->user, "system:serviceaccount:default:default");
  EXPECT_THAT(known->groups, testing::Contains("system:serviceaccounts"));
  const auto unknown = client->review_token("no-token", {});
  ASSERT_TRUE(unknown) << failure_of(unknown);
  EXPECT_FALSE(unknown->authenticated);
}

TEST_F(KubeClientTest, ReviewsAccess) {
  kube::AccessQuestion question{.user = "ada",
                                .groups = {"system:masters"},
                                .verb = "manage",
                                .group = "guildhall.dev",
                                .resource = "organizations",
                                .ns = {},
                                .name = "acme"};
  EXPECT_EQ(client->review_access(question), true);
  question.groups = {"acme"};
  EXPECT_EQ(client->review_access(question), false);
}

// What a watch has brought so far; another thread may wait for it.
class Seen {
 public:
  void add(std::string what) {
    const std::scoped_lock lock(mutex_);
    seen_.push_back(std::move(what));
    changed_.notify_all();
  }
  /// False when it has not come within the time that a broken run gets.
  bool wait_for(const std::string& what) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30),
                             [&] { return std::ranges::find(seen_, what) != seen_.end(); });
  }
  std::vector<std::string> all() {
    const std::scoped_lock lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> seen_;
};

std::string word_of(const kube::WatchEvent& event) {
  if (event.type == kube::WatchEventType::Bookmark) return event.ends_initial_events ? "end of list" : "bookmark";
  constexpr std::array<const char*, 3> kWords{"added ", "modified ", "deleted "};
  return kWords.at(static_cast<std::size_t>(event.type)) + event.object.at("metadata").at("name").get<std::string>();
}

TEST_F(KubeClientTest, WatchesAStreamedListAndEachChangeAsItComes) {
  const auto ns = home("watched");
  const core::ObjectKey key{ns, "one"};
  ASSERT_EQ(failure_of(client->create(config_maps(), ns, config_map("one", "x"))), "");
  Seen seen;
  std::stop_source stop;
  core::Result<void> ended;
  std::jthread watcher([&] {
    kube::WatchOptions options;
    options.selection = select(ns, "metadata.name=one");
    options.initial_events = true;
    ended = client->watch(
        config_maps(), options,
        [&](kube::WatchEvent&& event) {
          EXPECT_FALSE(event.object.at("metadata").contains("managedFields"));
          // The server may say at any moment how far it has come.
          if (const auto word = word_of(event); word != "bookmark") seen.add(word);
          return true;
        },
        stop.get_token());
  });
  // Each step only after the one before has been seen: a line that waits for the next one would hang here.
  EXPECT_TRUE(seen.wait_for("end of list"));
  EXPECT_EQ(failure_of(client->merge_patch(config_maps(), key, {{"data", {{"key", "y"}}}})), "");
  EXPECT_TRUE(seen.wait_for("modified one"));
  EXPECT_EQ(failure_of(client->remove(config_maps(), key, {})), "");
  EXPECT_TRUE(seen.wait_for("deleted one"));
  stop.request_stop();
  watcher.join();
  EXPECT_EQ(kind_of(ended), "Canceled");
  EXPECT_THAT(seen.all(), ElementsAre("added one", "end of list", "modified one", "deleted one"));
}

TEST_F(KubeClientTest, GoesOnFromAVersionAndEndsWhenTheHandlerHasEnough) {
  const auto ns = home("resumed");
  const auto first = client->create(config_maps(), ns, config_map("one", "x"));
  ASSERT_TRUE(first) << failure_of(first);
  ASSERT_EQ(failure_of(client->create(config_maps(), ns, config_map("two", "x"))), "");
  std::vector<std::string> seen;
  kube::WatchOptions options;
  options.selection = select(ns, "metadata.name!=kube-root-ca.crt");
  options.resource_version = first->at("metadata").at("resourceVersion");
  const auto ended = client->watch(config_maps(), options,
                                   [&](kube::WatchEvent&& event) {
                                     seen.push_back(word_of(event));
                                     return seen.back() == "bookmark";
                                   },
                                   {});
  EXPECT_EQ(failure_of(ended), "");
  std::erase(seen, "bookmark");
  EXPECT_THAT(seen, ElementsAre("added two"));
}

TEST_F(KubeClientTest, AWatchThatTheServerEndsIsNoFailure) {
  kube::WatchOptions options;
  options.selection = select("default", "metadata.name=absent");
  options.timeout = std::chrono::seconds(1);
  EXPECT_EQ(failure_of(client->watch(config_maps(), options, [](kube::WatchEvent&&) { return true; }, {})), "");
}

TEST_F(KubeClientTest, RefusesAStreamedListThatTheServerRefuses) {
  kube::WatchOptions options;
  options.selection.field_selector = "no.such.field=x";
  options.initial_events = true;
  const auto ended = client->watch(config_maps(), options, [](kube::WatchEvent&&) { return true; }, {});
  ASSERT_EQ(kind_of(ended), "Invalid") << failure_of(ended);
  EXPECT_EQ(ended.error().reason, "BadRequest");
}

TEST_F(KubeClientTest, SaysForbiddenForWhatNoRoleGrants) {
  const auto jane = client_of(shared_control_plane().user("jane@acme.example").kubeconfig());
  const auto listed = jane->list(core::types::secrets(), {});
  ASSERT_EQ(kind_of(listed), "Forbidden") << failure_of(listed);
  EXPECT_EQ(listed.error().reason, "Forbidden");
  EXPECT_THAT(listed.error().message, HasSubstr("jane@acme.example"));
  const auto watched = jane->watch(core::types::secrets(), {}, [](kube::WatchEvent&&) { return true; }, {});
  EXPECT_EQ(kind_of(watched), "Forbidden");
}

}  // namespace
}  // namespace guildhall::tests
