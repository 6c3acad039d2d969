#include "operator/records/signup_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator/records/routes_fixture.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

struct ASignUp : RoutesFixture {
  http::Response sign_up(const std::string& query = "", const std::string& body = kBody,
                         const std::string& type = "application/json") {
    return ask("POST", "signups" + query, {{"content-type", type}, {"accept", "application/json"}}, body);
  }

  static constexpr const char* kBody =
      R"({"apiVersion": "records.guildhall.dev/v1alpha1", "kind": "Signup",
          "spec": {"organization": "acme", "email": "jane@acme.example"}})";
};

TEST_F(ASignUp, IsCreatedForWhoAsks) {
  const http::Response response = sign_up();
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(json::parse(response.body)["status"], json::parse(R"({"namespace": "acme", "member": "jane"})"));
  ASSERT_THAT(signups, SizeIs(1));
  EXPECT_EQ(signups[0].user.name, "jane");
  EXPECT_EQ(signups[0].organization, "acme");
  EXPECT_FALSE(signups[0].dry_run);
}

TEST_F(ASignUp, MayBeADryRun) {
  EXPECT_EQ(sign_up("?dryRun=All").status, 201);
  EXPECT_TRUE(signups.at(0).dry_run);
}

TEST_F(ASignUp, ThatIsWrongIsNotDecided) {
  EXPECT_THAT(refusal(sign_up("", "{}")), StartsWith("422 Invalid"));
  EXPECT_THAT(refusal(sign_up("", "nonsense")), StartsWith("400 BadRequest"));
  EXPECT_THAT(refusal(sign_up("?dryRun=Some")), StartsWith("422 Invalid"));
  EXPECT_THAT(refusal(sign_up("", kBody, "application/yaml")), StartsWith("415 UnsupportedMediaType"));
  EXPECT_EQ(ask("POST", "signups", {{"accept", "text/html"}}, kBody).status, 406);
  EXPECT_THAT(signups, IsEmpty());
}

TEST_F(ASignUp, MayBeOfAnyJson) {
  for (const char* type : {"", "application/json; charset=utf-8", "Application/JSON"})
    EXPECT_EQ(sign_up("", kBody, type).status, 201) << type;
}

TEST_F(ASignUp, WithUnknownFieldsIsWarnedOf) {
  const std::string body = R"({"spec": {"organization": "acme", "email": "j@a", "a\"b": 1, "c": 2}})";
  EXPECT_EQ(sign_up("", body).headers.at("Warning"),
            R"(299 - "unknown field \"spec.a\"b\"", 299 - "unknown field \"spec.c\"")");
  EXPECT_EQ(sign_up("?fieldValidation=Ignore", body).headers.count("Warning"), 0U);
  EXPECT_EQ(sign_up("?fieldValidation=Strict", body).status, 400);
}

TEST_F(ASignUp, ThatIsRefusedSaysWhy) {
  outcome = core::fail(core::ErrorKind::AlreadyExists, "acme is taken");
  EXPECT_EQ(refusal(sign_up()), "409 AlreadyExists: acme is taken");
  EXPECT_EQ(json::parse(sign_up().body)["details"],
            json::parse(R"({"group": "records.guildhall.dev", "kind": "signups", "name": "acme"})"));
  outcome = core::fail(core::ErrorKind::Forbidden, "no more than one");
  EXPECT_EQ(refusal(sign_up()), "403 Forbidden: signups.records.guildhall.dev \"acme\" is forbidden: no more than one");
  outcome = core::fail(core::ErrorKind::Unavailable, "later");
  EXPECT_EQ(sign_up().status, 503);
}

TEST_F(ASignUp, NeedsADesk) {
  Surroundings around = surroundings();
  around.sign_up = nullptr;
  handler = make_routes(std::move(around));
  EXPECT_EQ(sign_up().status, 503);
}

}  // namespace
}  // namespace guildhall::records
