// Streams take nobody's worker, place or time.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/operator/http/stream_fixture.hpp"

namespace guildhall::http {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kManyBytes = 64UL * 1024 * 1024;  // more than the buffers of both sockets hold

/// Streams under "/watch" until it is let go; all else is answered at once.
class ServerOfWatches : public StreamingServer {
 protected:
  ~ServerOfWatches() override { server_.reset(); }  // before what its producers use
  void start_watches(Limits limits) {
    start(
        [this](const Request& request) {
          if (request.path != "/watch") return Response{.body = "fine", .headers = {}};
          return streamed([this](BodyWriter& body) {
            return body.write("begun") && body.flush() && may_end_.wait(body.stop_token());
          });
        },
        std::move(limits));
  }
  AnyClient watch() {
    AnyClient client = ask(get("/watch"));
    EXPECT_TRUE(client.receive_head());
    EXPECT_EQ(client.receive_chunk(), "begun");
    return client;
  }
  /// One after the other: before it streams, a connection takes a place.
  std::vector<AnyClient> watch_often(int count) {
    std::vector<AnyClient> watchers;
    watchers.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
      watchers.push_back(watch());
    return watchers;
  }
  bool answers() { return ask(get("/other")).receive().value_or(RawResponse{}).body == "fine"; }
  /// Once its producer has ended, too.
  void watch_when_there_is_room() {
    std::string head;
    for (int attempt = 0; attempt < 10'000 && !head.starts_with("HTTP/1.1 200 "); ++attempt)
      head = ask(get("/watch")).receive_head().value_or("");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 ")) << head;
  }
  std::unique_ptr<RawClient> connect_silently() { return std::make_unique<RawClient>(port_); }

  Event may_end_;
};
INSTANTIATE_TEST_SUITE_P(, ServerOfWatches, testing::Bool(), name_of_kind);

TEST_P(ServerOfWatches, AnswersOthersOnItsOneWorkerWhileAsManyAsMayStream) {
  start_watches({.streams = 4});
  std::vector<AnyClient> watchers = watch_often(4);
  EXPECT_TRUE(answers());
  may_end_.happen();
  for (AnyClient& watcher : watchers)
    EXPECT_EQ(watcher.receive_chunk(), "");
}

TEST_P(ServerOfWatches, SaysThatThereAreTooMany) {
  start_watches({.streams = 1});
  auto first = std::make_unique<AnyClient>(watch());
  AnyClient second = ask(get("/watch"));
  const auto refusal = second.receive();
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 503);
  EXPECT_NE(refusal->head.find("\r\nRetry-After: 1\r\n"), std::string::npos) << refusal->head;
  EXPECT_EQ(refusal->body, "too many streams; try again\n");
  second.send(get("/other"));
  EXPECT_EQ(second.receive().value_or(RawResponse{}).body, "fine") << "its connection goes on";
  AnyClient old = ask("GET /watch HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.receive().value_or(RawResponse{}).status, 503);
  second.send("HEAD /watch HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(second.receive(true).value_or(RawResponse{}).status, 200) << "nothing is streamed for it";
  first.reset();
  watch_when_there_is_room();
}

TEST_P(ServerOfWatches, SaysSoInTheWordsOfItsOwner) {
  Server server("127.0.0.1:0", [](const Request&) { return streamed([](BodyWriter&) { return true; }); },
                {.streams = 0});
  server.set_common_headers({{"X-A", "common"}, {"X-B", "common"}});
  server.set_too_many_streams({.status = 429,
                               .content_type = "application/json",
                               .body = R"({"kind":"Status"})",
                               .headers = {{"Retry-After", "2"}, {"X-A", "own"}}});
  const auto refusal = http::ask(server.start().value(), kGet);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 429);
  EXPECT_EQ(refusal->body, R"({"kind":"Status"})");
  for (const char* const field : {"Content-Type: application/json", "Retry-After: 2", "X-A: own", "X-B: common"})
    EXPECT_NE(refusal->head.find(std::string("\r\n") + field + "\r\n"), std::string::npos) << field;
}

TEST_P(ServerOfWatches, LeavesTheirPlacesToOthers) {
  constexpr std::size_t kCap = 2;
  start_watches({.connections = kCap, .streams = 4});
  std::vector<AnyClient> watchers = watch_often(4);
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 8; ++i) {
    silent.push_back(connect_silently());
    EXPECT_TRUE(answers()) << i;
  }
  may_end_.happen();
  for (AnyClient& watcher : watchers)
    EXPECT_EQ(watcher.receive_chunk(), "") << "nobody else has ended it";
}

TEST_P(ServerOfWatches, CountsThemAgainWhenTheyStreamNoMore) {
  constexpr std::size_t kCap = 2;
  start_watches({.connections = kCap, .streams = 4});
  std::vector<AnyClient> watchers = watch_often(4);
  may_end_.happen();
  for (AnyClient& watcher : watchers)
    EXPECT_EQ(watcher.receive_chunk(), "");
  int open = 0;
  for (AnyClient& watcher : watchers) {
    watcher.send(get("/other"));
    open += watcher.receive().has_value() ? 1 : 0;
  }
  EXPECT_GE(open, 1);
  EXPECT_LE(open, static_cast<int>(kCap));
}

TEST_P(ServerOfWatches, LetsThemBeSilentForAsLongAsTheyLike) {
  start_watches({.read_timeout = milliseconds{300}, .write_timeout = milliseconds{50}});
  AnyClient watcher = watch();
  for (int i = 0; i < 2; ++i)
    EXPECT_TRUE(connect_silently()->is_closed_by_server()) << "so much time has passed";
  may_end_.happen();
  EXPECT_EQ(watcher.receive_chunk(), "");
  EXPECT_TRUE(watcher.is_closed_by_server()) << "from now on the next request is waited for";
}

// ---- slow readers ----

using ServerStreamTimers = StreamingServer;
INSTANTIATE_TEST_SUITE_P(, ServerStreamTimers, testing::Bool(), name_of_kind);

bool write_much(BodyWriter& body, std::size_t bytes) {
  const std::string part(50'000, 'x');
  for (std::size_t written = 0; written < bytes; written += part.size())
    if (!body.write(part)) return false;
  return true;
}

TEST_P(ServerStreamTimers, EndAPeerThatReadsNothing) {
  Event cut_off;
  start(
      [&](const Request&) {
        return streamed([&](BodyWriter& body) {
          if (!write_much(body, kManyBytes)) cut_off.happen();
          return true;
        });
      },
      {.write_timeout = milliseconds{100}});
  AnyClient client = ask();
  EXPECT_TRUE(client.has_news_within(kPatience));
  EXPECT_TRUE(cut_off.wait());
  EXPECT_FALSE(client.receive_rest().ends_with("0\r\n\r\n"));
  server_.reset();
}

void read_slowly(AnyClient& client, const std::function<void()>& pass) {
  for (int i = 0; i < 20; ++i) {
    pass();
    ASSERT_TRUE(client.receive_chunk());
  }
}

/// All in all it takes much longer than the write timeout.
TEST_P(ServerStreamTimers, BearWithAPeerThatReadsSlowly) {
  std::atomic<bool> is_whole = false;
  start(
      [&](const Request&) {
        return streamed([&](BodyWriter& body) { return is_whole = write_much(body, kManyBytes); });
      },
      {.write_timeout = milliseconds{1500}});
  Server clock("127.0.0.1:0", [](const Request&) { return Response{.body = {}, .headers = {}}; },
               {.read_timeout = milliseconds{100}});
  const std::uint16_t clock_port = clock.start().value();
  AnyClient client = connect();
  client.hold_little();
  client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.receive_head());
  read_slowly(client, [&] { EXPECT_TRUE(RawClient(clock_port).is_closed_by_server()); });
  EXPECT_TRUE(client.receive_rest().ends_with("0\r\n\r\n"));
  server_.reset();
  EXPECT_TRUE(is_whole);
}

}  // namespace
}  // namespace guildhall::http
