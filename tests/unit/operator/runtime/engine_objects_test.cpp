// What a plan applies to and removes from other objects: versions, UIDs, secrets, and what a failure leaves undone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/operator/runtime/engine_fixture.hpp"

namespace guildhall::runtime {
namespace {

using core::ErrorKind;
using core::FinalizerChange;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

using EngineObjectsTest = EngineTest;

TEST_F(EngineObjectsTest, AFailedApplyStopsNeitherOtherAppliesNorRemovalsButKeepsTheFinalizer) {
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

TEST_F(EngineObjectsTest, ATransientFailureOfAnApplyIsNotToldOf) {
  api_->set_fault(at_write(1, core::fail(ErrorKind::Unavailable, "connection lost")));
  work_.plan.apply = {secret("one"), secret("two")};
  const Outcome outcome = execute();
  EXPECT_THAT(outcome.failures, IsEmpty());
  ASSERT_TRUE(outcome.transient);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Unavailable);
  EXPECT_TRUE(api_->find(core::types::secrets(), {"acme", "two"}));
}

TEST_F(EngineObjectsTest, AnApplyThatNamesAVersionDemandsIt) {
  api_->put(core::types::secrets(), {"acme", "one"}, {});
  auto apply = secret("one");
  apply.resource_version = "1";
  work_.plan.apply = {apply};
  const Outcome outcome = execute();
  ASSERT_TRUE(outcome.transient);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Conflict);
}

TEST_F(EngineObjectsTest, AMergePatchChangesOnlyWhatItNames) {
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

TEST_F(EngineObjectsTest, ASecretIsFilledInJustBeforeItIsWritten) {
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

TEST_F(EngineObjectsTest, ASecretThatCannotBeFilledInIsThatAppliesFailure) {
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

TEST_F(EngineObjectsTest, ASecretThatNothingFillsInIsNeverWritten) {
  auto apply = secret("one");
  apply.holds_secret = true;
  work_.plan.apply = {apply};
  EXPECT_EQ(execute().failures.size(), 1U);
  EXPECT_THAT(api_->writes(), IsEmpty());
}

TEST_F(EngineObjectsTest, AnotherObjectOfTheSameNameIsNotRemoved) {
  api_->put(core::types::secrets(), {"acme", "old"}, {});
  work_.plan.remove = {{core::types::secrets(), {"acme", "old"}, "uid-of-before", ""}};
  const Outcome outcome = execute();
  EXPECT_TRUE(outcome.succeeded());
  EXPECT_THAT(outcome.writes, IsEmpty());
  EXPECT_TRUE(api_->find(core::types::secrets(), {"acme", "old"}));
}

TEST_F(EngineObjectsTest, AnotherObjectThatTookTheNameInTheLastMomentIsNotRemovedEither) {
  api_->set_fault(at_write(
      1, tests::refusal(409, "Conflict", "Precondition failed: UID in precondition: a, UID in object meta: b")));
  work_.plan.remove = {{core::types::secrets(), {"acme", "old"}, "uid-of-before", ""}};
  EXPECT_TRUE(execute().succeeded());
}

TEST_F(EngineObjectsTest, ARemovalOfAnOldVersionIsObservedAgain) {
  const auto old = api_->put(core::types::secrets(), {"acme", "old"}, {});
  work_.plan.remove = {{core::types::secrets(), {"acme", "old"}, old.at("metadata").at("uid"), "1"}};
  work_.plan.finalizer = FinalizerChange::Drop;
  const Outcome outcome = execute();
  ASSERT_TRUE(outcome.transient);
  EXPECT_EQ(outcome.transient->kind, ErrorKind::Conflict);
  EXPECT_TRUE(api_->find(core::types::secrets(), {"acme", "old"}));
  EXPECT_EQ(api_->writes().size(), 1U) << "the finalizer stays while something is left to remove";
}

TEST_F(EngineObjectsTest, WhatIsAlreadyGoneIsRemoved) {
  work_.plan.remove = {{core::types::secrets(), {"acme", "old"}, "uid-9", ""}};
  EXPECT_TRUE(execute().succeeded());
}

TEST_F(EngineObjectsTest, ARemovalIsAWriteThatTheCacheMustShow) {
  const auto old = api_->put(core::types::secrets(), {"acme", "old"}, {});
  const std::string uid = old.at("metadata").at("uid");
  work_.plan.remove = {{core::types::secrets(), {"acme", "old"}, uid, ""}};
  EXPECT_THAT(execute().writes, ElementsAre(Write{core::types::secrets(), {"acme", "old"}, "", uid}));
}

TEST_F(EngineObjectsTest, AnObjectThatIsGoneMayStillLeaveThingsToRemove) {
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

}  // namespace
}  // namespace guildhall::runtime
