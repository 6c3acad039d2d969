#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/operator/http/stream_fixture.hpp"

namespace guildhall::http {
namespace {

struct Body {
  std::string bytes;
  int chunks = 0;
  bool is_whole = false;
};

Body receive_body(AnyClient& client) {
  Body body;
  auto chunk = client.receive_chunk();
  for (; chunk && !chunk->empty(); chunk = client.receive_chunk()) {
    body.bytes += *chunk;
    ++body.chunks;
  }
  body.is_whole = chunk.has_value();
  return body;
}

std::string row(int number) {
  const std::string text = std::to_string(number);
  return text + std::string(199 - text.size(), 'r') + "\n";
}

bool write_rows(BodyWriter& body, int count) {
  for (int i = 0; i < count; ++i)
    if (!body.write(row(i))) return false;
  return true;
}

bool write_for_ever(BodyWriter& body) {
  while (body.write(std::string(10'000, 'x'))) {
  }
  return false;
}

using ServerStream = StreamingServer;
INSTANTIATE_TEST_SUITE_P(, ServerStream, testing::Bool(), name_of_kind);

TEST_P(ServerStream, SendsABodyInChunksAndTakesTheNextRequest) {
  constexpr int kRows = 10'000;
  start([](const Request& request) {
    if (request.path == "/whole") return Response{.body = "whole", .headers = {}};
    return streamed([](BodyWriter& body) { return write_rows(body, kRows); });
  });
  AnyClient client = connect();
  std::string want;
  for (int i = 0; i < kRows; ++i)
    want += row(i);
  for (int round = 0; round < 2; ++round) {
    client.send(kGet);
    const auto head = client.receive_head();
    ASSERT_TRUE(head);
    EXPECT_TRUE(head->starts_with("HTTP/1.1 200 OK\r\nDate: ")) << *head;
    EXPECT_NE(head->find("\r\nContent-Type: text/csv\r\n"), std::string::npos);
    EXPECT_NE(head->find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(head->find("Content-Length"), std::string::npos);
    const Body body = receive_body(client);
    EXPECT_TRUE(body.is_whole);
    EXPECT_TRUE(body.bytes == want);
    EXPECT_EQ(body.chunks, kRows * 200 / (64 * 1024) + 1) << "small writes are gathered";
    client.send(get("/whole"));
    EXPECT_EQ(client.receive().value_or(RawResponse{}).body, "whole");
  }
}

TEST_P(ServerStream, SendsTheHeadAndEachLineAtOnce) {
  std::array<Event, 3> steps;
  start([&](const Request&) {
    return streamed([&](BodyWriter& body) {
      for (Event& step : steps)
        if (!step.wait(body.stop_token()) || !body.write("{}\n") || !body.flush()) return false;
      return true;
    });
  });
  AnyClient client = ask();
  EXPECT_TRUE(client.receive_head());
  for (Event& step : steps) {
    step.happen();
    EXPECT_EQ(client.receive_chunk(), "{}\n");
  }
  EXPECT_EQ(client.receive_chunk(), "");
  server_.reset();
}

TEST_P(ServerStream, EndsABodyThatIsEmpty) {
  start([](const Request&) { return streamed([](BodyWriter&) { return true; }); });
  AnyClient client = ask();
  EXPECT_TRUE(client.receive_head());
  EXPECT_EQ(client.receive_chunk(), "");
}

TEST_P(ServerStream, EndsWithTheConnectionForAClientOfHttp10) {
  start([](const Request&) { return streamed([](BodyWriter& body) { return write_rows(body, 1000); }); });
  AnyClient client = ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto head = client.receive_head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->find("Transfer-Encoding"), std::string::npos);
  EXPECT_NE(head->find("\r\nConnection: close\r\n"), std::string::npos);
  const std::string body = client.receive_rest();
  EXPECT_EQ(body.size(), 1000U * 200);
  EXPECT_TRUE(body.ends_with(row(999)));
  if (client.tls() != nullptr) {
    EXPECT_TRUE(client.tls()->is_told_of_the_end());
  }
}

TEST_P(ServerStream, EndsTheConnectionBehindItWhenAskedTo) {
  start([](const Request&) { return streamed([](BodyWriter& body) { return body.write("all"); }); });
  AnyClient client = ask("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(client.receive_head().value_or("").find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_EQ(receive_body(client).bytes, "all");
  if (client.tls() != nullptr) {
    EXPECT_TRUE(client.tls()->is_told_of_the_end());
  }
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_P(ServerStream, IsNotProducedForHead) {
  std::atomic<int> produced = 0;
  start([&](const Request&) {
    return streamed([&](BodyWriter& body) {
      ++produced;
      return body.write("all");
    });
  });
  AnyClient client = ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(client.receive_head().value_or("").find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(produced, 0);
  client.send(kGet);
  EXPECT_TRUE(client.receive_head());
  EXPECT_EQ(receive_body(client).bytes, "all");
  server_.reset();
}

TEST_P(ServerStream, AnswersWhatWasAskedMeanwhileAfterwards) {
  Event may_end;
  start([&](const Request& request) {
    if (request.path != "/") return Response{.body = request.path + request.body, .headers = {}};
    return streamed([&](BodyWriter& body) { return may_end.wait(body.stop_token()) && body.write("all"); });
  });
  AnyClient client = ask();
  EXPECT_TRUE(client.receive_head());
  const std::string long_body(40'000, 'b');  // more than is read ahead
  for (const char* const path : {"/1", "/2"})
    client.send(get(path));
  client.send("POST /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 40000\r\n\r\n" + long_body + get("/4"));
  may_end.happen();
  EXPECT_EQ(receive_body(client).bytes, "all");
  for (const std::string& want : {std::string("/1"), std::string("/2"), "/3" + long_body, std::string("/4")})
    EXPECT_TRUE(client.receive().value_or(RawResponse{}).body == want) << want.substr(0, 2);
  server_.reset();
}

struct Failure {
  std::string name;
  BodyProducer producer;
};

std::vector<Failure> failures() {
  return {{"a producer that gives up",
           [](BodyWriter& body) {
             body.write("half");
             return false;
           }},
          {"an exception",
           [](BodyWriter& body) -> bool {
             body.write("half");
             throw std::runtime_error("x");
           }},
          {"whatever else is thrown", [](BodyWriter& body) -> bool {
             body.write("half");
             throw 5;  // NOLINT: some library might
           }}};
}

TEST_P(ServerStream, ThatFailsIsSeenToBeCutOff) {
  start([](const Request& request) { return streamed(failures().at(std::stoul(request.path.substr(1))).producer); });
  const auto all = failures();
  for (std::size_t i = 0; i < all.size(); ++i) {
    AnyClient client = ask(get("/" + std::to_string(i)));
    EXPECT_TRUE(client.receive_head()) << all[i].name;
    const Body body = receive_body(client);
    EXPECT_EQ(body.bytes, "half") << all[i].name;
    EXPECT_FALSE(body.is_whole) << all[i].name;
    EXPECT_TRUE(client.is_closed_by_server()) << all[i].name;
    if (client.tls() != nullptr) {
      EXPECT_FALSE(client.tls()->is_told_of_the_end()) << all[i].name;
    }
  }
}

TEST_P(ServerStream, ThatFailsIsResetForAClientOfHttp10) {
  Event may_fail;
  start([&](const Request&) {
    return streamed([&](BodyWriter& body) {
      body.write("half");
      body.flush();
      may_fail.wait(body.stop_token());
      return false;
    });
  });
  AnyClient client = ask("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(client.receive_head());
  may_fail.happen();
  client.receive_rest();
  if (client.tls() != nullptr) {
    EXPECT_FALSE(client.tls()->is_told_of_the_end());
  } else {
    EXPECT_EQ(client.plain()->error_at_the_end(), ECONNRESET);
  }
  server_.reset();
}

TEST_P(ServerStream, GoesWithItsProducerBeforeTheServerHasStopped) {
  const auto held = std::make_shared<int>(0);
  Event begun;
  start([&, held](const Request&) {
    return streamed([&, copy = held](BodyWriter& body) {
      begun.happen();
      return Event().wait(body.stop_token());
    });
  });
  AnyClient client = ask();
  ASSERT_TRUE(begun.wait());
  server_.reset();
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_TRUE(client.receive_head());
  EXPECT_FALSE(receive_body(client).is_whole);
}

// ---- the peer goes ----

enum class Leaving { Closes, SaysNoMore, IsReset };

class ServerStreamWhosePeerGoes : public StreamingServer {
 protected:
  static void leave(std::unique_ptr<AnyClient>& client, Leaving how) {
    const int socket = client->socket();
    if (how == Leaving::SaysNoMore) {
      if (client->tls() != nullptr) client->tls()->say_goodbye();
      ::shutdown(socket, SHUT_WR);
      return;
    }
    const linger at_once{.l_onoff = how == Leaving::IsReset ? 1 : 0, .l_linger = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    client.reset();
  }
};
INSTANTIATE_TEST_SUITE_P(, ServerStreamWhosePeerGoes, testing::Bool(), name_of_kind);

/// Waits for what never happens, and says whether it was told in every way that nobody reads any more.
bool is_told_while_it_waits(BodyWriter& body) {
  Event never;
  return !never.wait(body.stop_token()) && body.stop_token().stop_requested() && !body.write("x") && !body.flush();
}

TEST_P(ServerStreamWhosePeerGoes, EndsAWatchThatHasNothingToSay) {
  for (const Leaving how : {Leaving::Closes, Leaving::SaysNoMore, Leaving::IsReset}) {
    Event told;
    const BodyProducer watch = [&](BodyWriter& body) {
      if (is_told_while_it_waits(body)) told.happen();
      return true;
    };
    start([&](const Request&) { return streamed(watch); });
    auto client = std::make_unique<AnyClient>(ask());
    EXPECT_TRUE(client->receive_head());
    leave(client, how);
    EXPECT_TRUE(told.wait()) << static_cast<int>(how);
    server_.reset();
  }
}

TEST_P(ServerStreamWhosePeerGoes, EndsAnExport) {
  for (const Leaving how : {Leaving::Closes, Leaving::SaysNoMore, Leaving::IsReset}) {
    Event ended;
    const BodyProducer write = [&](BodyWriter& body) {
      write_for_ever(body);
      ended.happen();
      return true;
    };
    start([&](const Request&) { return streamed(write); });
    auto client = std::make_unique<AnyClient>(ask());
    EXPECT_TRUE(client->receive_head());
    leave(client, how);
    EXPECT_TRUE(ended.wait()) << static_cast<int>(how);
    server_.reset();
  }
}

/// Nobody else waits for a producer that does not see at once that its peer has gone.
TEST_P(ServerStreamWhosePeerGoes, HoldsUpNobodyElseWhileItsProducerGoesOn) {
  Event told;
  Event may_end;
  const BodyProducer go_on = [&](BodyWriter& body) {
    const std::stop_callback tell(body.stop_token(), [&] { told.happen(); });
    return may_end.wait();
  };
  start([&](const Request& request) {
    return request.path == "/" ? streamed(go_on) : Response{.body = "fine", .headers = {}};
  });
  auto client = std::make_unique<AnyClient>(ask());
  EXPECT_TRUE(client->receive_head());
  leave(client, Leaving::Closes);
  EXPECT_TRUE(told.wait());
  AnyClient other = ask(get("/other"));
  EXPECT_TRUE(other.has_news_within(kPatience));
  may_end.happen();
  EXPECT_EQ(other.receive().value_or(RawResponse{}).body, "fine");
  server_.reset();
}

// ---- the server stops ----

TEST_P(ServerStream, EndsAtOnceWhenTheServerStops) {
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  Event never;
  start([&](const Request& request) {
    return streamed([&, is_export = request.path == "/export"](BodyWriter& body) {
      ++begun;
      begun.notify_all();
      const bool is_whole = is_export ? write_for_ever(body) : never.wait(body.stop_token());
      ++ended;
      return is_whole;
    });
  });
  std::vector<AnyClient> clients;
  for (const char* const path : {"/watch", "/export", "/watch", "/export"})
    clients.push_back(ask(get(path)));
  for (int seen = 0; seen < 4; seen = begun)
    begun.wait(seen);
  server_->stop();
  EXPECT_EQ(ended, 4);
  for (AnyClient& client : clients) {
    EXPECT_TRUE(client.receive_head());
    EXPECT_FALSE(receive_body(client).is_whole);
  }
}

/// In whatever order it stops, streams begin and end, and peers go.
TEST_P(ServerStream, StopsWhileStreamsComeAndGo) {
  std::atomic<int> running = 0;
  for (int round = 0; round < 20; ++round) {
    Event some;
    const BodyProducer produce = [&](BodyWriter& body) {
      ++running;
      some.happen();
      const bool is_whole = write_rows(body, running % 2 == 0 ? 1 : 1'000'000);
      --running;
      return is_whole;
    };
    start([&](const Request&) { return streamed(produce); }, {.streams = 6}, 2);
    std::vector<AnyClient> clients = ask_often(8, kGet);
    std::jthread leaver([&] { clients.erase(clients.begin(), clients.begin() + 4); });
    some.wait();
    server_->stop();
    EXPECT_EQ(running, 0);
    leaver.join();
  }
}

}  // namespace
}  // namespace guildhall::http
