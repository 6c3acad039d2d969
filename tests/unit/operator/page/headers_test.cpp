#include "operator/page/headers.hpp"

#include <gmock/gmock.h>

#include "operator/crypto/digest.hpp"
#include "tests/unit/operator/page/page_fixture.hpp"

namespace guildhall::page {
namespace {

using testing::HasSubstr;

class EveryAnswer : public PageFixture {};

TEST_F(EveryAnswer, CarriesTheSecurityHeaders) {
  auto foreign = post(kToken, Place::Accept);
  foreign.headers["origin"] = "https://evil.example";
  auto wrong_method = get(path_of(kToken));
  wrong_method.method = "PUT";
  std::vector<http::Request> requests{
      get(path_of(kToken)), get(path_of(kOtherToken)),        get("/guildhall/"),
      get("/nothing"),      get("/guildhall/robots.txt"),     foreign,
      wrong_method,         get(path_of(kToken) + "/accept"), post(kToken, Place::Accept)};
  requests.insert(requests.end(), 130, get("/guildhall/"));  // and those over the limit
  for (const auto& request : requests) {
    const auto headers = page_.answer(request).headers;
    EXPECT_EQ(headers.at("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(headers.at("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(headers.at("Cache-Control"), "no-store");
    EXPECT_EQ(headers.at("X-Frame-Options"), "DENY");
    EXPECT_EQ(headers.at("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(headers.at("Cross-Origin-Resource-Policy"), "same-origin");
    EXPECT_EQ(headers.at("X-Robots-Tag"), "noindex, nofollow, noarchive");
    EXPECT_EQ(headers.at("Strict-Transport-Security"), "max-age=31536000");
    EXPECT_THAT(headers.at("Permissions-Policy"), HasSubstr("camera=()"));
    EXPECT_THAT(headers.at("Content-Security-Policy"), HasSubstr("default-src 'none'; style-src 'sha256-"));
    EXPECT_THAT(headers.at("Content-Security-Policy"),
                HasSubstr("'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"));
  }
}

TEST_F(EveryAnswer, NamesTheHashOfTheStyleThatItHolds) {
  const auto response = page_.answer(get(path_of(kToken)));
  const auto begin = response.body.find("<style>") + 7;
  const std::string style = response.body.substr(begin, response.body.find("</style>") - begin);
  EXPECT_THAT(response.headers.at("Content-Security-Policy"), HasSubstr(crypto::sha256_base64(style)));
}

TEST(SecurityHeaders, AskForHttpsOnlyWhereItIs) {
  EXPECT_FALSE(security_headers(*parse_public_url("http://join.example")).contains("Strict-Transport-Security"));
  EXPECT_TRUE(security_headers(*parse_public_url("https://join.example")).contains("Strict-Transport-Security"));
}

}  // namespace
}  // namespace guildhall::page
