#include "operator/kube/cpprest_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/unit/operator/kube/raw_server.hpp"

namespace guildhall::kube {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

template <class T>
std::string failure_of(const core::Result<T>& result) {
  return result ? "" : std::string(core::to_string(result.error().kind)) + ": " + result.error().describe();
}

template <class T>
std::string kind_of(const core::Result<T>& result) {
  return result ? "" : std::string(core::to_string(result.error().kind));
}

ClusterConfig config_at(const std::string& url, ClusterConfig config = {}) {
  config.server = url;
  return config;
}

std::shared_ptr<HttpTransport> transport_to(const std::string& url, ClusterConfig config = {}) {
  auto transport = make_cpprest_transport(config_at(url, std::move(config)));
  if (!transport) throw std::runtime_error(failure_of(transport));
  return *transport;
}

HttpRequest request_of(std::string method, std::string body = {}) {
  HttpRequest request;
  request.method = std::move(method);
  request.target = "/api/v1/x%2Fy?a=b%2Cc";
  request.content_type = body.empty() ? "" : "application/json";
  request.body = std::move(body);
  return request;
}

TEST(CpprestTransportTest, SendsWhatItIsGivenAndHandsBackTheAnswer) {
  std::string seen;
  RawServer const server([&](RawServer::Connection& connection) {
    seen = connection.read_request();
    connection.write(http_answer(201, "{\"a\":1}", "X-Some-Header: Value\r\n"));
    connection.wait_until_closed();
  });
  ClusterConfig config;
  config.token.text = core::SecretText("t0ken");
  auto request = request_of("PATCH", "{\"b\":2}");
  request.accept = "application/json;as=Table";
  const auto answer = transport_to(server.url(), std::move(config))->send(request, {});
  ASSERT_TRUE(answer) << failure_of(answer);
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "{\"a\":1}");
  EXPECT_EQ(answer->headers.at("x-some-header"), "Value");
  EXPECT_THAT(seen, testing::StartsWith("PATCH /api/v1/x%2Fy?a=b%2Cc HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nAccept:application/json;as=Table\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nAuthorization:Bearer t0ken\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Length:7\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Type:application/json\r\n"));
  EXPECT_THAT(seen, testing::EndsWith("\r\n\r\n{\"b\":2}"));
}

TEST(CpprestTransportTest, KeepsThePathOfTheServersUrl) {
  std::string seen;
  RawServer const server([&](RawServer::Connection& connection) {
    seen = connection.read_request();
    connection.write(http_answer(200, ""));
  });
  ASSERT_TRUE(transport_to(server.url() + "/clusters/one")->send(request_of("GET"), {}));
  EXPECT_THAT(seen, testing::StartsWith("GET /clusters/one/api/v1/x%2Fy?a=b%2Cc HTTP/1.1\r\n"));
}

TEST(CpprestTransportTest, UsesAConnectionAgain) {
  RawServer const server([](RawServer::Connection& connection) {
    while (!connection.read_request().empty())
      connection.write(http_answer(200, "{}"));
  });
  const auto transport = transport_to(server.url());
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(failure_of(transport->send(request_of("POST", "{}"), {})), "");
  // Not one: a connection goes back into the library's pool a moment after its answer.
  EXPECT_LT(server.connections(), 25);
}

/// Answers one request on each connection, and hangs up at the next.
class ClosesAfterOne {
 public:
  void operator()(RawServer::Connection& connection) {
    take(connection.read_request());
    connection.write(http_answer(200, "{}"));
    take(connection.read_request());
  }
  std::vector<std::string> methods() {
    const std::scoped_lock lock(mutex_);
    return methods_;
  }

 private:
  void take(const std::string& request) {
    const std::scoped_lock lock(mutex_);
    if (!request.empty()) methods_.push_back(request.substr(0, request.find(' ')));
  }
  std::mutex mutex_;
  std::vector<std::string> methods_;
};

