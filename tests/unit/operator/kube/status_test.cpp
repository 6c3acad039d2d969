#include "operator/kube/status.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::kube {
namespace {

using core::ErrorKind;

struct Case {
  const char* name;
  int code;
  std::string reason;
  ErrorKind kind;
};

class StatusKindTest : public testing::TestWithParam<Case> {};

TEST_P(StatusKindTest, IsMapped) {
  const auto& [name, code, reason, kind] = GetParam();
  const nlohmann::json status{{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", "m"}};
  const auto error = error_of_response({.status = code, .headers = {}, .body = status.dump()}, "Secret acme/x");
  EXPECT_EQ(core::to_string(error.kind), core::to_string(kind));
  EXPECT_EQ(error.reason, reason);
  EXPECT_EQ(error.message, "m");
  EXPECT_EQ(error.object, "Secret acme/x");
}

// Every StatusReason of apimachinery, with the code that the API server sends it with.
INSTANTIATE_TEST_SUITE_P(
    Reasons, StatusKindTest,
    testing::Values(
        Case{"Unauthorized", 401, "Unauthorized", ErrorKind::Unauthorized},
        Case{"Forbidden", 403, "Forbidden", ErrorKind::Forbidden},
        Case{"NotFound", 404, "NotFound", ErrorKind::NotFound},
        Case{"AlreadyExists", 409, "AlreadyExists", ErrorKind::AlreadyExists},
        Case{"Conflict", 409, "Conflict", ErrorKind::Conflict}, Case{"Gone", 410, "Gone", ErrorKind::Gone},
        Case{"GoneWithoutAReason", 410, "", ErrorKind::Gone}, Case{"Expired", 410, "Expired", ErrorKind::Gone},
        Case{"Invalid", 422, "Invalid", ErrorKind::Invalid},
        Case{"ServerTimeout", 500, "ServerTimeout", ErrorKind::Unavailable},
        Case{"StoreReadError", 500, "StorageReadError", ErrorKind::Unavailable},
        Case{"Timeout", 504, "Timeout", ErrorKind::Timeout}, Case{"RequestTimeout", 408, "Timeout", ErrorKind::Timeout},
        Case{"TooManyRequests", 429, "TooManyRequests", ErrorKind::TooManyRequests},
        Case{"BadRequest", 400, "BadRequest", ErrorKind::Invalid},
        Case{"MethodNotAllowed", 405, "MethodNotAllowed", ErrorKind::Invalid},
        Case{"NotAcceptable", 406, "NotAcceptable", ErrorKind::Invalid},
        Case{"RequestEntityTooLarge", 413, "RequestEntityTooLarge", ErrorKind::Invalid},
        Case{"UnsupportedMediaType", 415, "UnsupportedMediaType", ErrorKind::Invalid},
        Case{"InternalError", 500, "InternalError", ErrorKind::Unavailable},
        Case{"BadGateway", 502, "", ErrorKind::Unavailable},
        Case{"ServiceUnavailable", 503, "ServiceUnavailable", ErrorKind::Unavailable},
        Case{"ARedirect", 307, "", ErrorKind::Unavailable}, Case{"NoReasonAt409", 409, "", ErrorKind::Conflict}),
    [](const auto& info) { return info.param.name; });

TEST(StatusTest, AnotherOnesPageIsNamedByItsCodeAndOnePrintableLine) {
  const auto error =
      error_of_response({.status = 502, .headers = {}, .body = "<html>\n\x1b[31mbad gateway</html>\n"}, "o");
  EXPECT_EQ(core::to_string(error.kind), "Unavailable");
  EXPECT_EQ(error.message, "the API server answered 502: <html>  [31mbad gateway</html>");
  EXPECT_EQ(error.reason, "");
}

TEST(StatusTest, AnEmptyAnswerIsNamedByItsCode) {
  EXPECT_EQ(error_of_response({.status = 503, .headers = {}, .body = ""}, "").message, "the API server answered 503");
}

TEST(StatusTest, AnObjectOfAnotherKindIsNoStatus) {
  const auto error =
      error_of_response({.status = 400, .headers = {}, .body = R"({"kind":"Secret","message":"s3cret"})"}, "");
  EXPECT_EQ(core::to_string(error.kind), "Invalid");
  EXPECT_EQ(error.reason, "");
}

TEST(StatusTest, FieldsOfAnotherTypeArePassedOver) {
  const auto error = error_of_status({{"code", "410"}, {"reason", 7}, {"message", nullptr}, {"details", "x"}}, 500, "");
  EXPECT_EQ(core::to_string(error.kind), "Unavailable");
  EXPECT_EQ(error.message, "the API server answered 500");
}

TEST(StatusTest, TellsHowLongToWait) {
  const std::string status = R"({"kind":"Status","code":429,"details":{"retryAfterSeconds":3}})";
  using std::chrono::seconds;
  EXPECT_EQ(error_of_response({.status = 429, .headers = {{"retry-after", "7"}}, .body = status}, "").retry_after,
            seconds(7));
  EXPECT_EQ(error_of_response({.status = 429, .headers = {}, .body = status}, "").retry_after, seconds(3));
  EXPECT_EQ(error_of_response({.status = 429, .headers = {}, .body = ""}, "").retry_after, std::nullopt);
}

TEST(StatusTest, ARetryAfterOfAnySizeIsADayAtMost) {
  for (const char* const seconds : {"86401", "9223372036854775807", "18446744073709551615"}) {
    const std::string status =
        fmt::format(R"({{"kind":"Status","code":429,"details":{{"retryAfterSeconds":{}}}}})", seconds);
    EXPECT_EQ(error_of_response({.status = 429, .headers = {}, .body = status}, "").retry_after, std::chrono::hours(24))
        << seconds;
  }
  EXPECT_EQ(retry_after_of({.status = 429, .headers = {{"retry-after", "4294967295"}}, .body = {}}),
            std::chrono::hours(24));
}

TEST(StatusTest, ReadsRetryAfterAsSecondsOnly) {
  const auto of = [](std::string text) {
    return retry_after_of({.status = 503, .headers = {{"retry-after", std::move(text)}}, .body = {}});
  };
  EXPECT_EQ(of("0"), std::chrono::seconds(0));
  EXPECT_EQ(of("15"), std::chrono::seconds(15));
  for (const char* text : {"", "-1", "1.5", "1 ", "99999999999", "Wed, 21 Oct 2026 07:28:00 GMT"})
    EXPECT_EQ(of(text), std::nullopt) << text;
}

}  // namespace
}  // namespace guildhall::kube
