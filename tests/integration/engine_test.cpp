// What the engine and the controller rely on at a real API server: preconditions, Events, finalizers, its own writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "operator/audit/audit_trail.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/crypto/key_ring.hpp"
#include "operator/runtime/controller.hpp"
#include "operator/runtime/engine.hpp"
#include "tests/integration/informer_fixture.hpp"

namespace guildhall::tests {
namespace {

using core::ErrorKind;
using core::FinalizerChange;
using runtime::Outcome;
using runtime::Primary;
using runtime::Work;
using testing::HasSubstr;

constexpr const char* kFinalizer = "guildhall.dev/apikey";

nlohmann::json api_key(const std::string& name) {
  nlohmann::json object = core::object_head(api_keys(), {"", name});
  object["metadata"].erase("namespace");
  object["spec"] = {
      {"displayName", "Grafana"}, {"lifetime", "90d"}, {"permissions", "Read"}, {"deployments", {{"all", true}}}};
  return object;
}

class EngineTest : public testing::Test {
 protected:
  // A namespace and an ApiKey of its own.
  void begin(const std::string& ns) {
    key_ = {make_namespace(control_plane_, ns), "grafana"};
    const auto created = client_->create(api_keys(), key_.ns, api_key(key_.name));
    ASSERT_EQ(failure_of(created), "");
    look(*created);
  }
  void look(const nlohmann::json& object) {
    const auto meta = core::parse_object_meta(object.at("metadata"));
    work_ = Work{};
    work_.primary = Primary{meta->uid, meta->resource_version, meta->finalizers};
  }
  void look() { look(object()); }
  nlohmann::json object() { return *client_->get(api_keys(), key_); }
  Outcome execute() { return engine_.execute({api_keys(), key_, kFinalizer}, work_, {}); }
  // For the message of an assertion.
  static std::string words_of(const Outcome& outcome) {
    std::string words = outcome.transient ? outcome.transient->describe() : "";
    for (const auto& failure : outcome.failures)
      words += " [" + failure.object + ": " + failure.message + "]";
    return words;
  }
  core::Apply secret(const std::string& name) {
    nlohmann::json object = core::object_head(core::types::secrets(), {key_.ns, name});
    object["stringData"] = {{"token", "v"}};
    return {.type = core::types::secrets(), .key = {key_.ns, name}, .object = object, .resource_version = {}};
  }
  nlohmann::json make_secret(const std::string& name) {
    const auto created = client_->apply(core::types::secrets(), {key_.ns, name}, secret(name).object, {});
    return created ? *created : nlohmann::json();
  }
  static nlohmann::json phase(const std::string& name) {
    const nlohmann::json ready = {{"type", "Ready"},
                                  {"status", "True"},
                                  {"reason", name},
                                  {"message", ""},
                                  {"lastTransitionTime", "2026-11-24T10:00:00Z"}};
    return {{"conditions", nlohmann::json::array({ready})}};
  }

