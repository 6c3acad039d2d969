#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "operator/http/server.hpp"
#include "tests/unit/operator/http/raw_client.hpp"

namespace guildhall::http {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

Response fine(const Request& /*request*/) {
  return {.body = "fine", .headers = {}};
}

struct SlowCase {
  std::string name;
  std::string bytes;
};

class ServerEndsTheConnection : public testing::TestWithParam<SlowCase> {};

TEST_P(ServerEndsTheConnection, OfAPeerThatStopsHere) {
  Server server("127.0.0.1:0", fine, {.read_timeout = milliseconds{50}});
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  client.send(GetParam().bytes);
  EXPECT_TRUE(client.is_closed_by_server());
}

INSTANTIATE_TEST_SUITE_P(
    , ServerEndsTheConnection,
    testing::Values(SlowCase{"BeforeItsFirstByte", ""}, SlowCase{"InTheRequestLine", "GET /"},
                    SlowCase{"InTheHeader", "GET / HTTP/1.1\r\nHost: h\r\n"},
                    SlowCase{"InTheBody", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"},
                    SlowCase{"InAChunk", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf"},
                    SlowCase{"AfterARequest", std::string(kGet)}),
    [](const auto& info) { return info.param.name; });

TEST(ServerTimers, AreNotWoundUpAgainByEveryByte) {
  Server server("127.0.0.1:0", fine, {.read_timeout = milliseconds{100}});
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  client.send("GET / HTTP/1.1\r\nHost: h\r\nX: ");
  bool ended = false;
  // More than the timeout many times over, and far below the limit of the header.
  for (int byte = 0; byte < 4000 && !ended; ++byte)
    ended = !client.send("x") || client.has_news_within(milliseconds{2});
  EXPECT_TRUE(ended);
}

TEST(ServerTimers, EndAPeerThatDoesNotTakeItsAnswer) {
  // More than the buffers of both sockets hold.
  Server server("127.0.0.1:0",
                [](const Request&) { return Response{.body = std::string(64UL * 1024 * 1024, 'x'), .headers = {}}; },
                {.connections = 1, .write_timeout = milliseconds{100}});
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  client.send(kGet);
  ASSERT_TRUE(client.has_news_within(std::chrono::minutes{1}));
  // Its place is free again only when the server has given it up.
  bool is_free = false;
  for (int attempt = 0; attempt < 10'000 && !is_free; ++attempt) {
    RawClient next(*port);
    next.send(kGet);
    is_free = next.has_news_within(milliseconds{1000}) && next.receive(true).has_value();
  }
  EXPECT_TRUE(is_free);
}

TEST(ServerConnections, OverTheCapTakeThePlaceOfTheOldestThatWaits) {
  constexpr std::size_t kCap = 8;
  Server server("127.0.0.1:0", fine, {.connections = kCap});
  const auto port = server.start();
  ASSERT_TRUE(port);
  std::vector<std::unique_ptr<RawClient>> silent;
  const auto come_and_say_nothing = [&] {
    silent.push_back(std::make_unique<RawClient>(*port));
    silent.back()->send("GET /metr");
  };
  for (std::size_t i = 0; i < kCap; ++i)
    come_and_say_nothing();
  EXPECT_TRUE(ask(*port, kGet)) << "somebody who asks is answered";
  EXPECT_TRUE(silent.front()->is_closed_by_server());
  silent.back()->send("ics HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(silent.back()->receive()) << "the youngest goes on";
  for (int i = 0; i < 64; ++i) {
    come_and_say_nothing();
    EXPECT_TRUE(ask(*port, kGet)) << i;
  }
}

TEST(ServerConnections, OverTheCapAreClosedWhileAllOthersAreAnswered) {
  std::promise<void> may_end;
  const auto end = may_end.get_future().share();
  std::promise<void> begun;
  Server server(
      "127.0.0.1:0",
      [&](const Request& request) {
        if (request.path == "/slow") {
          begun.set_value();
          end.wait();
        }
        return fine(request);
      },
      {.connections = 1}, 2);
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient slow(*port);
  slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  begun.get_future().wait();
  EXPECT_FALSE(ask(*port, kGet));
  may_end.set_value();
  EXPECT_TRUE(slow.receive());
}

TEST(ServerConnections, GiveTheirPlaceBackHoweverTheyEnd) {
  Server server("127.0.0.1:0", fine, {.connections = 1, .read_timeout = milliseconds{100}});
  const auto port = server.start();
  ASSERT_TRUE(port);
  const std::vector<std::string> ends{std::string(kGet), "", "GET / HT", "GET / HTTP/1.1\r\n\r\n",
                                      "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"};
  for (const std::string& bytes : ends) {
    {
      RawClient(*port).send(bytes);
    }
    bool is_free = false;
    for (int attempt = 0; attempt < 10'000 && !is_free; ++attempt)
      is_free = ask(*port, kGet).has_value();
    EXPECT_TRUE(is_free) << "after: " << bytes;
  }
}

}  // namespace
}  // namespace guildhall::http
