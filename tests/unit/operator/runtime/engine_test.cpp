#include "operator/runtime/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "operator/core/object_meta.hpp"
#include "tests/unit/operator/runtime/fake_api.hpp"
#include "tests/unit/operator/runtime/fake_clock.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::runtime {
namespace {

using core::ErrorKind;
using core::FinalizerChange;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::FakeApi;

const core::ResourceType kApiKeys{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true};
const core::ObjectKey kKey{"acme", "grafana"};
const std::string kKeyPath = "/apis/guildhall.dev/v1alpha1/namespaces/acme/apikeys/grafana";
const std::string kSecrets = "/api/v1/namespaces/acme/secrets/";
const std::string kEvents = "POST /apis/events.k8s.io/v1/namespaces/acme/events";
constexpr const char* kFinalizer = "guildhall.dev/apikey";

core::Apply secret(const std::string& name, const std::string& value = "v") {
  json object = core::object_head(core::types::secrets(), {"acme", name});
  object["stringData"] = {{"token", value}};
  return {.type = core::types::secrets(), .key = {"acme", name}, .object = object, .resource_version = {}};
}

core::AuditEntry audit(const std::string& identity = "1") {
  return {.action = "ApiKeyIssued", .note = "issued", .warning = false, .identity = identity};
}

// The n-th write is answered with that.
FakeApi::Fault at_write(int number, core::Result<kube::HttpResponse> answer) {
  return [number, answer](const kube::HttpRequest&, int write) -> std::optional<core::Result<kube::HttpResponse>> {
    if (write != number) return std::nullopt;
    return answer;
  };
}

class EngineTest : public testing::Test {
 protected:
  void SetUp() override {
    auto object = api_->put(kApiKeys, kKey, {{"metadata", {{"finalizers", json::array({"other/finalizer"})}}}});
    look(object);
  }

  // What a cache would tell of the object as it stands.
  void look(const json& object) {
    work_.primary = Primary{.uid = object.at("metadata").at("uid"),
                            .resource_version = object.at("metadata").at("resourceVersion"),
                            .finalizers = object.at("metadata").value("finalizers", std::vector<std::string>{})};
  }
  void look() { look(*api_->find(kApiKeys, kKey)); }

  Outcome execute() { return engine_.execute(subject_, work_, {}); }

