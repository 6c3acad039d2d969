// The API server goes away, or forgets: what the client makes of it.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "operator/kube/watch_event.hpp"
#include "tests/integration/kube_client_fixture.hpp"

namespace guildhall::tests {
namespace {

TEST(KubeClientLossTest, SaysGoneForAVersionThatWasCompacted) {
  cluster::ControlPlane control_plane;
  const auto client = client_of(control_plane.kubeconfig());
  ASSERT_EQ(failure_of(client->create(config_maps(), "default", config_map("later", "x"))), "");
  control_plane.compact();
  control_plane.restart_apiserver();
  kube::WatchOptions options;
  options.resource_version = "2";
  const auto watched = client->watch(config_maps(), options, [](kube::WatchEvent&&) { return true; }, {});
  ASSERT_EQ(kind_of(watched), "Gone") << failure_of(watched);
  EXPECT_EQ(watched.error().reason, "Expired");
  kube::ListOptions list;
  list.resource_version = "2";
  list.resource_version_match = "Exact";
  EXPECT_EQ(kind_of(client->list(config_maps(), list)), "Gone");
}

class KubeClientOutageTest : public testing::TestWithParam<Way> {
 protected:
  static std::unique_ptr<kube::Client> client_by_way(const cluster::ControlPlane& control_plane) {
    auto client = connect(config_of(control_plane.kubeconfig()), {}, GetParam());
    if (!client) throw std::runtime_error(client.error().describe());
    return std::move(*client);
  }
};
INSTANTIATE_TEST_SUITE_P(, KubeClientOutageTest, testing::Values(cpprest_way(), prompt_way()),
                         [](const auto& info) { return info.param.name; });

TEST_P(KubeClientOutageTest, AWatchEndsWithTheServerAndTheNextCallsWork) {
  cluster::ControlPlane control_plane;
  const auto client = client_by_way(control_plane);
  std::promise<void> synced;
  core::Result<void> ended;
  std::jthread watcher([&] {
    kube::WatchOptions options;
    options.initial_events = true;
    ended = client->watch(config_maps(), options,
                          [&](kube::WatchEvent&& event) {
                            if (event.ends_initial_events) synced.set_value();
                            return true;
                          },
                          {});
  });
  ASSERT_EQ(synced.get_future().wait_for(std::chrono::minutes(1)), std::future_status::ready);
  ASSERT_EQ(failure_of(client->get(core::types::namespaces(), {"", "default"})), "");
  control_plane.restart_apiserver();
  watcher.join();
  // A server that is told to end closes its watches in order; one that is killed cuts them.
  if (!ended) {
    EXPECT_EQ(kind_of(ended), "Unavailable") << failure_of(ended);
  }
  // The kept connection is dead: reads and idempotent writes are sent again, and nobody notices.
  EXPECT_EQ(failure_of(client->get(core::types::namespaces(), {"", "default"})), "");
  EXPECT_EQ(failure_of(client->apply(config_maps(), {"default", "one"}, config_map("one", "x"), {})), "");
}

TEST_P(KubeClientOutageTest, SaysUnavailableWhileTheServerIsDownAndGoesOnAfterwards) {
  cluster::ControlPlane control_plane;
  const auto client = client_by_way(control_plane);
  ASSERT_EQ(failure_of(client->get(core::types::namespaces(), {"", "default"})), "");
  control_plane.stop();
  EXPECT_EQ(kind_of(client->get(core::types::namespaces(), {"", "default"})), "Unavailable");
  EXPECT_EQ(kind_of(client->create(config_maps(), "default", config_map("one", "x"))), "Unavailable");
  control_plane.start();
  EXPECT_EQ(failure_of(client->create(config_maps(), "default", config_map("one", "x"))), "");
}

}  // namespace
}  // namespace guildhall::tests
