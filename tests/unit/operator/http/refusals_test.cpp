// What another reader might read otherwise, or what is no HTTP/1.1, is answered with 400, 413 or 431 and ends the
// connection. None of it reaches the handler.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "operator/http/server.hpp"
#include "tests/unit/operator/http/raw_client.hpp"

namespace guildhall::http {
namespace {

struct RefusalCase {
  std::string name;
  std::string request;
  int want;
};

class ServerRefuses : public testing::TestWithParam<RefusalCase> {};

TEST_P(ServerRefuses, AndEndsTheConnection) {
  std::atomic<int> handled{0};
  Server server("127.0.0.1:0",
                [&](const Request&) {
                  ++handled;
                  return Response{.body = "handled\n", .headers = {}};
                },
                {.header_bytes = 1024, .body_bytes = 64});
  const auto port = server.start();
  ASSERT_TRUE(port) << port.error().describe();
  RawClient client(*port);
  client.send(GetParam().request);
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, GetParam().want) << response->head << response->body;
  EXPECT_NE(response->head.find("Connection: close"), std::string::npos) << response->head;
  client.end_sending();
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(handled, 0);
}

const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

const std::vector<RefusalCase> kRefusals{
    {"Xchunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
    {"ChunkedIdentity", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400},
    {"IdentityChunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", 400},
    {"TwoEncodings",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"AnEncodingWhoseBodyNeverComes", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 400},
    {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
    {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"ObsFoldWithASpace", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400},
    {"ObsFoldWithATab", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n", 400},
    {"ObsFoldOfTheEncoding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
    {"TwoEqualLengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody", 400},
    {"TwoDifferentLengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbodyx", 400},
    {"ALengthWithAPlus", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nbody", 400},
    {"ANegativeLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
    {"ALengthList", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nbody", 400},
    {"AnEncodingBeforeALength",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + kSmuggled, 400},
    {"ALengthBeforeAnEncoding",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kSmuggled, 400},
    {"ChunksInHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"ASpaceBeforeAColon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
    {"ABareLineFeed", "GET / HTTP/1.1\nHost: a\n\n", 400},
    {"AControlByteInThePath", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"AControlByteInAField", "GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", 400},
    {"AnUnknownVersion", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400},
    {"NoVersion", "GET /\r\nHost: a\r\n\r\n", 400},
    {"AChunkSizeThatIsNone", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 400},
    {"ATlsHello", "\x16\x03\x01\x02\x05\x01", 400},
    {"ABodyOverTheLimit", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65\r\n\r\n", 413},
    {"ChunksOverTheLimit",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n" + std::string(65, 'x') + "\r\n0\r\n\r\n",
     413},
    {"AFieldOverTheLimit", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1024, 'x') + "\r\n\r\n", 431},
    {"ATargetOverTheLimit", "GET /" + std::string(1100, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
};
INSTANTIATE_TEST_SUITE_P(, ServerRefuses, testing::ValuesIn(kRefusals),
                         [](const auto& info) { return info.param.name; });

TEST(ServerRefusesToo, AHeaderThatIsCutOffInTheMiddle) {
  Server server("127.0.0.1:0", [](const Request&) { return Response{.body = "", .headers = {}}; });
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  client.send("GET / HTTP/1.1\r\nHos");
  client.end_sending();
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 400);
}

TEST(ServerRefusesToo, AHeaderOverTheLimitThatComesFieldByField) {
  Server server("127.0.0.1:0", [](const Request&) { return Response{.body = "", .headers = {}}; },
                {.header_bytes = 1024});
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n");
  // Each write is its own read over there, as the pause lets it be taken in: no read is ever over the limit.
  for (int field = 0; field < 400 && !client.has_news_within(std::chrono::milliseconds{2}); ++field)
    client.send("X-Field: some text that takes a little room\r\n");
  client.end_sending();
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 431);
}

TEST(ServerRefusesToo, LargeBodiesButWhereTheyAreTaken) {
  const auto body_bytes_of = [](std::string_view path) { return path == "/large" ? 256U : 64U; };
  Server server("127.0.0.1:0", [](const Request& request) { return Response{.body = request.body, .headers = {}}; },
                {.body_bytes = 64, .body_bytes_of = body_bytes_of, .most_body_bytes = 256});
  const auto port = server.start();
  ASSERT_TRUE(port);
  const auto status_of = [&](const std::string& target, std::size_t bytes, bool in_chunks) {
    RawClient client(*port);
    const std::string body(bytes, 'x');
    client.send(fmt::format("POST {} HTTP/1.1\r\nHost: a\r\n", target) +
                (in_chunks ? fmt::format("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n", bytes, body)
                           : fmt::format("Content-Length: {}\r\n\r\n{}", bytes, body)));
    return client.receive().value_or(RawResponse{}).status;
  };
  for (const bool in_chunks : {false, true}) {
    EXPECT_EQ(status_of("/large?timeout=3s", 256, in_chunks), 200);
    EXPECT_EQ(status_of("/large", 257, in_chunks), 413);
    EXPECT_EQ(status_of("/small", 64, in_chunks), 200);
    EXPECT_EQ(status_of("/small", 65, in_chunks), 413);
    EXPECT_EQ(status_of("/small?/large", 65, in_chunks), 413);
  }
}

TEST(ServerRefusesToo, AndTheAnswerReachesAPeerThatStillSends) {
  Server server("127.0.0.1:0", [](const Request&) { return Response{.body = "", .headers = {}}; }, {.body_bytes = 64});
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n"));
  client.send(std::string(500'000, 'x'));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 413);
}

}  // namespace
}  // namespace guildhall::http