  std::shared_ptr<FakeApi> api_ = std::make_shared<FakeApi>();
  tests::FakeMetrics metrics_;
  tests::FakeWallClock clock_;
  kube::Client client_{api_, tests::one_attempt(), metrics_};
  Engine engine_{client_, clock_, metrics_, "guildhall-0"};
  Subject subject_{kApiKeys, kKey, kFinalizer};
  Work work_;
};

TEST_F(EngineTest, WritesInTheOrderOfThePlan) {
  const auto old = api_->put(core::types::secrets(), {"acme", "old"}, {});
  work_.plan = {.finalizer = FinalizerChange::Add,
                .status = json{{"phase", "Active"}},
                .apply = {secret("one"), secret("two")},
                .remove = {{core::types::secrets(), {"acme", "old"}, old.at("metadata").at("uid"), ""}},
                .audit = {audit()},
                .look_again_after = {}};
  const Outcome outcome = execute();
  EXPECT_TRUE(outcome.succeeded());
  EXPECT_THAT(api_->writes(),
              ElementsAre("PATCH " + kKeyPath, "PATCH " + kKeyPath + "/status", "PATCH " + kSecrets + "one",
                          "PATCH " + kSecrets + "two", "DELETE " + kSecrets + "old", kEvents));
}

TEST_F(EngineTest, APlanThatWritesNothingSendsNothing) {
  work_.plan.look_again_after = std::chrono::seconds(5);
  const Outcome outcome = execute();
  EXPECT_TRUE(outcome.succeeded());
  EXPECT_EQ(api_->requests(), 0);
}

TEST_F(EngineTest, EachWriteToTheObjectDemandsTheVersionOfTheOneBefore) {
  const std::string first = work_.primary->resource_version;
  work_.plan = {.finalizer = FinalizerChange::Add,
                .status = json{{"phase", "Active"}},
                .apply = {},
                .remove = {},
                .audit = {},
                .look_again_after = {}};
  const Outcome outcome = execute();
  ASSERT_TRUE(outcome.succeeded());
  ASSERT_EQ(outcome.writes.size(), 2U);
  const auto bodies = api_->bodies();
  EXPECT_EQ(
      bodies.at(0),
      (json{{"metadata", {{"resourceVersion", first}, {"finalizers", json::array({"other/finalizer", kFinalizer})}}}}));
  EXPECT_EQ(bodies.at(1).at("metadata").at("resourceVersion"), outcome.writes.at(0).resource_version);
  EXPECT_EQ(outcome.writes.at(1).resource_version,
            api_->find(kApiKeys, kKey)->at("metadata").at("resourceVersion").get<std::string>());
}

TEST_F(EngineTest, TheStatusIsAppliedWithTheObjectsHeadAndIdentity) {
  work_.plan.status = json{{"phase", "Active"}};
  ASSERT_TRUE(execute().succeeded());
  const json wanted = {{"apiVersion", "guildhall.dev/v1alpha1"},
                       {"kind", "ApiKey"},
                       {"metadata",
                        {{"name", "grafana"},
                         {"namespace", "acme"},
                         {"resourceVersion", work_.primary->resource_version},
                         {"uid", work_.primary->uid}}},
                       {"status", {{"phase", "Active"}}}};
  EXPECT_EQ(api_->bodies().at(0), wanted);
}

TEST_F(EngineTest, AnOldViewOfTheObjectChangesNothing) {
  const auto seen = *api_->find(kApiKeys, kKey);
  api_->erase(kApiKeys, kKey);
  api_->put(kApiKeys, kKey, {});
  const auto before = api_->content();
  look(seen);
  work_.plan = {.finalizer = FinalizerChange::None,
                .status = json{{"phase", "Active"}},
                .apply = {secret("one")},
                .remove = {},
                .audit = {audit()},
                .look_again_after = {}};
  const Outcome outcome = execute();
  ASSERT_TRUE(outcome.transient);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Conflict);
  EXPECT_THAT(outcome.failures, IsEmpty());
  EXPECT_EQ(api_->content(), before);
}

TEST_F(EngineTest, AnObjectThatIsGoneIsNoFailureToTellOf) {
  api_->erase(kApiKeys, kKey);
  work_.plan.status = json{{"phase", "Active"}};
  const Outcome outcome = execute();
  EXPECT_THAT(outcome.failures, IsEmpty());
  ASSERT_TRUE(outcome.transient);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::NotFound);
}

TEST_F(EngineTest, ARefusedStatusEndsThePlanAndIsAFailure) {
  api_->set_fault(at_write(1, tests::refusal(422, "Invalid", "status.phase: too long")));
  work_.plan = {.finalizer = FinalizerChange::None,
                .status = json{{"phase", "Active"}},
                .apply = {secret("one")},
                .remove = {},
                .audit = {},
                .look_again_after = {}};
  const Outcome outcome = execute();
  ASSERT_EQ(outcome.failures.size(), 1U);
  EXPECT_EQ(outcome.failures.at(0).kind, ErrorKind::Invalid);
  EXPECT_THAT(outcome.failures.at(0).object, HasSubstr("ApiKey acme/grafana"));
  EXPECT_THAT(outcome.failures.at(0).message, HasSubstr("too long"));
  EXPECT_EQ(api_->writes().size(), 1U);
}

