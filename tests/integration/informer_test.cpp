// The cache of an informer follows a real API server through everything that happens to it.
#include <gtest/gtest.h>

#include "tests/integration/informer_fixture.hpp"

namespace guildhall::tests {
namespace {

using Content = std::map<std::string, std::string>;

nlohmann::json labelled(const std::string& name, const std::string& value) {
  auto object = config_map(name, value);
  object["metadata"]["labels"] = {{"app", "a"}};
  return object;
}

// By apply, which the client may send again: the server was restarted under its connections in some tests.
void create(kube::Client& client, const std::string& ns, const nlohmann::json& object) {
  ASSERT_EQ(failure_of(client.apply(config_maps(), {ns, object.at("metadata").at("name")}, object, {})), "");
}
void change(kube::Client& client, const core::ObjectKey& key, const nlohmann::json& patch) {
  ASSERT_EQ(failure_of(client.merge_patch(config_maps(), key, patch)), "");
}
void remove(kube::Client& client, const core::ObjectKey& key) {
  ASSERT_EQ(failure_of(client.remove(config_maps(), key, {})), "");
}

TEST(InformerTest, HoldsWhatIsThereAndTellsWhatChanges) {
  auto& control_plane = cluster::shared_control_plane();
  const auto ns = make_namespace(control_plane, "informer-stream");
  const auto client = client_of(control_plane.kubeconfig());
  create(*client, ns, labelled("a", "1"));
  create(*client, ns, labelled("b", "1"));
  create(*client, ns, config_map("unlabelled", "1"));
  RunningInformer running(control_plane.kubeconfig(), {.ns = ns, .label_selector = "app=a", .field_selector = ""});
  ASSERT_TRUE(running.informer().wait_until_synced({}));
  EXPECT_EQ(running.mirror(), (Content{{"a", "1"}, {"b", "1"}}));
  create(*client, ns, labelled("c", "1"));
  change(*client, {ns, "a"}, {{"data", {{"key", "2"}}}});
  remove(*client, {ns, "b"});
  EXPECT_TRUE(running.comes_to_hold({{"a", "2"}, {"c", "1"}}));
  EXPECT_TRUE(running.was_told("1>2 a"));
  EXPECT_TRUE(running.was_told("1>- b"));
  EXPECT_EQ(running.lists(), 1);
}

TEST(InformerTest, AnObjectWhoseLabelStopsMatchingLeaves) {
  auto& control_plane = cluster::shared_control_plane();
  const auto ns = make_namespace(control_plane, "informer-label");
  const auto client = client_of(control_plane.kubeconfig());
  create(*client, ns, labelled("a", "1"));
  RunningInformer running(control_plane.kubeconfig(), {.ns = ns, .label_selector = "app=a", .field_selector = ""});
  ASSERT_TRUE(running.informer().wait_until_synced({}));
  change(*client, {ns, "a"}, {{"metadata", {{"labels", {{"app", "b"}}}}}});
  EXPECT_TRUE(running.comes_to_hold({}));
}

TEST(InformerTest, TheVersionOfAWriteIsSeenOnceItsObjectIsThere) {
  auto& control_plane = cluster::shared_control_plane();
  const auto ns = make_namespace(control_plane, "informer-seen");
  const auto client = client_of(control_plane.kubeconfig());
  RunningInformer running(control_plane.kubeconfig(), {.ns = ns, .label_selector = "", .field_selector = ""});
  ASSERT_TRUE(running.informer().wait_until_synced({}));
  const auto created = client->create(config_maps(), ns, config_map("a", "1"));
  ASSERT_TRUE(created);
  const std::string version = created->at("metadata").at("resourceVersion");
  const std::string uid = created->at("metadata").at("uid");
  EXPECT_TRUE(cluster::eventually("the version is seen",
                                  [&] { return cluster::Observation{running.informer().has_seen(version), ""}; }));
  EXPECT_NE(running.informer().get({ns, "a"}), nullptr);
  remove(*client, {ns, "a"});
  EXPECT_TRUE(cluster::eventually("the removal is seen", [&] {
    return cluster::Observation{running.informer().removal_seen({ns, "a"}, uid), ""};
  }));
}

TEST(InformerTest, ADeletionThatAFinalizerHoldsShows) {
  auto& control_plane = cluster::shared_control_plane();
  const auto ns = make_namespace(control_plane, "informer-finalizer");
  const auto client = client_of(control_plane.kubeconfig());
  RunningInformer running(control_plane.kubeconfig(),
                          {.ns = ns, .label_selector = "", .field_selector = "metadata.name=held"});
  ASSERT_TRUE(running.informer().wait_until_synced({}));
  auto held = config_map("held", "1");
  held["metadata"]["finalizers"] = {"example.com/held"};
  const auto created = client->create(config_maps(), ns, held);
  ASSERT_TRUE(created);
  const std::string uid = created->at("metadata").at("uid");
  // What it has not seen yet is gone as far as it can tell.
  ASSERT_TRUE(running.comes_to_hold({{"held", "1"}}));
  remove(*client, {ns, "held"});
  EXPECT_TRUE(cluster::eventually("the removal is seen", [&] {
    return cluster::Observation{running.informer().removal_seen({ns, "held"}, uid), ""};
  }));
  EXPECT_FALSE(running.informer().is_gone({ns, "held"}, uid));
  change(*client, {ns, "held"}, {{"metadata", {{"finalizers", nullptr}}}});
  EXPECT_TRUE(running.comes_to_hold({}));
}

TEST(InformerTest, WhatWasMadeAnewWhileNobodyLookedIsToldAsDeletedAndAdded) {
  auto& control_plane = cluster::shared_control_plane();
  const auto ns = make_namespace(control_plane, "informer-anew");
  const auto client = client_of(control_plane.kubeconfig());
  create(*client, ns, config_map("a", "old"));
  RunningInformer running(control_plane.kubeconfig(),
                          {.ns = ns, .label_selector = "", .field_selector = "metadata.name=a"});
  ASSERT_TRUE(running.informer().wait_until_synced({}));
  running.transport().cut();
  remove(*client, {ns, "a"});
  create(*client, ns, config_map("a", "new"));
  running.transport().mend();
  EXPECT_TRUE(running.comes_to_hold({{"a", "new"}}));
  EXPECT_EQ(running.told(), (std::vector<std::string>{"->old a", "old>- a", "->new a"}));
}

TEST(InformerTest, AfterARealCompactionTheRelistTellsWhatWasDeleted) {
  cluster::ControlPlane control_plane;
  const auto client = client_of(control_plane.kubeconfig());
  const kube::Selection selection{.ns = "default", .label_selector = "app=a", .field_selector = ""};
  for (const char* name : {"a", "b", "c"})
    create(*client, "default", labelled(name, "1"));
  RunningInformer running(control_plane.kubeconfig(), selection);
  ASSERT_TRUE(running.informer().wait_until_synced({}));
  running.transport().cut();
  remove(*client, {"default", "a"});
  change(*client, {"default", "b"}, {{"data", {{"key", "2"}}}});
  create(*client, "default", labelled("d", "1"));
  control_plane.compact();
  control_plane.restart_apiserver();
  running.transport().mend();
  EXPECT_TRUE(running.comes_to_hold({{"b", "2"}, {"c", "1"}, {"d", "1"}}));
  EXPECT_TRUE(running.was_told("1>- a"));
  EXPECT_TRUE(running.was_told("1>2 b"));
  EXPECT_FALSE(running.was_told("1>1 c")) << "nothing changed in it";
  EXPECT_EQ(running.lists(), 2) << "the watch could not go on where it was";
  create(*client, "default", labelled("e", "1"));
  EXPECT_TRUE(running.comes_to_hold({{"b", "2"}, {"c", "1"}, {"d", "1"}, {"e", "1"}}));
}

TEST(InformerTest, GoesOnAfterTheServerWasRestarted) {
  cluster::ControlPlane control_plane;
  const auto client = client_of(control_plane.kubeconfig());
  const kube::Selection selection{.ns = "default", .label_selector = "app=a", .field_selector = ""};
  create(*client, "default", labelled("a", "1"));
  RunningInformer running(control_plane.kubeconfig(), selection);
  ASSERT_TRUE(running.informer().wait_until_synced({}));
  control_plane.restart_apiserver();
  create(*client, "default", labelled("b", "1"));
  EXPECT_TRUE(running.comes_to_hold({{"a", "1"}, {"b", "1"}}));
  control_plane.stop();
  control_plane.start();
  create(*client, "default", labelled("c", "1"));
  EXPECT_TRUE(running.comes_to_hold({{"a", "1"}, {"b", "1"}, {"c", "1"}}));
  EXPECT_FALSE(running.was_told("1>- a")) << "a server that is away deletes nothing";
}

TEST(InformerTest, ListsByPagesWhereTheServerCannotStream) {
  const cluster::ControlPlane control_plane({.install = {}, .apiserver_flags = "--feature-gates=WatchList=false"});
  const auto client = client_of(control_plane.kubeconfig());
  const kube::Selection selection{.ns = "default", .label_selector = "app=a", .field_selector = ""};
  // Two pages and one object.
  constexpr int objects = 1001;
  Content wanted;
  for (int number = 0; number < objects; ++number) {
    const std::string name = "c" + std::to_string(number);
    create(*client, "default", labelled(name, "1"));
    wanted[name] = "1";
  }
  RunningInformer running(control_plane.kubeconfig(), selection);
  ASSERT_TRUE(running.informer().wait_until_synced({}));
  EXPECT_EQ(running.mirror(), wanted);
  EXPECT_EQ(running.lists(), 2) << "one was refused: without that this test tells nothing about pages";
  remove(*client, {"default", "c0"});
  wanted.erase("c0");
  EXPECT_TRUE(running.comes_to_hold(wanted));
}

}  // namespace
}  // namespace guildhall::tests
