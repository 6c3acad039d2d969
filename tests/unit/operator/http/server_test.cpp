#include "operator/http/server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/unit/operator/http/raw_client.hpp"

namespace guildhall::http {
namespace {

/// Answers with what it understood, one part a line.
Response echo(const Request& request) {
  Response response;
  response.body = request.method + "\n" + request.path + "\n" + request.query + "\n" + request.body + "\n";
  for (const auto& [name, value] : request.headers)
    response.body += fmt::format("{}={}\n", name, value);
  return response;
}

TEST(Server, HandsARequestOnInItsParts) {
  Server server("127.0.0.1:0", echo);
  const auto port = server.start();
  ASSERT_TRUE(port);
  const auto response = ask(*port,
                            "POST /a/b?c=d&e=%20?f HTTP/1.1\r\nHost: h\r\nX-B: 1\r\nx-b: 2\r\nEmpty:\r\n"
                            "Content-Length: 4\r\n\r\nbody");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "POST\n/a/b\nc=d&e=%20?f\nbody\ncontent-length=4\nempty=\nhost=h\nx-b=1, 2\n");
  EXPECT_NE(response->head.find("Content-Type: text/plain; charset=utf-8\r\n"), std::string::npos);
}

TEST(Server, HandsTheFieldsOfARequestOnApart) {
  Server server("127.0.0.1:0", [](const Request& request) {
    Response response;
    for (const std::string& group : values_of(request, "x-remote-group"))
      response.body += group + "\n";
    response.body += fmt::format("{} of {}\n", values_of(request, "x-none").size(), request.fields.size());
    return response;
  });
  const auto response = ask(server.start().value(),
                            "GET / HTTP/1.1\r\nX-Remote-Group: b, c\r\nHost: h\r\nx-remote-group:a\r\n"
                            "X-REMOTE-GROUP: \r\nX-Remote-Groups: d\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "b, c\na\n\n0 of 5\n");
}

// RFC 9110, section 6.6.1.
TEST(Server, SaysWhenItAnswers) {
  Server server("127.0.0.1:0", echo);
  const auto port = server.start();
  ASSERT_TRUE(port);
  for (const char* const request : {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"}) {
    const auto response = ask(*port, request);
    ASSERT_TRUE(response);
    const auto date =
        std::regex(R"(\r\nDate: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d GMT\r\n)");
    EXPECT_TRUE(std::regex_search(response->head, date)) << response->head;
  }
}

TEST(Server, WithOnlyAPortAnswersOnIPv4AndIPv6) {
  Server server(":0", echo);
  const auto port = server.start();
  ASSERT_TRUE(port) << port.error().describe();
  for (const bool ipv6 : {false, true}) {
    RawClient client(*port, ipv6);
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    const auto response = client.receive();
    ASSERT_TRUE(response) << ipv6;
    EXPECT_EQ(response->status, 200);
  }
}

TEST(Server, SaysWhoThePeerIsWhateverTheFamilyOfItsSocket) {
  Server server(":0", [](const Request& request) { return Response{.body = request.peer, .headers = {}}; });
  const auto port = server.start();
  ASSERT_TRUE(port) << port.error().describe();
  for (const auto& [ipv6, want] : {std::pair{false, "127.0.0.1"}, {true, "::1"}}) {
    RawClient client(*port, ipv6);
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(client.receive()->body, want);
  }
}

TEST(Server, PutsItsCommonHeadersOnEveryAnswerAndTheHandlersBeforeThem) {
  Server server("127.0.0.1:0", [](const Request& request) -> Response {
    if (request.path == "/throw") throw std::runtime_error("x");
    return {.body = {}, .headers = {{"X-A", "handler"}}};
  });
  server.set_common_headers({{"X-A", "common"}, {"X-B", "common"}});
  const auto port = server.start();
  ASSERT_TRUE(port);
  const auto answered = ask(*port, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(answered->head.find("X-A: handler\r\nX-B: common\r\n"), std::string::npos) << answered->head;
  for (const char* const request : {"GET /throw HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"})
    EXPECT_NE(ask(*port, request)->head.find("X-B: common\r\n"), std::string::npos) << request;
}

TEST(Server, ReadsAChunkedBody) {
  Server server("127.0.0.1:0", echo);
  const auto port = server.start();
  ASSERT_TRUE(port);
  const auto response =
      ask(*port, "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->body.starts_with("PUT\n/\n\nabcde\n")) << response->body;
}

TEST(Server, ReadsARequestThatComesByteByByte) {
  Server server("127.0.0.1:0", echo);
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  for (const char byte : std::string("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"))
    ASSERT_TRUE(client.send(std::string(1, byte)));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->body.starts_with("POST\n/x\n\nhi\n")) << response->body;
}

TEST(Server, SendsTheStatusTypeAndFieldsOfTheHandler) {
  Server server("127.0.0.1:0", [](const Request&) {
    return Response{
        .status = 405, .content_type = "application/json", .body = "{}", .headers = {{"Allow", "GET, HEAD"}}};
  });
  const auto port = server.start();
  ASSERT_TRUE(port);
  const auto response = ask(*port, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->head.starts_with("HTTP/1.1 405 Method Not Allowed\r\n")) << response->head;
  EXPECT_NE(response->head.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(response->head.find("Allow: GET, HEAD\r\n"), std::string::npos);
  EXPECT_EQ(response->body, "{}");
}

TEST(Server, KeepsAConnectionForTheNextRequest) {
  Server server("127.0.0.1:0", echo);
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  for (const std::string path : {"/1", "/2", "/3"}) {
    ASSERT_TRUE(client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n"));
    const auto response = client.receive();
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->body.starts_with("GET\n" + path + "\n")) << response->body;
  }
}

TEST(Server, AnswersRequestsThatComeAllAtOnceInOrder) {
  Server server("127.0.0.1:0", echo);
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  client.send(
      "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\none"
      "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.receive().value_or(RawResponse{}).body.starts_with("POST\n/1\n\none\n"));
  EXPECT_TRUE(client.receive().value_or(RawResponse{}).body.starts_with("GET\n/2\n"));
  EXPECT_TRUE(client.receive().value_or(RawResponse{}).body.starts_with("GET\n/3\n"));
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST(Server, EndsTheConnectionOfAClientOfHttp10) {
  Server server("127.0.0.1:0", echo);
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  client.send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST(Server, AnswersHeadWithTheLengthAndWithoutTheBody) {
  Server server("127.0.0.1:0", [](const Request&) { return Response{.body = "twelve bytes", .headers = {}}; });
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto head = client.receive(true);
  ASSERT_TRUE(head);
  EXPECT_NE(head->head.find("Content-Length: 12\r\n"), std::string::npos) << head->head;
  // A body would stand in front of the next answer.
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto next = client.receive();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->status, 200);
  EXPECT_EQ(next->body, "twelve bytes");
}

TEST(Server, AnswersAnyExceptionWith500AndGoesOn) {
  Server server("127.0.0.1:0", [](const Request& request) -> Response {
    if (request.path == "/std") throw std::runtime_error("secret detail");
    if (request.path == "/int") throw 5;  // NOLINT: some library might
    return {.body = "fine", .headers = {}};
  });
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient client(*port);
  for (const std::string path : {"/std", "/int"}) {
    client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto response = client.receive();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 500);
    EXPECT_EQ(response->body, "internal error\n");
  }
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().value_or(RawResponse{}).body, "fine");
}

TEST(Server, ListensOnIPv6) {
  Server server("[::1]:0", echo);
  const auto port = server.start();
  if (!port) {
    // A machine without IPv6 says so, and names the address.
    EXPECT_NE(port.error().message.find("[::1]:0"), std::string::npos);
    return;
  }
  RawClient client(*port, true);
  ASSERT_TRUE(client.connected());
  client.send("GET /six HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(client.receive().value_or(RawResponse{}).body.starts_with("GET\n/six\n"));
}

TEST(Server, NamesTheAddressThatIsInUse) {
  Server first("127.0.0.1:0", echo);
  const auto port = first.start();
  ASSERT_TRUE(port);
  const std::string address = "127.0.0.1:" + std::to_string(*port);
  Server second(address, echo);
  const auto result = second.start();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, core::ErrorKind::Unavailable);
  EXPECT_EQ(result.error().message, "cannot listen on " + address + ": Address already in use");
}

TEST(Server, NamesAnAddressThatIsNotOurs) {
  Server server("192.0.2.1:0", echo);  // RFC 5737: nobody has it
  const auto result = server.start();
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("192.0.2.1:0"), std::string::npos);
}

TEST(Server, RefusesAnAddressThatIsNone) {
  Server server("nowhere", echo);
  const auto result = server.start();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, core::ErrorKind::Invalid);
}

constexpr int kClients = 8;
constexpr int kRequestsOfEach = 20;

/// How many of a client's requests, all on one connection, are answered with the path that they asked for.
int right_answers(std::uint16_t port, int client_number) {
  RawClient client(port);
  int right = 0;
  for (int round = 0; round < kRequestsOfEach; ++round) {
    const std::string path = fmt::format("/{}/{}", client_number, round);
    client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    if (client.receive().value_or(RawResponse{}).body.starts_with("GET\n" + path + "\n")) ++right;
  }
  return right;
}

TEST(Server, AnswersManyClientsFromSeveralThreads) {
  Server server("127.0.0.1:0", echo, {}, 3);
  const auto port = server.start();
  ASSERT_TRUE(port);
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> clients;
    clients.reserve(kClients);
    for (int i = 0; i < kClients; ++i)
      clients.emplace_back([&, i] { right += right_answers(*port, i); });
  }
  EXPECT_EQ(right, kClients * kRequestsOfEach);
}

}  // namespace
}  // namespace guildhall::http
