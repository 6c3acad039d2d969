// What both transports promise.
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

struct Kind {
  std::string name;
  std::shared_ptr<HttpTransport> (*make)(const std::string& url, ClusterConfig config, const FileReader& read);
};

class TransportTest : public testing::TestWithParam<Kind> {
 protected:
  static std::shared_ptr<HttpTransport> to(const std::string& url, ClusterConfig config = {},
                                           const FileReader& read = read_file) {
    return GetParam().make(url, std::move(config), read);
  }
};
INSTANTIATE_TEST_SUITE_P(, TransportTest,
                         testing::Values(Kind{"Cpprest", transport_to}, Kind{"Prompt", prompt_transport_to}),
                         [](const auto& info) { return info.param.name; });

/// The headers of a request as name:value, whatever space stands between.
std::string without_spaces(std::string request) {
  for (auto at = request.find(": "); at != std::string::npos; at = request.find(": ", at))
    request.erase(at + 1, 1);
  return request;
}

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

TEST_P(TransportTest, SendsWhatItIsGivenAndHandsBackTheAnswer) {
  std::string seen;
  RawServer const server([&](RawServer::Connection& connection) {
    seen = without_spaces(connection.read_request());
    connection.write(http_answer(201, "{\"a\":1}", "X-Some-Header: Value\r\n"));
    connection.wait_until_closed();
  });
  ClusterConfig config;
  config.token.text = core::SecretText("t0ken");
  auto request = request_of("PATCH", "{\"b\":2}");
  request.accept = "application/json;as=Table";
  const auto answer = to(server.url(), std::move(config))->send(request, {});
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
  EXPECT_THAT(seen, Not(HasSubstr("Accept-Encoding"))) << "an answer that is compressed is not understood";
}

TEST_P(TransportTest, SaysWhomARequestIsMadeAs) {
  std::string seen;
  RawServer const server([&](RawServer::Connection& connection) {
    seen = without_spaces(connection.read_request());
    connection.write(http_answer(200, "{}"));
    connection.wait_until_closed();
  });
  ClusterConfig config;
  config.impersonation = {.user = "jane@acme.example", .group = "acme-editors"};
  const auto answer = to(server.url(), std::move(config))->send(request_of("GET"), {});
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

TEST_P(TransportTest, KeepsThePathOfTheServersUrl) {
  std::string seen;
  RawServer const server([&](RawServer::Connection& connection) {
    seen = without_spaces(connection.read_request());
    connection.write(http_answer(200, ""));
  });
  ASSERT_TRUE(to(server.url() + "/clusters/one")->send(request_of("GET"), {}));
  EXPECT_THAT(seen, testing::StartsWith("GET /clusters/one/api/v1/x%2Fy?a=b%2Cc HTTP/1.1\r\n"));
}

TEST_P(TransportTest, UsesAConnectionAgain) {
  RawServer const server([](RawServer::Connection& connection) {
    while (!connection.read_request().empty())
      connection.write(http_answer(200, "{}"));
  });
  const auto transport = to(server.url());
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

TEST_P(TransportTest, ARequestWithABodyIsPutOnTheWireOnce) {
  ClosesAfterOne closes;
  RawServer const server([&](RawServer::Connection& connection) { closes(connection); });
  const auto transport = to(server.url());
  // A connection goes back into the library's pool a moment after its answer: a request may come before that and get a
  // connection of its own. Sooner or later one gets the kept connection, at which the server hangs up.
  std::vector<std::string> sent;
  for (std::string end; end.empty() && sent.size() < 100; sent.emplace_back("POST"))
    end = kind_of(transport->send(request_of("POST", "{}"), {}));
  EXPECT_LT(sent.size(), 100U) << "no connection was used again";
  EXPECT_EQ(closes.methods(), sent);
}

TEST_P(TransportTest, AGetOnAConnectionThatTheServerClosedSucceedsOnAnother) {
  ClosesAfterOne closes;
  RawServer const server([&](RawServer::Connection& connection) { closes(connection); });
  const auto transport = to(server.url());
  ASSERT_EQ(failure_of(transport->send(request_of("GET"), {})), "");
  EXPECT_EQ(failure_of(transport->send(request_of("GET"), {})), "");
  EXPECT_EQ(server.connections(), 2);
}

TEST_P(TransportTest, SaysTimeoutWhenNoAnswerComes) {
  RawServer const server([](RawServer::Connection& connection) { connection.wait_until_closed(); });
  auto request = request_of("GET");
  request.timeout = milliseconds(20);
  EXPECT_EQ(kind_of(to(server.url())->send(request, {})), "Timeout");
}

TEST_P(TransportTest, SaysTimeoutWhenTheAnswerDoesNotEnd) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 x\r\nContent-Length:100\r\n\r\n{");
    connection.wait_until_closed();
  });
  auto request = request_of("GET");
  request.timeout = milliseconds(200);
  EXPECT_EQ(kind_of(to(server.url())->send(request, {})), "Timeout");
}

TEST_P(TransportTest, SaysUnavailableWhenTheAnswerIsCutOff) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 x\r\nContent-Length:100\r\n\r\n{");
  });
  EXPECT_EQ(kind_of(to(server.url())->send(request_of("GET"), {})), "Unavailable");
}