TEST_F(EngineTest, AFailedApplyStopsNeitherOtherAppliesNorRemovalsButKeepsTheFinalizer) {
  auto object = api_->put(kApiKeys, kKey, {{"metadata", {{"finalizers", json::array({kFinalizer})}}}});
  look(object);
  const auto old = api_->put(core::types::secrets(), {"acme", "old"}, {});
  work_.plan = {.finalizer = FinalizerChange::Drop,
                .status = {},
                .apply = {secret("one"), secret("two")},
                .remove = {{core::types::secrets(), {"acme", "old"}, old.at("metadata").at("uid"), ""}},
                .audit = {},
                .look_again_after = {}};
  api_->set_fault(at_write(1, tests::refusal(403, "Forbidden", "no")));
  const Outcome outcome = execute();
  EXPECT_THAT(outcome.failures,
              ElementsAre(core::WriteFailure{"Secret acme/one", ErrorKind::Forbidden, outcome.failures.at(0).message}));
  EXPECT_FALSE(outcome.transient);
  EXPECT_TRUE(api_->find(core::types::secrets(), {"acme", "two"}));
  EXPECT_FALSE(api_->find(core::types::secrets(), {"acme", "old"}));
  EXPECT_EQ(api_->find(kApiKeys, kKey)->at("metadata").at("finalizers"), json::array({kFinalizer}));
}

TEST_F(EngineTest, ATransientFailureOfAnApplyIsNotToldOf) {
  api_->set_fault(at_write(1, core::fail(ErrorKind::Unavailable, "connection lost")));
  work_.plan.apply = {secret("one"), secret("two")};
  const Outcome outcome = execute();
  EXPECT_THAT(outcome.failures, IsEmpty());
  ASSERT_TRUE(outcome.transient);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Unavailable);
  EXPECT_TRUE(api_->find(core::types::secrets(), {"acme", "two"}));
}

TEST_F(EngineTest, AnApplyThatNamesAVersionDemandsIt) {
  api_->put(core::types::secrets(), {"acme", "one"}, {});
  auto apply = secret("one");
  apply.resource_version = "1";
  work_.plan.apply = {apply};
  const Outcome outcome = execute();
  ASSERT_TRUE(outcome.transient);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Conflict);
}

TEST_F(EngineTest, AMergePatchChangesOnlyWhatItNames) {
  const core::ObjectKey ns{"", "acme"};
  const auto before = api_->put(core::types::namespaces(), ns, {{"metadata", {{"labels", {{"team", "a"}}}}}});
  work_.plan.apply = {{.type = core::types::namespaces(),
                       .key = ns,
                       .object = {{"metadata", {{"labels", {{"guildhall.dev/organization", "acme"}}}}}},
                       .resource_version = before.at("metadata").at("resourceVersion"),
                       .mode = core::WriteMode::MergePatch}};
  ASSERT_TRUE(execute().succeeded());
  EXPECT_EQ(api_->find(core::types::namespaces(), ns)->at("metadata").at("labels"),
            (json{{"team", "a"}, {"guildhall.dev/organization", "acme"}}));
  EXPECT_EQ(api_->bodies().at(0).at("metadata").at("resourceVersion"), before.at("metadata").at("resourceVersion"));
}

TEST_F(EngineTest, AnApplyToTheObjectItselfTakesPartInItsChainOfVersions) {
  work_.plan.status = json{{"phase", "Active"}};
  work_.plan.apply = {{.type = kApiKeys,
                       .key = kKey,
                       .object = {{"metadata", {{"annotations", {{"a", "b"}}}}}},
                       .resource_version = work_.primary->resource_version,
                       .mode = core::WriteMode::MergePatch}};
  work_.plan.finalizer = FinalizerChange::Drop;
  EXPECT_TRUE(execute().succeeded());
  EXPECT_EQ(api_->writes().size(), 3U);
}

TEST_F(EngineTest, ASecretIsFilledInJustBeforeItIsWritten) {
  auto apply = secret("one", "placeholder");
  apply.holds_secret = true;
  work_.plan.status = json{{"phase", "Issuing"}};
  work_.plan.apply = {apply};
  work_.fill_in = [this](const core::Apply& wanted) -> core::Result<json> {
    EXPECT_EQ(api_->writes().size(), 1U) << "the status comes before the secret is made";
    json object = wanted.object;
    object["stringData"]["token"] = "clear";
    return object;
  };
  ASSERT_TRUE(execute().succeeded());
  EXPECT_EQ(api_->find(core::types::secrets(), {"acme", "one"})->at("stringData").at("token"), "clear");
}

