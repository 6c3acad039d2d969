#include "operator/page/page_server.hpp"

#include <gmock/gmock.h>

#include "tests/unit/operator/http/raw_client.hpp"
#include "tests/unit/operator/page/page_fixture.hpp"

namespace guildhall::page {
namespace {

using testing::HasSubstr;

class ThePageServer : public testing::Test {
 protected:
  ThePageServer() {
    invitations_.add(kToken, invitation_to_acme());
    port_ = server_.start().value_or(0);
  }
  [[nodiscard]] std::optional<http::RawResponse> ask(const std::string& request) const {
    return http::ask(port_, request);
  }

  MemoryInvitations invitations_;
  tests::FakeWallClock clock_;
  core::NoMetrics metrics_;
  PageServer server_{"127.0.0.1:0",
                     {.url = *parse_public_url("https://join.example"),
                      .trusted_proxies = {*http::parse_network("127.0.0.1")},
                      .limits = {}},
                     {.invitations = invitations_,
                      .clock = clock_,
                      .steady = [] { return SteadyTime(std::chrono::hours{1}); },
                      .metrics = metrics_,
                      .log = [](const std::string&) {},
                      .stop = {}}};
  std::uint16_t port_ = 0;
};

std::string get(const std::string& path, const std::string& fields = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: join.example\r\n" + fields + "\r\n";
}

TEST_F(ThePageServer, ShowsAnInvitation) {
  const auto response = ask(get("/invitations/" + std::string(kToken)));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(response->body, HasSubstr("Acme Metrics"));
  EXPECT_THAT(response->head, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(response->head, HasSubstr(" GMT\r\n"));
}

TEST_F(ThePageServer, CarriesItsHeadersOnRefusalsToo) {
  for (const std::string& request :
       {std::string("nonsense\r\n\r\n"), get("/", "X-Long: " + std::string(9000, 'x') + "\r\n"),
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x')}) {
    const auto response = ask(request);
    ASSERT_TRUE(response) << request;
    EXPECT_GE(response->status, 400);
    EXPECT_THAT(response->head, HasSubstr("Content-Security-Policy: default-src 'none'"));
    EXPECT_THAT(response->head, HasSubstr("Cache-Control: no-store"));
  }
}

TEST_F(ThePageServer, TakesSmallRequestsOnly) {
  EXPECT_EQ(ask(get("/", "X-Long: " + std::string(9000, 'x') + "\r\n"))->status, 431);
  EXPECT_EQ(ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x'))->status, 413);
}

TEST_F(ThePageServer, TellsClientsBehindATrustedProxyApart) {
  const auto guess = [this](const std::string& from) {
    return ask(get("/invitations/" + std::string(kOtherToken), "X-Forwarded-For: " + from + "\r\n"))->status;
  };
  while (guess("198.51.100.1") == 404) {
  }
  EXPECT_EQ(guess("198.51.100.1"), 429);
  EXPECT_EQ(guess("198.51.100.9, 198.51.100.1"), 429);
  EXPECT_EQ(guess("198.51.100.2"), 404);
}

}  // namespace
}  // namespace guildhall::page
