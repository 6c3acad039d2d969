#include "operator/kube/cpprest_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "tests/unit/operator/kube/cpprest_transport_fixture.hpp"
#include "tests/unit/operator/kube/raw_server.hpp"

namespace guildhall::kube {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::HasSubstr;

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

TEST(CpprestTransportTest, SaysWhomARequestIsMadeAs) {
  std::string seen;
  RawServer const server([&](RawServer::Connection& connection) {
    seen = connection.read_request();
    connection.write(http_answer(200, "{}"));
    connection.wait_until_closed();
  });
  ClusterConfig config;
  config.impersonation = {.user = "jane@acme.example", .group = "acme-editors"};
  const auto answer = transport_to(server.url(), std::move(config))->send(request_of("GET"), {});
  ASSERT_TRUE(answer) << failure_of(answer);
  EXPECT_THAT(seen, HasSubstr("\r\nImpersonate-User:jane@acme.example\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nImpersonate-Group:acme-editors\r\n"));
}

TEST(CpprestTransportTest, NobodyIsImpersonatedWhoseNameWouldMakeHeaders) {
  ClusterConfig config;  // NOLINT(misc-const-correctness): it is changed below
  config.server = "http://127.0.0.1:1";
  config.impersonation.user = "jane\r\nImpersonate-Group: system:masters";
  const auto transport = make_cpprest_transport(std::move(config));
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().describe(),
            "the credentials cannot be used: who is impersonated holds a control character");
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