TEST(CpprestTransportTest, ARequestWithABodyIsPutOnTheWireOnce) {
  ClosesAfterOne closes;
  RawServer const server([&](RawServer::Connection& connection) { closes(connection); });
  const auto transport = transport_to(server.url());
  // A connection goes back into the library's pool a moment after its answer: a request may come before that and get a
  // connection of its own. Sooner or later one gets the kept connection, at which the server hangs up.
  std::vector<std::string> sent;
  for (std::string end; end.empty() && sent.size() < 100; sent.emplace_back("POST"))
    end = kind_of(transport->send(request_of("POST", "{}"), {}));
  EXPECT_LT(sent.size(), 100U) << "no connection was used again";
  EXPECT_EQ(closes.methods(), sent);
}

TEST(CpprestTransportTest, AGetOnAConnectionThatTheServerClosedSucceedsOnAnother) {
  ClosesAfterOne closes;
  RawServer const server([&](RawServer::Connection& connection) { closes(connection); });
  const auto transport = transport_to(server.url());
  ASSERT_EQ(failure_of(transport->send(request_of("GET"), {})), "");
  EXPECT_EQ(failure_of(transport->send(request_of("GET"), {})), "");
  EXPECT_EQ(server.connections(), 2);
}

TEST(CpprestTransportTest, SaysTimeoutWhenNoAnswerComes) {
  RawServer const server([](RawServer::Connection& connection) { connection.wait_until_closed(); });
  auto request = request_of("GET");
  request.timeout = milliseconds(20);
  EXPECT_EQ(kind_of(transport_to(server.url())->send(request, {})), "Timeout");
}

TEST(CpprestTransportTest, SaysTimeoutWhenTheAnswerDoesNotEnd) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 x\r\nContent-Length:100\r\n\r\n{");
    connection.wait_until_closed();
  });
  auto request = request_of("GET");
  request.timeout = milliseconds(200);
  EXPECT_EQ(kind_of(transport_to(server.url())->send(request, {})), "Timeout");
}

TEST(CpprestTransportTest, SaysUnavailableWhenTheAnswerIsCutOff) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 x\r\nContent-Length:100\r\n\r\n{");
  });
  EXPECT_EQ(kind_of(transport_to(server.url())->send(request_of("GET"), {})), "Unavailable");
}

TEST(CpprestTransportTest, SaysUnavailableWhenNobodyListens) {
  std::string url;
  {
    const RawServer server([](RawServer::Connection&) {});
    url = server.url();
  }
  const auto answer = transport_to(url)->send(request_of("GET"), {});
  EXPECT_EQ(failure_of(answer), "Unavailable: API server " + url.substr(url.find("//") + 2) +
                                    ": cannot connect: connection refused, or no route to the host");
}

TEST(CpprestTransportTest, SaysThatAHostIsUnknown) {
  const auto answer = transport_to("http://no-such-host.invalid:6443")->send(request_of("GET"), {});
  EXPECT_THAT(
      failure_of(answer),
      testing::StartsWith("Unavailable: API server no-such-host.invalid:6443: its host name cannot be resolved"));
}

TEST(CpprestTransportTest, NamesTheServerThatDoesNotAnswer) {
  const RawServer server([](RawServer::Connection& connection) { connection.wait_until_closed(); });
  auto request = request_of("GET");
  request.timeout = milliseconds(20);
  const auto answer = transport_to(server.url())->send(request, {});
  EXPECT_THAT(failure_of(answer), HasSubstr("API server " + server.url().substr(server.url().find("//") + 2) + ": "));
}

TEST(CpprestTransportTest, LeavesASilentServerWhenStoppedAndClosesTheConnection) {
  std::promise<void> asked;
  std::promise<void> closed;
  RawServer const server([&](RawServer::Connection& connection) {
    connection.read_request();
    asked.set_value();
    connection.wait_until_closed();
    closed.set_value();
  });
  const auto transport = transport_to(server.url());
  std::stop_source stop;
  std::jthread const stopper([&] {
    asked.get_future().wait();
    stop.request_stop();
  });
  auto request = request_of("GET");
  request.timeout = hours(1);
  EXPECT_EQ(kind_of(transport->send(request, stop.get_token())), "Canceled");
  closed.get_future().wait();
}