  cluster::ControlPlane& control_plane_ = cluster::shared_control_plane();
  std::unique_ptr<kube::Client> client_ = client_of(control_plane_.kubeconfig());
  core::NoMetrics metrics_;
  runtime::SystemClock clock_;
  crypto::KeyRing ring_;
  audit::AuditTrail trail_{{.client = *client_,
                            .sealer = ring_,
                            .clock = clock_,
                            .metrics = metrics_,
                            .instance = "guildhall-0",
                            .ns = "default",
                            .events_last = std::chrono::hours{1},
                            .organization_of = [](const runtime::Regarding&) { return std::nullopt; },
                            .made_at = {},
                            .email_of = {},
                            .is_told = [](const std::string&) { return false; },
                            .log_late = {}}};
  runtime::Engine engine_{*client_, trail_, clock_};
  core::ObjectKey key_;
  Work work_;
};

TEST_F(EngineTest, AWholePlanIsCarriedOutAndASecondTimeChangesNothing) {
  begin("engine-whole");
  const auto old = make_secret("old");
  work_.plan = {.finalizer = FinalizerChange::Add,
                .status = phase("Active"),
                .apply = {secret("new")},
                .remove = {{core::types::secrets(), {key_.ns, "old"}, old.at("metadata").at("uid"), ""}},
                .audit = {{.action = "ApiKeyIssued", .note = "issued", .identity = "1"}},
                .look_again_after = {}};
  const Outcome outcome = execute();
  ASSERT_TRUE(outcome.succeeded()) << words_of(outcome);
  const auto after = object();
  EXPECT_EQ(after.at("metadata").at("finalizers"), nlohmann::json::array({kFinalizer}));
  EXPECT_EQ(after.at("status").at("conditions").at(0).at("reason"), "Active");
  EXPECT_EQ(failure_of(client_->get(core::types::secrets(), {key_.ns, "new"})), "");
  EXPECT_EQ(kind_of(client_->get(core::types::secrets(), {key_.ns, "old"})), "NotFound");
  look(after);
  work_.plan.status = after.at("status");  // with what it keeps to be told, as every plan does
  work_.plan.apply = {secret("new")};
  const Outcome again = execute();
  ASSERT_TRUE(again.succeeded());
  EXPECT_EQ(again.writes.at(0).resource_version, after.at("metadata").at("resourceVersion").get<std::string>())
      << "a no-op stores nothing";
}

TEST_F(EngineTest, APlanFromAnOldViewChangesNothing) {
  begin("engine-old-view");
  ASSERT_TRUE(client_->merge_patch(api_keys(), key_, {{"metadata", {{"labels", {{"a", "b"}}}}}}));
  const auto before = object();
  for (const bool finalizer : {true, false}) {
    work_.plan = {};
    if (finalizer) work_.plan.finalizer = FinalizerChange::Add;
    work_.plan.status = phase("Active");
    work_.plan.apply = {secret("new")};
    const Outcome outcome = execute();
    ASSERT_TRUE(outcome.transient) << words_of(outcome);
    EXPECT_EQ(outcome.transient->kind, ErrorKind::Conflict);
  }
  EXPECT_EQ(object(), before);
  EXPECT_EQ(kind_of(client_->get(core::types::secrets(), {key_.ns, "new"})), "NotFound");
}

TEST_F(EngineTest, AnotherObjectOfTheSameNameKeepsItsStatus) {
  begin("engine-made-anew");
  ASSERT_TRUE(client_->remove(api_keys(), key_, {}));
  ASSERT_TRUE(client_->create(api_keys(), key_.ns, api_key(key_.name)));
  work_.plan.status = phase("Active");
  const Outcome outcome = execute();
  ASSERT_TRUE(outcome.transient) << words_of(outcome);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Conflict);
  EXPECT_FALSE(object().contains("status"));
}

TEST_F(EngineTest, ASecretOfAnotherUidStays) {
  begin("engine-foreign");
  make_secret("old");
  work_.plan.remove = {{core::types::secrets(), {key_.ns, "old"}, "00000000-0000-0000-0000-000000000000", ""}};
  const Outcome outcome = execute();
  EXPECT_TRUE(outcome.succeeded()) << words_of(outcome);
  EXPECT_TRUE(outcome.writes.empty());
  EXPECT_EQ(failure_of(client_->get(core::types::secrets(), {key_.ns, "old"})), "");
}

TEST_F(EngineTest, ASecretThatChangedSinceIsLookedAtAgain) {
  begin("engine-changed");
  const auto old = make_secret("old");
  ASSERT_TRUE(
      client_->merge_patch(core::types::secrets(), {key_.ns, "old"}, {{"metadata", {{"labels", {{"a", "b"}}}}}}));
  work_.plan.remove = {{core::types::secrets(),
                        {key_.ns, "old"},
                        old.at("metadata").at("uid"),
                        old.at("metadata").at("resourceVersion")}};
  const Outcome outcome = execute();
  ASSERT_TRUE(outcome.transient) << words_of(outcome);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Conflict);
  EXPECT_EQ(failure_of(client_->get(core::types::secrets(), {key_.ns, "old"})), "");
}

TEST_F(EngineTest, AnEventIsShownByKubectlAndToldOnce) {
  begin("engine-event");
  work_.plan.audit = {{.action = "ApiKeyRotated", .note = "it has a new token", .identity = "1"}};
  ASSERT_TRUE(execute().succeeded());
  ASSERT_TRUE(execute().succeeded());
  const auto events = control_plane_.kubectl().get({"events.events.k8s.io", "-n", key_.ns}).at("items");
  ASSERT_EQ(events.size(), 1U);
  const auto described = control_plane_.kubectl()({"describe", "apikeys.guildhall.dev", "-n", key_.ns, key_.name});
  EXPECT_THAT(described.out, HasSubstr("it has a new token"));
}

