#include "operator/admission/review.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/kube/base64.hpp"

namespace guildhall::admission {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// As kube-apiserver 1.34 sends it.
json deletion() {
  return json::parse(R"({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
    "uid": "705ab4f5", "kind": {"group": "guildhall.dev", "version": "v1alpha1", "kind": "Member"},
    "resource": {"group": "guildhall.dev", "version": "v1alpha1", "resource": "members"},
    "name": "", "namespace": "acme", "operation": "DELETE",
    "userInfo": {"username": "ada@acme.example", "groups": ["system:authenticated"],
                 "extra": {"authentication.kubernetes.io/credential-id": ["X509SHA256=ab"]}},
    "object": null, "oldObject": {"metadata": {"name": "ada"}}, "dryRun": true, "options": {"dryRun": ["All"]}}})");
}

TEST(ReviewOf, ADeletion) {
  const auto review = parse_review(deletion().dump());
  ASSERT_TRUE(review);
  EXPECT_EQ(review->uid, "705ab4f5");
  EXPECT_EQ(review->operation, Operation::Delete);
  EXPECT_EQ(review->resource, "members");
  EXPECT_EQ(review->ns, "acme");
  EXPECT_EQ(review->name, "");
  EXPECT_TRUE(review->dry_run);
  EXPECT_EQ(review->user.name, "ada@acme.example");
  EXPECT_THAT(review->user.groups, ElementsAre("system:authenticated"));
  EXPECT_THAT(review->user.extra.at("authentication.kubernetes.io/credential-id"), ElementsAre("X509SHA256=ab"));
  EXPECT_TRUE(review->object.is_null());
  EXPECT_EQ(review->standing()["metadata"]["name"], "ada");
}

TEST(ReviewOf, ACreation) {
  json whole = deletion();
  whole["request"]["operation"] = "CREATE";
  whole["request"]["object"] = {{"metadata", {{"name", "jane"}}}};
  whole["request"]["oldObject"] = nullptr;
  whole["request"].erase("dryRun");
  const auto review = parse_review(whole.dump());
  ASSERT_TRUE(review);
  EXPECT_EQ(review->operation, Operation::Create);
  EXPECT_FALSE(review->dry_run);
  EXPECT_EQ(review->standing()["metadata"]["name"], "jane");
}

TEST(ReviewOf, AnObjectWhoseManagedFieldsNestDeepIsWithoutThem) {
  const std::string deep = std::string(5'000, '[') + std::string(5'000, ']');
  const std::string body = R"({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
    "uid": "1", "operation": "UPDATE", "object": {"metadata": {"managedFields": )" +
                           deep + R"(, "name": "jane"}}, "oldObject": {"metadata": {"name": "old", "managedFields": )" +
                           deep + "}}}}";
  const auto review = parse_review(body);
  ASSERT_TRUE(review);
  EXPECT_EQ(review->object, json::parse(R"({"metadata": {"name": "jane"}})"));
  EXPECT_EQ(review->old_object, json::parse(R"({"metadata": {"name": "old"}})"));
}

TEST(ReviewOf, WhatIsCalledManagedFieldsElsewhereStays) {
  const auto review = parse_review(R"({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
    "uid": "1", "operation": "UPDATE", "userInfo": {"extra": {"managedFields": ["a"]}}, "object": {
      "metadata": {"name": "jane", "labels": {"managedFields": "b"}}, "spec": {"managedFields": "c"}}}})");
  ASSERT_TRUE(review);
  EXPECT_THAT(review->user.extra.at("managedFields"), ElementsAre("a"));
  EXPECT_EQ(review->object["metadata"]["labels"]["managedFields"], "b");
  EXPECT_EQ(review->object["spec"], (json{{"managedFields", "c"}}));
}

TEST(ReviewOf, WhatNestsDeepElsewhereIsInvalid) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const std::string body = R"({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
    "uid": "1", "operation": "CREATE", "object": {"spec": )" +
                           deep + "}}}";
  EXPECT_FALSE(parse_review(body));
}

TEST(ReviewOf, WhatIsNoneIsInvalid) {
  json without_request = deletion();
  without_request.erase("request");
  json without_uid = deletion();
  without_uid["request"].erase("uid");
  json of_old_version = deletion();
  of_old_version["apiVersion"] = "admission.k8s.io/v1beta1";
  json unknown = deletion();
  unknown["request"]["operation"] = "EXPLODE";
  for (const std::string& body : {std::string(), std::string("{"), std::string("[]"), without_request.dump(),
                                  without_uid.dump(), of_old_version.dump(), unknown.dump()}) {
    const auto review = parse_review(body);
    ASSERT_FALSE(review) << body;
    EXPECT_EQ(review.error().kind, core::ErrorKind::Invalid);
  }
}

json answer(const Verdict& verdict) {
  return json::parse(format_answer("705ab4f5", verdict));
}

TEST(Answer, NamesTheReview) {
  EXPECT_EQ(answer(allow()), json::parse(R"({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
    "response": {"uid": "705ab4f5", "allowed": true}})"));
}

TEST(Answer, SaysWhyNot) {
  EXPECT_EQ(answer(refuse("no"))["response"], json::parse(R"({"uid": "705ab4f5", "allowed": false,
    "status": {"status": "Failure", "code": 403, "reason": "Forbidden", "message": "no"}})"));
  EXPECT_EQ(answer(undecided("later"))["response"]["status"]["code"], 500);
}

TEST(Answer, CarriesAPatch) {
  Verdict verdict = allow();
  verdict.patch = json::parse(R"([{"op": "add", "path": "/metadata/annotations", "value": {}}])");
  const json response = answer(verdict)["response"];
  EXPECT_EQ(response["patchType"], "JSONPatch");
  EXPECT_EQ(json::parse(*kube::decode_base64(response["patch"].get<std::string>())), verdict.patch);
}

TEST(Answer, IsJsonWhateverTheMessageHolds) {
  EXPECT_THAT(format_answer("u", refuse("a\xff")), HasSubstr("\"allowed\":false"));
}

}  // namespace
}  // namespace guildhall::admission
