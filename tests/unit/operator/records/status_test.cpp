#include "operator/records/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::records {
namespace {

using nlohmann::json;

TEST(AStatus, IsWhatKubectlPrints) {
  EXPECT_EQ(json_of(not_found("auditentries", "00ff")), json::parse(R"({"kind": "Status", "apiVersion": "v1",
    "metadata": {}, "status": "Failure", "reason": "NotFound", "code": 404,
    "message": "auditentries.records.guildhall.dev \"00ff\" not found",
    "details": {"name": "00ff", "group": "records.guildhall.dev", "kind": "auditentries"}})"));
}

TEST(AStatus, OfABadRequestHasNoDetails) {
  EXPECT_EQ(json_of(bad_request("so not")), json::parse(R"({"kind": "Status", "apiVersion": "v1", "metadata": {},
    "status": "Failure", "reason": "BadRequest", "code": 400, "message": "so not"})"));
}

TEST(AStatus, OfAnInvalidObjectNamesEachField) {
  const Status status = invalid("records.guildhall.dev", "Signup", "acme",
                                {{"FieldValueRequired", "Required value: x", "spec.email"},
                                 {"FieldValueInvalid", "Invalid value: \"A\": y", "spec.organization"}});
  const json object = json_of(status);
  EXPECT_EQ(object["message"],
            "Signup.records.guildhall.dev \"acme\" is invalid: [spec.email: Required value: x, "
            "spec.organization: Invalid value: \"A\": y]");
  EXPECT_EQ(object["details"], json::parse(R"({"name": "acme", "group": "records.guildhall.dev", "kind": "Signup",
    "causes": [{"reason": "FieldValueRequired", "message": "Required value: x", "field": "spec.email"},
               {"reason": "FieldValueInvalid", "message": "Invalid value: \"A\": y", "field": "spec.organization"}]})"));
  EXPECT_EQ(invalid("g", "K", "", {{"t", "m", "f"}}).message, "K.g \"\" is invalid: f: m");
}

struct Case {
  Status status;
  int code;
  const char* reason;
  const char* message;
};

TEST(AStatus, HasTheWordsOfKubernetes) {
  for (const Case& c : std::initializer_list<Case>{
           {unauthorized(), 401, "Unauthorized", "Unauthorized"},
           {forbidden("auditentries", "", "no"), 403, "Forbidden",
            "auditentries.records.guildhall.dev is forbidden: no"},
           {forbidden("auditentries", "00ff", "no"), 403, "Forbidden",
            "auditentries.records.guildhall.dev \"00ff\" is forbidden: no"},
           {no_such_path(), 404, "NotFound", "the server could not find the requested resource"},
           {method_not_supported("auditentries", "delete", "GET"), 405, "MethodNotAllowed",
            "delete is not supported on resources of kind \"auditentries.records.guildhall.dev\""},
           {method_not_allowed(), 405, "MethodNotAllowed",
            "the server does not allow this method on the requested resource"},
           {not_acceptable("application/json"), 406, "NotAcceptable",
            "only the following media types are accepted: application/json"},
           {expired("gone"), 410, "Expired", "gone"},
           {unsupported_media_type("application/json"), 415, "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: application/json"},
           {unavailable("later"), 503, "ServiceUnavailable", "later"},
           {too_large_resource_version("9", "5"), 504, "Timeout",
            "Timeout: Too large resource version: 9, current: 5"}}) {
    EXPECT_EQ(c.status.code, c.code);
    EXPECT_EQ(c.status.reason, c.reason);
    EXPECT_EQ(c.status.message, c.message);
  }
}

TEST(AStatus, FollowsTheKindOfAnError) {
  using core::ErrorKind;
  const auto code = [](ErrorKind kind) { return status_of(core::fail(kind, "m").error()).code; };
  EXPECT_EQ(code(ErrorKind::NotFound), 404);
  EXPECT_EQ(code(ErrorKind::AlreadyExists), 409);
  EXPECT_EQ(code(ErrorKind::Conflict), 409);
  EXPECT_EQ(code(ErrorKind::Gone), 410);
  EXPECT_EQ(code(ErrorKind::Forbidden), 403);
  EXPECT_EQ(code(ErrorKind::Unauthorized), 401);
  EXPECT_EQ(code(ErrorKind::Invalid), 400);
  EXPECT_EQ(code(ErrorKind::TooManyRequests), 429);
  EXPECT_EQ(code(ErrorKind::Timeout), 504);
  EXPECT_EQ(code(ErrorKind::Unavailable), 503);
  EXPECT_EQ(code(ErrorKind::Canceled), 503);
  EXPECT_EQ(code(ErrorKind::Internal), 500);
  EXPECT_EQ(status_of(core::fail(ErrorKind::AlreadyExists, "m").error()).reason, "AlreadyExists");
}

TEST(AStatus, SaysWhenToComeAgain) {
  const http::Response response = respond(unavailable("later"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.headers.at("Retry-After"), "1");
  EXPECT_EQ(json::parse(response.body)["details"]["retryAfterSeconds"], 1);
  EXPECT_EQ(respond(bad_request("x")).headers.count("Retry-After"), 0U);
}

TEST(AStatus, OfAMethodSaysWhichThereAre) {
  EXPECT_EQ(respond(method_not_supported("signups", "delete", "POST")).headers.at("Allow"), "POST");
  EXPECT_EQ(respond(method_not_allowed()).headers.at("Allow"), "GET");
}

TEST(AStatus, IsJsonWhateverItsMessageHolds) {
  EXPECT_TRUE(json::accept(respond(bad_request("a\xff")).body));
}

TEST(AStatus, TellsThatAResourceVersionIsAhead) {
  EXPECT_EQ(json_of(too_large_resource_version("9", "5"))["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
}

}  // namespace
}  // namespace guildhall::records