TEST_F(EngineTest, AnEventAboutAClusterScopedObjectIsShownByDescribe) {
  const core::ResourceType organizations{"guildhall.dev", "v1alpha1", "organizations", "Organization", false};
  nlohmann::json organization = core::object_head(organizations, {"", "engine-cluster"});
  organization["spec"] = {{"displayName", "Acme"}};
  const auto created = client_->create(organizations, "", organization);
  ASSERT_EQ(failure_of(created), "");
  look(*created);
  work_.plan.audit = {{.action = "OrganizationRenamed", .note = "now called otherwise", .identity = "1"}};
  ASSERT_TRUE(engine_.execute({organizations, {"", "engine-cluster"}, kFinalizer}, work_, {}).succeeded());
  const auto described = control_plane_.kubectl()({"describe", "organizations.guildhall.dev", "engine-cluster"});
  EXPECT_THAT(described.out, HasSubstr("now called otherwise"));
}

TEST_F(EngineTest, ARefusedSecretIsAFailureWithTheServersWords) {
  begin("engine-refused");
  auto broken = secret("new");
  broken.object["type"] = "kubernetes.io/tls";
  work_.plan.apply = {broken};
  const Outcome outcome = execute();
  ASSERT_EQ(outcome.failures.size(), 1U);
  EXPECT_EQ(outcome.failures.at(0).kind, ErrorKind::Invalid);
  EXPECT_EQ(outcome.failures.at(0).object, "Secret engine-refused/new");
  EXPECT_THAT(outcome.failures.at(0).message, HasSubstr("tls.crt"));
}

TEST_F(EngineTest, ATerminatingNamespaceTakesNoEventAndStillLetsTheObjectGo) {
  begin("engine-terminating");
  work_.plan.finalizer = FinalizerChange::Add;
  ASSERT_TRUE(execute().succeeded());
  ASSERT_TRUE(client_->remove(core::types::namespaces(), {"", key_.ns}, {}));
  ASSERT_TRUE(cluster::eventually("the ApiKey is being deleted", [&] {
    return cluster::Observation{object().at("metadata").contains("deletionTimestamp"), ""};
  }));
  look();
  work_.plan.audit = {{.action = "ApiKeyDeleted", .note = "gone", .identity = "1"}};
  work_.plan.finalizer = FinalizerChange::Drop;
  EXPECT_TRUE(execute().succeeded());
  EXPECT_EQ(kind_of(client_->get(api_keys(), key_)), "NotFound");
}

// Reads a number from its cache and writes the next one, without any precondition: acting on an old cache shows as a
// number that was written twice.
class Counter final : public runtime::Reconciler {
 public:
  Counter(const kube::Informer<Entry>& informer, core::ObjectKey target)
      : informer_(informer), target_(std::move(target)) {}

  [[nodiscard]] std::string_view name() const override { return "counter"; }
  [[nodiscard]] const core::ResourceType& type() const override { return config_maps(); }
  [[nodiscard]] std::string_view finalizer() const override { return kFinalizer; }
  core::Result<Work> reconcile(const core::ObjectKey& /*key*/, const std::vector<core::WriteFailure>& /*failures*/,
                               core::Timestamp /*now*/) override {
    const auto target = informer_.get(target_);
    const int number = target ? std::stoi(target->value) : 0;
    Work work;
    if (rounds == kRounds) {
      done.set_value(number);
      ++rounds;
      return work;
    }
    if (rounds > kRounds) return work;
    ++rounds;
    work.plan.apply.push_back({.type = config_maps(),
                               .key = target_,
                               .object = config_map(target_.name, std::to_string(number + 1)),
                               .resource_version = {}});
    work.plan.look_again_after = std::chrono::milliseconds(0);
    return work;
  }

  static constexpr int kRounds = 100;
  int rounds = 0;  // one key, so one worker at a time
  std::promise<int> done;

 private:
  const kube::Informer<Entry>& informer_;
  core::ObjectKey target_;
};

TEST_F(EngineTest, AControllerNeverActsOnACacheOlderThanItsOwnWrites) {
  const auto ns = make_namespace(control_plane_, "engine-counter");
  RunningInformer running(control_plane_.kubeconfig(),
                          {.ns = ns, .label_selector = "", .field_selector = "metadata.name=count"});
  ASSERT_TRUE(running.informer().wait_until_synced({}));
  runtime::CacheRegistry caches;
  caches.add(running.informer());
  const runtime::BootClock steady;
  Counter counter(running.informer(), {ns, "count"});
  runtime::Controller controller(counter, {engine_, caches, clock_, steady, metrics_}, 4);
  controller.add({ns, "count"});
  std::stop_source stop;
  std::jthread worker([&] { controller.run(stop.get_token()); });
  EXPECT_EQ(counter.done.get_future().get(), Counter::kRounds);
  stop.request_stop();
  worker.join();
  EXPECT_EQ(client_->get(config_maps(), {ns, "count"})->at("data").at("key"), std::to_string(Counter::kRounds));
}

}  // namespace
}  // namespace guildhall::tests