TEST_F(EngineTest, ASecretThatCannotBeFilledInIsThatAppliesFailure) {
  auto apply = secret("one");
  apply.holds_secret = true;
  work_.plan.apply = {apply, secret("two")};
  work_.fill_in = [](const core::Apply&) -> core::Result<json> {
    return core::fail(ErrorKind::Conflict, "the token that the plan counted on is gone");
  };
  const Outcome outcome = execute();
  ASSERT_TRUE(outcome.transient);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Conflict);
  EXPECT_THAT(api_->writes(), ElementsAre("PATCH " + kSecrets + "two"));
}

TEST_F(EngineTest, ASecretThatNothingFillsInIsNeverWritten) {
  auto apply = secret("one");
  apply.holds_secret = true;
  work_.plan.apply = {apply};
  EXPECT_EQ(execute().failures.size(), 1U);
  EXPECT_THAT(api_->writes(), IsEmpty());
}

TEST_F(EngineTest, AnotherObjectOfTheSameNameIsNotRemoved) {
  api_->put(core::types::secrets(), {"acme", "old"}, {});
  work_.plan.remove = {{core::types::secrets(), {"acme", "old"}, "uid-of-before", ""}};
  const Outcome outcome = execute();
  EXPECT_TRUE(outcome.succeeded());
  EXPECT_THAT(outcome.writes, IsEmpty());
  EXPECT_TRUE(api_->find(core::types::secrets(), {"acme", "old"}));
}

TEST_F(EngineTest, AnotherObjectThatTookTheNameInTheLastMomentIsNotRemovedEither) {
  api_->set_fault(at_write(
      1, tests::refusal(409, "Conflict", "Precondition failed: UID in precondition: a, UID in object meta: b")));
  work_.plan.remove = {{core::types::secrets(), {"acme", "old"}, "uid-of-before", ""}};
  EXPECT_TRUE(execute().succeeded());
}

TEST_F(EngineTest, ARemovalOfAnOldVersionIsObservedAgain) {
  const auto old = api_->put(core::types::secrets(), {"acme", "old"}, {});
  work_.plan.remove = {{core::types::secrets(), {"acme", "old"}, old.at("metadata").at("uid"), "1"}};
  work_.plan.finalizer = FinalizerChange::Drop;
  const Outcome outcome = execute();
  ASSERT_TRUE(outcome.transient);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Conflict);
  EXPECT_TRUE(api_->find(core::types::secrets(), {"acme", "old"}));
  EXPECT_EQ(api_->writes().size(), 1U) << "the finalizer stays while something is left to remove";
}

TEST_F(EngineTest, WhatIsAlreadyGoneIsRemoved) {
  work_.plan.remove = {{core::types::secrets(), {"acme", "old"}, "uid-9", ""}};
  EXPECT_TRUE(execute().succeeded());
}

TEST_F(EngineTest, ARemovalIsAWriteThatTheCacheMustShow) {
  const auto old = api_->put(core::types::secrets(), {"acme", "old"}, {});
  const std::string uid = old.at("metadata").at("uid");
  work_.plan.remove = {{core::types::secrets(), {"acme", "old"}, uid, ""}};
  EXPECT_THAT(execute().writes, ElementsAre(Write{core::types::secrets(), {"acme", "old"}, "", uid}));
}

TEST_F(EngineTest, TheSameOccurrenceIsToldOnce) {
  work_.plan.audit = {audit("1"), audit("1"), audit("2")};
  EXPECT_TRUE(execute().succeeded());
  const auto content = api_->content();
  EXPECT_EQ(
      std::ranges::count_if(content, [](const auto& item) { return item.first.find("/events/") != std::string::npos; }),
      2);
}