TEST_P(TransportTest, ReadsAnAnswerInChunks) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    for (const char* part : {"one ", "two ", "three"})
      connection.write_chunk(part);
    connection.write("0\r\n\r\n");
    connection.wait_until_closed();
  });
  const auto answer = to(server.url())->send(request_of("GET"), {});
  ASSERT_TRUE(answer) << failure_of(answer);
  EXPECT_EQ(answer->body, "one two three");
}

TEST_P(TransportTest, ReadsALargeAnswer) {
  const std::string body(20U << 20U, 'x');
  RawServer const server([&](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(http_answer(200, body));
    connection.wait_until_closed();
  });
  const auto answer = to(server.url())->send(request_of("GET"), {});
  ASSERT_TRUE(answer) << failure_of(answer);
  EXPECT_TRUE(answer->body == body);
}

TEST_P(TransportTest, TellsNoToken) {
  RawServer const server([](RawServer::Connection& connection) { connection.read_request(); });
  ClusterConfig config;
  config.token.text = core::SecretText("s3cret");
  const auto answer = to(server.url(), std::move(config))->send(request_of("POST", "{}"), {});
  EXPECT_EQ(kind_of(answer), "Unavailable");
  EXPECT_THAT(failure_of(answer), Not(HasSubstr("s3cret")));
}

TEST_P(TransportTest, SaysUnavailableWhenNobodyListens) {
  std::string url;
  {
    const RawServer server([](RawServer::Connection&) {});
    url = server.url();
  }
  const auto answer = to(url)->send(request_of("GET"), {});
  EXPECT_EQ(failure_of(answer), "Unavailable: API server " + url.substr(url.find("//") + 2) +
                                    ": cannot connect: connection refused, or no route to the host");
}

TEST(CpprestTransportTest, SaysThatAHostIsUnknown) {
  const auto answer = transport_to("http://no-such-host.invalid:6443")->send(request_of("GET"), {});
  EXPECT_THAT(
      failure_of(answer),
      testing::StartsWith("Unavailable: API server no-such-host.invalid:6443: its host name cannot be resolved"));
}

TEST_P(TransportTest, NamesTheServerThatDoesNotAnswer) {
  const RawServer server([](RawServer::Connection& connection) { connection.wait_until_closed(); });
  auto request = request_of("GET");
  request.timeout = milliseconds(20);
  const auto answer = to(server.url())->send(request, {});
  EXPECT_THAT(failure_of(answer), HasSubstr("API server " + server.url().substr(server.url().find("//") + 2) + ": "));
}

TEST_P(TransportTest, LeavesASilentServerWhenStoppedAndClosesTheConnection) {
  std::promise<void> asked;
  std::promise<void> closed;
  RawServer const server([&](RawServer::Connection& connection) {
    connection.read_request();
    asked.set_value();
    connection.wait_until_closed();
    closed.set_value();
  });
  const auto transport = to(server.url());
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

TEST_P(TransportTest, LeavesAServerThatDoesNotGreetInTime) {
  RawServer const server([](RawServer::Connection& connection) { connection.wait_until_closed(); });
  auto request = request_of("GET");
  request.timeout = milliseconds(50);
  EXPECT_EQ(kind_of(to("https" + server.url().substr(4))->send(request, {})), "Timeout");
}

TEST_P(TransportTest, SendsNothingWhenItHasBeenStopped) {
  RawServer const server([](RawServer::Connection& connection) { connection.wait_until_closed(); });
  const std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(kind_of(to(server.url())->send(request_of("POST", "{}"), stop.get_token())), "Canceled");
}

TEST_P(TransportTest, DoesNotFollowARedirect) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(http_answer(302, "", "Location: /elsewhere\r\n"));
    connection.wait_until_closed();
  });
  const auto answer = to(server.url())->send(request_of("GET"), {});
  ASSERT_TRUE(answer) << failure_of(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(server.connections(), 1);
}

TEST_P(TransportTest, SaysWhetherTheCredentialsAreOthersAfterARefusal) {
  RawServer const server([](RawServer::Connection& connection) {
    while (!connection.read_request().empty())
      connection.write(http_answer(401, ""));
  });
  ClusterConfig config;
  config.token.file = "token";
  std::atomic<int> reads = 0;
  // The file holds another token only at its third reading.
  const auto transport = to(server.url(), std::move(config), [&](const std::filesystem::path&) {
    return core::Result<std::string>(++reads < 3 ? "old" : "new");
  });
  EXPECT_FALSE(transport->send(request_of("GET"), {})->credentials_renewed);
  EXPECT_TRUE(transport->send(request_of("GET"), {})->credentials_renewed);
}

TEST(CpprestTransportTest, SaysAtTheStartThatAUrlCannotBeRead) {
  EXPECT_EQ(kind_of(make_cpprest_transport(config_at("https://:6443:1 /"))), "Invalid");
}

TEST_P(TransportTest, NamesItsHost) {
  EXPECT_EQ(to("http://127.0.0.1:6443")->host(), "127.0.0.1:6443");
}

TEST_P(TransportTest, ATargetThatCannotBeReadIsAFaultOfOurOwn) {
  auto request = request_of("GET");
  request.target = "/with space";
  EXPECT_EQ(kind_of(to("http://127.0.0.1:1")->send(request, {})), "Internal");
}

}  // namespace
}  // namespace guildhall::kube
