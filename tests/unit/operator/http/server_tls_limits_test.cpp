// The limits and timers hold under TLS as they do without it.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "operator/http/server.hpp"
#include "tests/unit/operator/http/tls_client.hpp"

namespace guildhall::http {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

Response fine(const Request& /*request*/) {
  return {.body = "fine", .headers = {}};
}

/// The beginning of a ClientHello of 512 bytes.
const std::string kHalfHello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03half", 15);

/// A server with these limits, and what its clients trust.
struct Running {
  explicit Running(const Limits& limits, Handler handler = fine)
      : server("127.0.0.1:0", std::move(handler), limits, 1, identity_of(certificates)), port(server.start().value()) {}

  TestCertificates certificates = make_certificates();
  const std::string& trusted = certificates.authority.certificate_pem;
  Server server;
  std::uint16_t port;

  /// Whether somebody who comes now is answered.
  [[nodiscard]] bool answers() const {
    TlsClient client(port, trusted);
    return client.send(kGet) && client.receive().has_value();
  }
  [[nodiscard]] bool answers_soon(int attempts = 10'000) const {
    for (int attempt = 0; attempt < attempts; ++attempt)
      if (answers()) return true;
    return false;
  }
};

TEST(ServerTlsTimers, EndAPeerThatDoesNotFinishItsHandshake) {
  const Running running({.read_timeout = milliseconds{50}});
  for (const std::string& bytes : {std::string(), kHalfHello.substr(0, 3), kHalfHello}) {
    RawClient client(running.port);
    client.send(bytes);
    EXPECT_TRUE(client.is_closed_by_server()) << bytes.size();
  }
}

TEST(ServerTlsTimers, AreNotWoundUpAgainByEveryByteOfAHandshake) {
  const Running running({.read_timeout = milliseconds{100}});
  RawClient client(running.port);
  client.send(kHalfHello);
  bool ended = false;
  // More than the timeout many times over, and less than the rest of the hello.
  for (int byte = 0; byte < 480 && !ended; ++byte)
    ended = !client.send("x") || client.has_news_within(milliseconds{20});
  EXPECT_TRUE(ended);
}

TEST(ServerTlsTimers, EndAPeerThatStopsBehindItsHandshake) {
  const Running running({.read_timeout = milliseconds{500}});
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (const std::string_view bytes :
       {"", "GET / HTTP/1.1\r\nHost", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"}) {
    clients.push_back(std::make_unique<TlsClient>(running.port, running.trusted));
    ASSERT_EQ(clients.back()->failure(), "");
    if (!bytes.empty()) clients.back()->send(bytes);
  }
  for (const auto& client : clients)
    EXPECT_TRUE(client->is_closed_by_server());
}

TEST(ServerTlsTimers, EndAPeerThatDoesNotTakeItsAnswer) {
  // More than the buffers of both sockets hold.
  const Running running({.connections = 1, .write_timeout = milliseconds{100}}, [](const Request& request) {
    return request.path == "/big" ? Response{.body = std::string(64UL * 1024 * 1024, 'x'), .headers = {}}
                                  : fine(request);
  });
  TlsClient client(running.port, running.trusted);
  client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(client.has_news_within(kPatience));
  // Its place is free again only when the server has given it up.
  EXPECT_TRUE(running.answers_soon());
}

TEST(ServerTlsRefuses, PlainHttp) {
  std::atomic<int> handled{0};
  const Running running({}, [&](const Request& request) {
    ++handled;
    return fine(request);
  });
  EXPECT_FALSE(ask(running.port, kGet));
  RawClient client(running.port);
  client.send(kGet);
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(handled, 0);
  EXPECT_TRUE(running.answers());
}

TEST(ServerTlsRefuses, WhatIsOverTheLimits) {
  const Running running({.header_bytes = 1024, .body_bytes = 64});
  TlsClient header(running.port, running.trusted);
  header.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");
  EXPECT_EQ(header.receive().value_or(RawResponse{}).status, 431);
  TlsClient body(running.port, running.trusted);
  body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65\r\n\r\n");
  EXPECT_EQ(body.receive().value_or(RawResponse{}).status, 413);
}

TEST(ServerTlsRefuses, ARequestThatIsCutOffWithoutAGoodbye) {
  std::atomic<int> handled{0};
  const Running running({.connections = 1}, [&](const Request& request) {
    if (request.path == "/cut") ++handled;
    return fine(request);
  });
  {
    TlsClient client(running.port, running.trusted);
    client.send("POST /cut HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf");
  }
  EXPECT_TRUE(running.answers_soon());
  EXPECT_EQ(handled, 0);
}

TEST(ServerTlsConnections, OverTheCapTakeThePlaceOfTheOldestThatGreetsOrWaits) {
  constexpr std::size_t kCap = 4;
  const Running running({.connections = kCap});
  std::vector<std::unique_ptr<RawClient>> greeting;
  for (std::size_t i = 0; i < kCap; ++i) {
    greeting.push_back(std::make_unique<RawClient>(running.port));
    greeting.back()->send(kHalfHello);
  }
  std::vector<std::unique_ptr<TlsClient>> idle;
  for (std::size_t i = 0; i < kCap; ++i) {
    idle.push_back(std::make_unique<TlsClient>(running.port, running.trusted));
    idle.back()->send(kGet);
    EXPECT_TRUE(idle.back()->receive()) << i;
    EXPECT_TRUE(greeting[i]->is_closed_by_server()) << i;
  }
  EXPECT_TRUE(running.answers());
  EXPECT_TRUE(idle.front()->is_closed_by_server());
  idle.back()->send(kGet);
  EXPECT_TRUE(idle.back()->receive()) << "the youngest goes on";
}

TEST(ServerTlsConnections, ThatOnlyHaveToSayGoodbyeMakeRoomForOthers) {
  const Running running({.connections = 1});
  TlsClient leaving(running.port, running.trusted);
  leaving.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(leaving.receive());
  // So many are refused long before its time for a goodbye is over.
  EXPECT_TRUE(running.answers_soon(50));
}

TEST(ServerTlsConnections, GiveTheirPlaceBackHoweverTheirHandshakeEnds) {
  const Running running({.connections = 1, .read_timeout = milliseconds{100}});
  const std::vector<std::string> ends{"", kHalfHello, std::string(kGet), std::string(1000, '\xff')};
  for (const std::string& bytes : ends) {
    {
      RawClient(running.port).send(bytes);
    }
    EXPECT_TRUE(running.answers_soon()) << "after: " << bytes;
  }
  EXPECT_EQ(TlsClient(running.port, "").failure(), "certificate verify failed");
  EXPECT_TRUE(running.answers_soon());
}

TEST(ServerTlsStop, EndsConnectionsWhateverTheyDo) {
  Running running({});
  RawClient silent(running.port);
  RawClient hangs(running.port);
  hangs.send(kHalfHello);
  TlsClient idle(running.port, running.trusted);
  idle.send(kGet);
  ASSERT_TRUE(idle.receive());
  TlsClient in_the_body(running.port, running.trusted);
  in_the_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
  TlsClient leaving(running.port, running.trusted);
  leaving.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(leaving.receive());
  running.server.stop();
  EXPECT_TRUE(silent.is_closed_by_server());
  EXPECT_TRUE(hangs.is_closed_by_server());
  EXPECT_TRUE(idle.is_closed_by_server());
  EXPECT_TRUE(in_the_body.is_closed_by_server());
  EXPECT_TRUE(leaving.is_closed_by_server());
  EXPECT_FALSE(RawClient(running.port).connected());
}

}  // namespace
}  // namespace guildhall::http
