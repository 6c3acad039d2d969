#include "operator/kube/request_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::kube {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The text, or "<kind>: <message>".
std::string text_of(const HttpRequest& request, const Impersonation& impersonation = {},
                    const std::string& token = {}) {
  Identity identity;
  identity.token = core::SecretText(token);
  const auto text =
      request_text(request, {.host = "10.0.0.1:6443", .path = "/one", .impersonation = &impersonation}, identity);
  if (text) return std::string(text->reveal());
  return std::string(core::to_string(text.error().kind)) + ": " + text.error().message;
}

HttpRequest get(std::string target) {
  HttpRequest request;
  request.method = "GET";
  request.target = std::move(target);
  return request;
}

TEST(RequestTextTest, HasNoBodyWhereThereIsNone) {
  EXPECT_EQ(text_of(get("/api?a=b")),
            "GET /one/api?a=b HTTP/1.1\r\nHost: 10.0.0.1:6443\r\nAccept: application/json\r\n"
            "User-Agent: guildhall\r\n\r\n");
}

TEST(RequestTextTest, NamesTheLengthOfItsBody) {
  auto request = get("/api");
  request.method = "PUT";
  request.content_type = "application/json";
  request.body = "{\"a\":1}";
  EXPECT_EQ(text_of(request, {.user = "jane", .group = "acme"}, "t0ken"),
            "PUT /one/api HTTP/1.1\r\nHost: 10.0.0.1:6443\r\nAccept: application/json\r\nUser-Agent: guildhall\r\n"
            "Impersonate-User: jane\r\nImpersonate-Group: acme\r\nAuthorization: Bearer t0ken\r\n"
            "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
}

TEST(RequestTextTest, TakesNoTargetThatWouldEndTheLine) {
  for (const char* target : {"/with space", "/a\r\nX: y", "", "api"})
    EXPECT_EQ(text_of(get(target)), "Internal: the request cannot be sent: its target is no path") << target;
}

TEST(RequestTextTest, TakesNoHeaderThatWouldBeTwo) {
  auto request = get("/api");
  request.accept = "a\r\nImpersonate-User: admin";
  EXPECT_THAT(text_of(request), HasSubstr("Internal: "));
  EXPECT_THAT(text_of(get("/api"), {.user = "jane\nX: y", .group = {}}), HasSubstr("Internal: "));
}

TEST(RequestTextTest, ATokenThatIsNoneIsNotTold) {
  const auto text = text_of(get("/api"), {}, "s3cret\nsecond line");
  EXPECT_THAT(text, HasSubstr("Internal: "));
  EXPECT_THAT(text, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace guildhall::kube