TEST(CpprestTransportTest, DoesNotFollowARedirect) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(http_answer(302, "", "Location: /elsewhere\r\n"));
    connection.wait_until_closed();
  });
  const auto answer = transport_to(server.url())->send(request_of("GET"), {});
  ASSERT_TRUE(answer) << failure_of(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(server.connections(), 1);
}

TEST(CpprestTransportTest, SaysWhetherTheCredentialsAreOthersAfterARefusal) {
  RawServer const server([](RawServer::Connection& connection) {
    while (!connection.read_request().empty())
      connection.write(http_answer(401, ""));
  });
  ClusterConfig config;
  config.server = server.url();
  config.token.file = "token";
  std::atomic<int> reads = 0;
  TransportOptions options;
  // The file holds another token only at its third reading.
  options.sources.read = [&](const std::filesystem::path&) {
    return core::Result<std::string>(++reads < 3 ? "old" : "new");
  };
  const auto transport = make_cpprest_transport(std::move(config), std::move(options));
  ASSERT_TRUE(transport) << failure_of(transport);
  EXPECT_FALSE((*transport)->send(request_of("GET"), {})->credentials_renewed);
  EXPECT_TRUE((*transport)->send(request_of("GET"), {})->credentials_renewed);
}

TEST(CpprestTransportTest, HandsOutEachLineAsItArrives) {
  std::vector<std::promise<void>> received(4);
  RawServer const server([&](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    // The next line leaves only when the one before has been handed out: a line held back would hang here.
    connection.write_chunk("one\n");
    received[0].get_future().wait();
    connection.write_chunk("tw");
    connection.write_chunk("o\n");
    received[1].get_future().wait();
    connection.write_chunk("three\nfour\nfi");
    received[3].get_future().wait();
    connection.write_chunk("ve\n");
    connection.write("0\r\n\r\n");
    connection.wait_until_closed();
  });
  std::vector<std::string> lines;
  const auto ended = transport_to(server.url())
                         ->stream(request_of("GET"), hours(1),
                                  [&](std::string_view line) {
                                    lines.emplace_back(line);
                                    if (lines.size() <= received.size()) received[lines.size() - 1].set_value();
                                    return true;
                                  },
                                  {});
  ASSERT_TRUE(ended) << failure_of(ended);
  EXPECT_EQ(ended->status, 200);
  EXPECT_THAT(lines, ElementsAre("one", "two", "three", "four", "five"));
}

/// What a stream came to, and its lines.
struct Streamed {
  std::vector<std::string> lines;
  core::Result<HttpResponse> end;
};

Streamed stream_from(const RawServer& server, milliseconds silence = hours(1), std::size_t most = 1000,
                     const std::stop_token& stop = {}) {
  Streamed streamed;
  streamed.end = transport_to(server.url())
                     ->stream(
                         request_of("GET"), silence,
                         [&](std::string_view line) {
                           streamed.lines.emplace_back(line);
                           return streamed.lines.size() < most;
                         },
                         stop);
  return streamed;
}

TEST(CpprestTransportTest, SaysTimeoutWhenAStreamFallsSilent) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("one\n");
    connection.wait_until_closed();
  });
  const auto streamed = stream_from(server, milliseconds(200));
  EXPECT_EQ(kind_of(streamed.end), "Timeout");
  EXPECT_THAT(streamed.lines, ElementsAre("one"));
}

TEST(CpprestTransportTest, SaysUnavailableWhenAStreamIsCut) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("one\ntw");
  });
  const auto streamed = stream_from(server);
  EXPECT_EQ(kind_of(streamed.end), "Unavailable");
  EXPECT_THAT(streamed.lines, ElementsAre("one"));
}

TEST(CpprestTransportTest, SaysUnavailableWhenAStreamEndsInALine) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("one\ntw");
    connection.write("0\r\n\r\n");
    connection.wait_until_closed();
  });
  EXPECT_THAT(failure_of(stream_from(server).end), HasSubstr(": the stream ended in the middle of a line"));
}