TEST_F(EngineTest, ANamespaceThatTakesNoEventsDoesNotHoldThePlan) {
  api_->set_fault(at_write(1, tests::refusal(403, "Forbidden", "acme is being terminated")));
  auto object = api_->put(kApiKeys, kKey, {{"metadata", {{"finalizers", json::array({kFinalizer})}}}});
  look(object);
  work_.plan.audit = {audit()};
  work_.plan.finalizer = FinalizerChange::Drop;
  EXPECT_TRUE(execute().succeeded());
  EXPECT_EQ(api_->find(kApiKeys, kKey)->at("metadata").at("finalizers"), json::array());
  EXPECT_EQ(metrics_.value(R"(guildhall_audit_events_lost_total{reason="Forbidden"})"), 1);
}

TEST_F(EngineTest, AnEventThatMayYetBeWrittenIsHandedBackAndTheFinalizerStays) {
  api_->set_fault(at_write(1, core::fail(ErrorKind::Unavailable, "connection lost")));
  work_.plan.audit = {audit()};
  work_.plan.finalizer = FinalizerChange::Drop;
  const Outcome outcome = execute();
  EXPECT_THAT(outcome.untold, ElementsAre(audit()));
  EXPECT_TRUE(outcome.transient);
  EXPECT_EQ(api_->writes().size(), 1U);
}

TEST_F(EngineTest, OnlyOurFinalizerIsDropped) {
  auto object =
      api_->put(kApiKeys, kKey, {{"metadata", {{"finalizers", json::array({kFinalizer, "other/finalizer"})}}}});
  look(object);
  work_.plan.finalizer = FinalizerChange::Drop;
  EXPECT_TRUE(execute().succeeded());
  EXPECT_EQ(api_->find(kApiKeys, kKey)->at("metadata").at("finalizers"), json::array({"other/finalizer"}));
}

TEST_F(EngineTest, AnObjectThatIsGoneMayStillLeaveThingsToRemove) {
  const auto old = api_->put(core::types::secrets(), {"acme", "old"}, {});
  work_.primary.reset();
  work_.plan = {.finalizer = FinalizerChange::Drop,
                .status = json{{"phase", "Active"}},
                .apply = {},
                .remove = {{core::types::secrets(), {"acme", "old"}, old.at("metadata").at("uid"), ""}},
                .audit = {},
                .look_again_after = {}};
  EXPECT_TRUE(execute().succeeded());
  EXPECT_THAT(api_->writes(), ElementsAre("DELETE " + kSecrets + "old"));
}

TEST_F(EngineTest, NothingFollowsAWriteThatTheGuardRefused) {
  int asked = 0;
  kube::ClientOptions options;
  options.write_guard = [&asked]() -> core::Result<void> {
    ++asked;
    return core::fail(ErrorKind::Canceled, "no longer the leader");
  };
  kube::Client guarded(api_, options, metrics_);
  Engine engine(guarded, clock_, metrics_, "guildhall-0");
  work_.plan = {.finalizer = FinalizerChange::Drop,
                .status = {},
                .apply = {secret("one"), secret("two")},
                .remove = {},
                .audit = {audit()},
                .look_again_after = {}};
  const Outcome outcome = engine.execute(subject_, work_, {});
  ASSERT_TRUE(outcome.transient);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Canceled);
  EXPECT_EQ(asked, 1);
  EXPECT_THAT(api_->writes(), IsEmpty());
}

TEST_F(EngineTest, TheServersWishToWaitIsHandedOn) {
  kube::HttpResponse busy = tests::refusal(429, "TooManyRequests", "slow down");
  busy.headers["retry-after"] = "7";
  api_->set_fault(at_write(1, busy));
  work_.plan.apply = {secret("one")};
  EXPECT_EQ(execute().retry_after, std::chrono::seconds(7));
}

}  // namespace
}  // namespace guildhall::runtime
