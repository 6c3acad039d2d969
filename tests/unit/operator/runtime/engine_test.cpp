#include "operator/runtime/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/unit/operator/runtime/engine_fixture.hpp"

namespace guildhall::runtime {
namespace {

using core::ErrorKind;
using core::FinalizerChange;
using nlohmann::json;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

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

TEST_F(EngineTest, AWebhookThatFailsIsAFailureToTellOf) {
  const std::string words = R"(Internal error occurred: failed calling webhook "x.example": no such host)";
  api_->set_fault(at_write(1, tests::refusal(500, "InternalError", words)));
  work_.plan.apply = {secret("one")};
  const Outcome outcome = execute();
  ASSERT_EQ(outcome.failures.size(), 1U);
  EXPECT_EQ(outcome.failures.at(0).kind, ErrorKind::Unavailable);
  EXPECT_THAT(outcome.failures.at(0).message, HasSubstr("x.example"));
}

TEST_F(EngineTest, ADenialWithAnyCodeIsAFailureToTellOf) {
  work_.plan.apply = {secret("one")};
  const std::string webhook = R"(admission webhook "x.example" denied the request: not now)";
  const std::string policy = R"(ValidatingAdmissionPolicy 'x.example' with binding 'b' denied request: not now)";
  int write = 0;
  for (const auto& refusal : {tests::refusal(500, "InternalError", webhook), tests::refusal(409, "Conflict", webhook),
                              tests::refusal(409, "AlreadyExists", webhook), tests::refusal(404, "NotFound", webhook),
                              tests::refusal(401, "Unauthorized", policy)}) {
    SCOPED_TRACE(++write);
    api_->set_fault([&](const kube::HttpRequest&, int) { return refusal; });
    const Outcome outcome = execute();
    ASSERT_EQ(outcome.failures.size(), 1U);
    EXPECT_THAT(outcome.failures.at(0).message, HasSubstr("x.example"));
  }
  work_.plan.apply.clear();
  work_.plan.remove = {{.type = core::types::secrets(), .key = {"acme", "old"}, .uid = "u", .resource_version = {}}};
  api_->set_fault([&](const kube::HttpRequest&, int) { return tests::refusal(404, "NotFound", webhook); });
  EXPECT_EQ(execute().failures.size(), 1U) << "it is not gone";
}

TEST_F(EngineTest, WhatKeepsAStatusFromBeingWrittenIsAFailureThoughItMayPass) {
  work_.plan.status = json{{"phase", "Active"}};
  const core::Result<kube::HttpResponse> answers[] = {
      tests::refusal(500, "InternalError", "etcd cannot decode it"),
      tests::refusal(404, "NotFound", R"(admission webhook "x.example" denied the request: no)"),
      core::fail(ErrorKind::Timeout, "no answer within 30 s")};
  for (const auto& answer : answers) {
    api_->set_fault([&](const kube::HttpRequest&, int) { return answer; });
    EXPECT_EQ(execute().failures.size(), 1U);
  }
  api_->set_fault([](const kube::HttpRequest&, int) { return core::fail(ErrorKind::Unavailable, "connection lost"); });
  EXPECT_THAT(execute().failures, IsEmpty()) << "that is not about the object";
}

TEST_F(EngineTest, TheWordsOfARefusalAreCutToWhatAConditionHolds) {
  work_.plan.apply = {secret("one")};
  api_->set_fault(at_write(1, tests::refusal(403, "Forbidden", std::string(40'000, 'n'))));
  const Outcome outcome = execute();
  ASSERT_EQ(outcome.failures.size(), 1U);
  EXPECT_THAT(outcome.failures.at(0).message, EndsWith("nnn ..."));
  EXPECT_LT(outcome.failures.at(0).message.size(), 1'100U);
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

TEST_F(EngineTest, TheSameOccurrenceIsToldOnce) {
  work_.plan.audit = {audit("1"), audit("1"), audit("2")};
  EXPECT_TRUE(execute().succeeded());
  const auto content = api_->content();
  EXPECT_EQ(
      std::ranges::count_if(content, [](const auto& item) { return item.first.find("/events/") != std::string::npos; }),
      2);
}

TEST_F(EngineTest, TheStatusKeepsWhatIsToBeToldUntilItIsTold) {
  work_.plan.status = json{{"phase", "Active"}};
  work_.plan.audit = {audit("1")};
  ASSERT_TRUE(execute().succeeded());
  const json kept = {{{"action", "ApiKeyIssued"},
                      {"at", core::format_micro_timestamp(clock_.now())},
                      {"note", "issued"},
                      {"occurrence", "1"},
                      {"source", "Reconciler"}}};
  EXPECT_EQ(api_->bodies().at(0).at("status").at("audit"), kept);
  EXPECT_EQ(api_->bodies().at(0).at("status").at("phase"), "Active");
}

TEST_F(EngineTest, AStatusThatBringsNothingToTellKeepsWhatItKept) {
  const json kept = json::array({{{"action", "ApiKeyIssued"}, {"occurrence", "1"}}});
  work_.plan.status = json{{"phase", "Active"}, {"audit", kept}};
  ASSERT_TRUE(execute().succeeded());
  EXPECT_EQ(api_->bodies().at(0).at("status").at("audit"), kept);
}

TEST_F(EngineTest, WhatStandsNotedIsToldBeforeAnythingIsWritten) {
  work_.noted = {audit("1"), audit("2")};
  work_.plan.status = json{{"phase", "Active"}};
  ASSERT_TRUE(execute().succeeded());
  EXPECT_THAT(api_->writes(), ElementsAre(kEvents, kEvents, "PATCH " + kKeyPath + "/status"));
  look();
  work_.plan = {};
  ASSERT_TRUE(execute().succeeded());
  EXPECT_EQ(api_->writes().size(), 3U) << "what was told is not told again";
}

TEST_F(EngineTest, WhatCouldNotBeToldStaysInTheStatus) {
  api_->set_fault(at_write(1, core::fail(ErrorKind::Unavailable, "connection lost")));
  work_.noted = {audit("1")};
  work_.plan.status = json{{"phase", "Active"}};
  work_.plan.audit = {audit("2")};
  const Outcome outcome = execute();
  EXPECT_TRUE(outcome.transient) << "it is tried again";
  const json kept = api_->bodies().at(1).at("status").at("audit");
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept.at(0).at("occurrence"), "1");
  EXPECT_EQ(kept.at(1).at("occurrence"), "2");
}

TEST_F(EngineTest, WhatIsTriedAgainStandsInTheStatusOnce) {
  api_->set_fault(
      [](const kube::HttpRequest& request, int /*write*/) -> std::optional<core::Result<kube::HttpResponse>> {
        if (request.target.find("/events") == std::string::npos) return std::nullopt;
        return core::fail(ErrorKind::Unavailable, "connection lost");
      });
  work_.noted = {audit("1")};
  work_.plan.status = json{{"phase", "Active"}};
  work_.plan.audit = {audit("1")};
  execute();
  const auto standing = api_->find(kApiKeys, kKey);
  EXPECT_EQ(standing->at("status").at("audit").size(), 1U);
}

TEST_F(EngineTest, WithoutAStatusItIsToldBeforeTheEvidenceGoes) {
  work_.plan.apply = {secret("one")};
  work_.plan.audit = {audit()};
  ASSERT_TRUE(execute().succeeded());
  EXPECT_THAT(api_->writes(), ElementsAre(kEvents, "PATCH " + kSecrets + "one"));
}

TEST_F(EngineTest, AnEventThatMayYetBeWrittenIsHandedBackAndTheFinalizerStays) {
  api_->set_fault(at_write(1, core::fail(ErrorKind::Unavailable, "connection lost")));
  work_.plan.audit = {audit()};
  work_.plan.finalizer = FinalizerChange::Drop;
  const Outcome outcome = execute();
  core::AuditNote untold = audit();
  untold.at = clock_.now();
  EXPECT_THAT(outcome.untold, ElementsAre(untold));
  EXPECT_TRUE(outcome.transient);
  EXPECT_EQ(api_->writes().size(), 1U);
}

TEST_F(EngineTest, AFinalizerIsAbandonedWhateverWasRefused) {
  for (const auto& answer : {core::Result<kube::HttpResponse>(tests::refusal(403, "Forbidden", "a policy")),
                             core::Result<kube::HttpResponse>(core::fail(ErrorKind::Unavailable, "connection lost"))}) {
    api_->set_fault(at_write(1, answer));
    auto object = api_->put(kApiKeys, kKey, {{"metadata", {{"finalizers", json::array({kFinalizer})}}}});
    look(object);
    work_.plan.remove = {{.type = core::types::secrets(), .key = kKey, .uid = "s-1", .resource_version = {}}};
    work_.plan.finalizer = FinalizerChange::Abandon;
    execute();
    EXPECT_EQ(api_->find(kApiKeys, kKey)->at("metadata").at("finalizers"), json::array());
  }
}

TEST_F(EngineTest, OnlyOurFinalizerIsDropped) {
  auto object =
      api_->put(kApiKeys, kKey, {{"metadata", {{"finalizers", json::array({kFinalizer, "other/finalizer"})}}}});
  look(object);
  work_.plan.finalizer = FinalizerChange::Drop;
  EXPECT_TRUE(execute().succeeded());
  EXPECT_EQ(api_->find(kApiKeys, kKey)->at("metadata").at("finalizers"), json::array({"other/finalizer"}));
}

TEST_F(EngineTest, NothingFollowsAWriteThatTheGuardRefused) {
  int asked = 0;
  kube::ClientOptions options;
  options.write_guard = [&asked]() -> core::Result<void> {
    ++asked;
    return core::fail(ErrorKind::Canceled, "no longer the leader");
  };
  kube::Client guarded(api_, options, metrics_);
  tests::EventTrail trail(guarded);
  Engine engine(guarded, trail, clock_);
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