TEST(CpprestTransportTest, HandsBackWhatARefusedStreamSaid) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(http_answer(410, "{\n\"code\":410}\n"));
    connection.wait_until_closed();
  });
  const auto streamed = stream_from(server);
  ASSERT_TRUE(streamed.end) << failure_of(streamed.end);
  EXPECT_EQ(streamed.end->status, 410);
  EXPECT_EQ(streamed.end->body, "{\n\"code\":410}\n");
  EXPECT_TRUE(streamed.lines.empty());
}

TEST(CpprestTransportTest, ClosesAStreamThatIsNotWantedAnyMore) {
  std::promise<void> closed;
  RawServer const server([&](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("one\ntwo\n");
    connection.wait_until_closed();
    closed.set_value();
  });
  const auto streamed = stream_from(server, hours(1), 1);
  EXPECT_EQ(failure_of(streamed.end), "");
  EXPECT_THAT(streamed.lines, ElementsAre("one"));
  closed.get_future().wait();
}

TEST(CpprestTransportTest, LeavesAHangingStreamWhenStoppedAndServesTheNextRequest) {
  std::promise<void> hanging;
  std::promise<void> closed;
  RawServer const server([&](RawServer::Connection& connection) {
    const auto request = connection.read_request();
    if (request.find("watch") == std::string::npos) {
      connection.write(http_answer(200, "{}"));
      connection.wait_until_closed();
      return;
    }
    connection.write(chunked_head(200));
    hanging.set_value();
    connection.wait_until_closed();
    closed.set_value();
  });
  const auto transport = transport_to(server.url());
  std::stop_source stop;
  std::jthread const stopper([&] {
    hanging.get_future().wait();
    stop.request_stop();
  });
  auto watch = request_of("GET");
  watch.target = "/watch";
  EXPECT_EQ(
      kind_of(transport->stream(watch, hours(1), [](std::string_view) { return true; }, stop.get_token())), "Canceled");
  closed.get_future().wait();
  EXPECT_EQ(failure_of(transport->send(request_of("GET"), {})), "");
}

TEST(CpprestTransportTest, RefusesALineThatIsTooLong) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    const std::string part(1U << 20U, 'x');
    while (connection.write_chunk(part)) {
    }
  });
  EXPECT_THAT(failure_of(stream_from(server).end), HasSubstr(": a line of the stream is longer than 16777216 bytes"));
}

TEST(CpprestTransportTest, ASlowReaderHoldsTheServerBackInsteadOfFillingMemory) {
  std::promise<bool> held_back;
  RawServer const server([&](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.give_up_writing_after(300);
    const std::string line = std::string(1U << 20U, 'x') + "\n";
    bool written = true;
    for (int i = 0; written && i < 256; ++i)
      written = connection.write_chunk(line);
    held_back.set_value(!written);
  });
  bool was_held_back = false;
  const auto ended = transport_to(server.url())
                         ->stream(request_of("GET"), hours(1),
                                  [&](std::string_view) {
                                    was_held_back = held_back.get_future().get();
                                    return false;
                                  },
                                  {});
  EXPECT_EQ(failure_of(ended), "");
  EXPECT_TRUE(was_held_back);
}

TEST(CpprestTransportTest, SaysAtTheStartThatAUrlCannotBeRead) {
  EXPECT_EQ(kind_of(make_cpprest_transport(config_at("https://:6443:1 /"))), "Invalid");
}

TEST(CpprestTransportTest, NamesItsHost) {
  EXPECT_EQ(transport_to("http://127.0.0.1:6443")->host(), "127.0.0.1:6443");
}

TEST(CpprestTransportTest, ATargetThatCannotBeReadIsAFaultOfOurOwn) {
  auto request = request_of("GET");
  request.target = "/with space";
  EXPECT_EQ(kind_of(transport_to("http://127.0.0.1:1")->send(request, {})), "Internal");
}

}  // namespace
}  // namespace guildhall::kube
