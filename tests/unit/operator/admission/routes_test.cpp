#include "operator/admission/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controllers/legible_seals.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::admission {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kReview = R"({"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
  "request": {"uid": "1", "operation": "DELETE", "oldObject": {"metadata": {"name": "ada"}}}})";

class AdmissionRoutes : public testing::Test {
 protected:
  http::Response ask(const std::string& method, const std::string& webhook, const std::string& body) {
    const std::string path = *paths_.path_of(webhook);
    return handler_({.method = method, .path = path, .query = "timeout=3s", .headers = {}, .body = body, .peer = {}});
  }

  tests::FakeMetrics metrics_;
  controllers::LegibleSeals seals_;
  WebhookPaths paths_{seals_};
  http::Handler handler_ = make_routes(
      {{"yes", [](const Review&) { return allow(); }},
       {"no",
        [](const Review& review) { return refuse("not " + review.standing()["metadata"]["name"].get<std::string>()); }},
       {"later", [](const Review&) { return undecided("later"); }}},
      paths_, metrics_);
};

TEST_F(AdmissionRoutes, AskTheWebhookOfThePath) {
  const auto yes = ask("POST", "yes", kReview);
  EXPECT_EQ(yes.status, 200);
  EXPECT_EQ(yes.content_type, "application/json");
  EXPECT_TRUE(json::parse(yes.body)["response"]["allowed"]);
  EXPECT_EQ(json::parse(ask("POST", "no", kReview).body)["response"]["status"]["message"], "not ada");
}

TEST_F(AdmissionRoutes, CountByResult) {
  for (const char* path : {"yes", "no", "later"})
    ask("POST", path, kReview);
  for (const auto& [webhook, result] :
       {std::pair{"yes", "allowed"}, std::pair{"no", "refused"}, std::pair{"later", "undecided"}}) {
    EXPECT_EQ(metrics_.value(std::string("guildhall_admission_reviews_total{webhook=\"") + webhook +
                             "\",operation=\"DELETE\",result=\"" + result + "\"}"),
              1);
  }
}

TEST_F(AdmissionRoutes, RefuseWhatIsNoReview) {
  EXPECT_EQ(ask("POST", "yes", "{}").status, 400);
  EXPECT_EQ(ask("GET", "yes", "").status, 405);
  EXPECT_EQ(ask("POST", "other", kReview).status, 404);
  EXPECT_THAT(ask("POST", "yes", "{}").body, HasSubstr("not an AdmissionReview"));
}

TEST_F(AdmissionRoutes, AreForWhoKnowsTheSealedPath) {
  for (const char* path : {"/yes", "/yes/", "/yes/k1-webhook-no", "/"}) {
    const http::Request request{
        .method = "POST", .path = path, .query = "", .headers = {}, .body = kReview, .peer = {}};
    EXPECT_EQ(handler_(request).status, 404) << path;
  }
}

}  // namespace
}  // namespace guildhall::admission
