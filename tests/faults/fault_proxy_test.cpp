// The proxy itself: what passes, and what each fault does to a client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "operator/kube/watch_event.hpp"
#include "tests/cluster/child_process.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/faults/fault_proxy.hpp"
#include "tests/integration/kube_client_fixture.hpp"

namespace guildhall::tests::faults {
namespace {

class FaultProxyTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto& control_plane = cluster::shared_control_plane();
    const auto kubectl = control_plane.kubectl();
    ASSERT_EQ(kubectl({"create", "serviceaccount", "faulty", "-n", "default"}).exit_code, 0);
    const auto bound = kubectl(
        {"create", "clusterrolebinding", "faulty", "--clusterrole=cluster-admin", "--serviceaccount=default:faulty"});
    ASSERT_EQ(bound.exit_code, 0) << bound.err;
  }

  std::unique_ptr<kube::Client> client() {
    kube::ClientOptions options;
    options.max_attempts = 1;
    const auto direct = cluster::shared_control_plane().serviceaccount("default", "faulty").kubeconfig();
    return client_of(proxy_.lead_through(direct), options);
  }
  static core::Result<nlohmann::json> apply(kube::Client& client, const std::string& name) {
    return client.apply(config_maps(), {"default", name}, config_map(name, "x"), {});
  }
  /// Every ConfigMap of the namespace that a watch with initial events tells of until it ends.
  struct Watched {
    core::Result<void> end;
    std::vector<std::string> names;
    bool complete = false;
  };
  static Watched watch(kube::Client& client, std::chrono::milliseconds silence = std::chrono::seconds(60)) {
    kube::WatchOptions options;
    options.selection.ns = "default";
    options.initial_events = true;
    options.silence = silence;
    Watched watched;
    watched.end = client.watch(config_maps(), options,
                               [&](kube::WatchEvent&& event) {
                                 watched.complete = watched.complete || event.ends_initial_events;
                                 if (event.type != kube::WatchEventType::Bookmark)
                                   watched.names.push_back(event.object["metadata"]["name"]);
                                 return true;
                               },
                               {});
    return watched;
  }

  FaultProxy proxy_{cluster::shared_control_plane()};
};

TEST_F(FaultProxyTest, PassesRequestsAndKeepsTheWrites) {
  const auto user = client();
  ASSERT_EQ(failure_of(apply(*user, "passes")), "");
  EXPECT_EQ(failure_of(user->get(config_maps(), {"default", "passes"})), "");
  EXPECT_EQ(kind_of(user->get(config_maps(), {"default", "absent"})), "NotFound");
  const auto writes = proxy_.writes().all();
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_EQ(writes[0].request.verb, "patch");
  EXPECT_EQ(writes[0].status, 201U);
  EXPECT_EQ(path_of(writes[0].request), "/api/v1/namespaces/default/configmaps/passes");
}

TEST_F(FaultProxyTest, AnswersInTheServersPlace) {
  const auto user = client();
  proxy_.rules().add({.verb = "write", .part = "configmaps", .status = 429, .retry_after = 7, .every = 2});
  EXPECT_EQ(failure_of(apply(*user, "first")), "");
  const auto second = apply(*user, "second");
  ASSERT_EQ(kind_of(second), "TooManyRequests");
  EXPECT_EQ(second.error().retry_after, std::chrono::seconds(7));
  EXPECT_EQ(failure_of(apply(*user, "third")), "");
  EXPECT_EQ(proxy_.rules().hits(), 1U);
  EXPECT_EQ(kind_of(user->get(config_maps(), {"default", "second"})), "NotFound") << "it reached the API server";
}

TEST_F(FaultProxyTest, LosesTheRequestOrOnlyItsAnswer) {
  const auto user = client();
  proxy_.rules().add({.verb = "create", .part = "", .fault = Fault::CutBefore, .times = 1});
  proxy_.rules().add({.verb = "create", .part = "", .fault = Fault::DropAnswer, .times = 1});
  EXPECT_EQ(kind_of(user->create(config_maps(), "default", config_map("lost", "x"))), "Unavailable");
  EXPECT_EQ(kind_of(client()->get(config_maps(), {"default", "lost"})), "NotFound");
  EXPECT_EQ(kind_of(client()->create(config_maps(), "default", config_map("lost", "x"))), "Unavailable");
  // By another client: this one still keeps the connection that was cut.
  EXPECT_EQ(failure_of(client()->get(config_maps(), {"default", "lost"})), "") << "the write did not take place";
}

TEST_F(FaultProxyTest, CutsAWatchInTheMiddleOfALine) {
  const auto user = client();
  proxy_.rules().add({.verb = "watch", .part = "", .fault = Fault::CutList, .times = 1});
  proxy_.rules().add({.verb = "watch", .part = "", .fault = Fault::CutLine, .times = 1});
  const auto in_list = watch(*user);
  EXPECT_EQ(kind_of(in_list.end), "Unavailable");
  EXPECT_TRUE(in_list.names.empty());
  std::atomic<bool> ended = false;
  const std::jthread writer([&] {
    for (int number = 0; !ended; ++number)
      static_cast<void>(apply(*user, "cut-" + std::to_string(number)));
  });
  const auto live = watch(*user);
  ended = true;
  EXPECT_EQ(kind_of(live.end), "Unavailable") << failure_of(live.end);
  EXPECT_TRUE(live.complete);
}

TEST_F(FaultProxyTest, LetsAWatchFallSilent) {
  const auto user = client();
  proxy_.rules().add({.verb = "watch", .part = "", .fault = Fault::FallSilent});
  std::atomic<bool> ended = false;
  const std::jthread writer([&] {
    for (int number = 0; !ended; ++number)
      static_cast<void>(apply(*user, "silent-" + std::to_string(number)));
  });
  const auto watched = watch(*user, std::chrono::milliseconds(500));
  ended = true;
  EXPECT_EQ(kind_of(watched.end), "Timeout") << failure_of(watched.end);
  EXPECT_TRUE(watched.complete);
}

TEST_F(FaultProxyTest, SaysGoneInAWatch) {
  const auto user = client();
  proxy_.rules().add({.verb = "watch", .part = "", .fault = Fault::GoneEvent, .times = 1});
  proxy_.rules().add({.verb = "watch", .part = "", .status = 410, .times = 1});
  EXPECT_EQ(kind_of(watch(*user).end), "Gone");
  EXPECT_EQ(kind_of(watch(*user).end), "Gone");
}

TEST_F(FaultProxyTest, AnswersWithWhatWasTrueEarlier) {
  const auto user = client();
  proxy_.rules().add({.verb = "watch", .part = "", .fault = Fault::Record});
  kube::WatchOptions options;
  options.selection.ns = "default";
  options.initial_events = true;
  const auto until_complete = [](const kube::WatchEvent& event) { return !event.ends_initial_events; };
  ASSERT_EQ(failure_of(user->watch(config_maps(), options, until_complete, {})), "");
  ASSERT_EQ(failure_of(apply(*user, "made-later")), "");
  proxy_.rules().clear();
  proxy_.rules().add({.verb = "watch", .part = "", .fault = Fault::Stale});
  const auto stale = watch(*user);
  EXPECT_EQ(failure_of(stale.end), "");
  EXPECT_TRUE(stale.complete);
  EXPECT_THAT(stale.names, testing::Not(testing::Contains("made-later")));
}

TEST_F(FaultProxyTest, HoldsARequestUntilTheClientHasEnough) {
  const auto user = client();
  proxy_.rules().add({.verb = "get", .part = "configmaps", .fault = Fault::Hold, .times = 1});
  std::stop_source stop;
  std::jthread asker(
      [&] { EXPECT_EQ(kind_of(user->get(config_maps(), {"default", "absent"}, stop.get_token())), "Canceled"); });
  EXPECT_TRUE(cluster::eventually(
      "the request is held", [&] { return cluster::Observation{.holds = proxy_.rules().hits() == 1, .seen = ""}; }));
  stop.request_stop();
  asker.join();
  EXPECT_EQ(kind_of(user->get(config_maps(), {"default", "absent"})), "NotFound");
}

TEST_F(FaultProxyTest, KillsAProcessAfterTheNthWriteAndLetsNoneOfItsWritesThrough) {
  const auto user = client();
  const auto log = cluster::shared_control_plane().directory() / "victim.log";
  cluster::ChildProcess victim({.program = "/bin/sleep", .arguments = {"600"}, .environment = {}}, log);
  proxy_.writes().kill_after(2, victim.pid());
  ASSERT_EQ(failure_of(apply(*user, "one")), "");
  EXPECT_TRUE(victim.running());
  ASSERT_EQ(failure_of(apply(*user, "two")), "");
  EXPECT_EQ(victim.wait(std::chrono::seconds(10)), 128 + SIGKILL);
  EXPECT_EQ(kind_of(apply(*user, "three")), "Unavailable");
  proxy_.writes().revive();
  EXPECT_EQ(failure_of(apply(*client(), "three")), "");
}

TEST_F(FaultProxyTest, CutsEverythingWhenItStops) {
  const auto user = client();
  ASSERT_EQ(kind_of(user->get(config_maps(), {"default", "absent"})), "NotFound");
  proxy_.stop();
  EXPECT_EQ(kind_of(user->get(config_maps(), {"default", "absent"})), "Unavailable");
}

TEST(RequestTest, HasTheVerbsOfKubernetes) {
  const auto verb = [](std::string_view method, std::string_view target) {
    return describe_request(method, target).verb;
  };
  EXPECT_EQ(verb("GET", "/api/v1/namespaces"), "list");
  EXPECT_EQ(verb("GET", "/api/v1/namespaces/acme"), "get");
  EXPECT_EQ(verb("GET", "/api/v1/secrets?fieldSelector=a"), "list");
  EXPECT_EQ(verb("GET", "/api/v1/namespaces/acme/secrets?limit=5"), "list");
  EXPECT_EQ(verb("GET", "/apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys/one"), "get");
  EXPECT_EQ(verb("GET", "/apis/guildhall.dev/v1alpha1/apikeys?watch=true"), "watch");
  EXPECT_EQ(verb("PATCH", "/apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys/one/status"), "patch");
  EXPECT_EQ(verb("DELETE", "/api/v1/namespaces/acme/secrets/one"), "delete");
}

}  // namespace
}  // namespace guildhall::tests::faults
