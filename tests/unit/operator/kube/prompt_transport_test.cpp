// What only the transport on the caller's thread promises; see transport_test.cpp for the rest.
#include "operator/kube/prompt_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <future>
#include <mutex>
#include <thread>

#include "tests/unit/operator/kube/cpprest_transport_fixture.hpp"
#include "tests/unit/operator/kube/raw_server.hpp"

namespace guildhall::kube {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(PromptTransportTest, UsesOneConnectionForOneRequestAfterTheOther) {
  RawServer const server([](RawServer::Connection& connection) {
    while (!connection.read_request().empty())
      connection.write(http_answer(200, "{}"));
  });
  const auto transport = prompt_transport_to(server.url());
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(failure_of(transport->send(request_of("POST", "{}"), {})), "");
  EXPECT_EQ(server.connections(), 1);
}

TEST(PromptTransportTest, UsesOneConnectionForEachRequestAtTheSameTime) {
  std::promise<void> both;
  std::atomic<int> asked = 0;
  const auto released = both.get_future().share();
  RawServer const server([&](RawServer::Connection& connection) {
    while (!connection.read_request().empty()) {
      if (++asked == 2) both.set_value();
      released.wait();
      connection.write(http_answer(200, "{}"));
    }
  });
  const auto transport = prompt_transport_to(server.url());
  auto other = std::async(std::launch::async, [&] { return failure_of(transport->send(request_of("GET"), {})); });
  EXPECT_EQ(failure_of(transport->send(request_of("GET"), {})), "");
  EXPECT_EQ(other.get(), "");
  EXPECT_EQ(server.connections(), 2);
}

/// Answers once on each connection, and is done with it before the test goes on.
struct AnswersOnce {
  std::string answer;
  std::mutex mutex;
  std::vector<std::string> methods;
  std::promise<void> closed;

  void serve(RawServer::Connection& connection) {
    {
      const std::scoped_lock lock(mutex);
      const std::string request = connection.read_request();
      methods.push_back(request.substr(0, request.find(' ')));
      if (methods.size() > 1) {
        connection.write(answer);
        return;
      }
    }
    connection.write(answer);
    connection.close();
    closed.set_value();
  }
};

TEST(PromptTransportTest, APostFindsOutBeforeItIsSentThatTheServerHasClosed) {
  AnswersOnce once{.answer = http_answer(200, "{}"), .mutex = {}, .methods = {}, .closed = {}};
  RawServer const server([&](RawServer::Connection& connection) { once.serve(connection); });
  const auto transport = prompt_transport_to(server.url());
  ASSERT_EQ(failure_of(transport->send(request_of("POST", "{}"), {})), "");
  once.closed.get_future().wait();
  EXPECT_EQ(failure_of(transport->send(request_of("POST", "{}"), {})), "");
  EXPECT_EQ(server.connections(), 2);
  EXPECT_THAT(once.methods, ElementsAre("POST", "POST"));
}

/// The number of connections that two requests take, when each is answered so.
int connections_for_two(const std::string& answer) {
  RawServer const server([&](RawServer::Connection& connection) {
    while (!connection.read_request().empty())
      connection.write(answer);
  });
  const auto transport = prompt_transport_to(server.url());
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(failure_of(transport->send(request_of("GET"), {})), "");
  return server.connections();
}

TEST(PromptTransportTest, UsesNoConnectionAgainThatTheServerWantsToClose) {
  EXPECT_EQ(connections_for_two(http_answer(200, "{}")), 1);
  EXPECT_EQ(connections_for_two(http_answer(200, "{}", "Connection: close\r\n")), 2);
}

TEST(PromptTransportTest, UsesNoConnectionAgainWhoseAnswerHasMoreThanItSays) {
  EXPECT_EQ(connections_for_two(http_answer(200, "{}") + "more"), 2);
}

TEST(PromptTransportTest, RefusesAnAnswerThatIsTooLong) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 x\r\nContent-Length: 600000000\r\n\r\n");
    connection.wait_until_closed();
  });
  EXPECT_THAT(failure_of(prompt_transport_to(server.url())->send(request_of("GET"), {})),
              HasSubstr("the answer is too long"));
}

TEST(PromptTransportTest, RefusesWhatIsNoAnswer) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write("SSH-2.0\r\n\r\n");
    connection.wait_until_closed();
  });
  EXPECT_EQ(kind_of(prompt_transport_to(server.url())->send(request_of("GET"), {})), "Unavailable");
}

/// A whole line arrives only in pieces.
TEST(PromptTransportTest, ReadsAnAnswerThatComesByteByByte) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    for (const char byte : http_answer(200, "{\"a\":1}", "X-Some-Header: Value\r\n"))
      connection.write({&byte, 1});
    connection.wait_until_closed();
  });
  const auto answer = prompt_transport_to(server.url())->send(request_of("GET"), {});
  ASSERT_TRUE(answer) << failure_of(answer);
  EXPECT_EQ(answer->body, "{\"a\":1}");
  EXPECT_EQ(answer->headers.at("x-some-header"), "Value");
}

TEST(PromptTransportTest, AStreamGoesByTheOther) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("one\n");
    connection.write("0\r\n\r\n");
    connection.wait_until_closed();
  });
  std::vector<std::string> lines;
  const auto ended = prompt_transport_to(server.url())
                         ->stream(request_of("GET"), std::chrono::hours(1),
                                  [&](std::string_view line) {
                                    lines.emplace_back(line);
                                    return true;
                                  },
                                  {});
  ASSERT_TRUE(ended) << failure_of(ended);
  EXPECT_THAT(lines, ElementsAre("one"));
}

TEST(PromptTransportTest, LeavesAServerWithAHostNameToTheOther) {
  for (const char* server : {"https://localhost:1", "https://10.0.0.1.example", "no url"}) {
    const auto other = transport_to("https://127.0.0.1:1");
    EXPECT_EQ(make_prompt_transport(std::make_shared<Credentials>(config_at(server)), other), other) << server;
  }
  for (const char* server : {"https://127.0.0.1:1", "https://[::1]:1"}) {
    const auto other = transport_to("https://127.0.0.1:1");
    EXPECT_NE(make_prompt_transport(std::make_shared<Credentials>(config_at(server)), other), other) << server;
  }
}

/// None while it lives.
class NoFileDescriptorLeft {
 public:
  NoFileDescriptorLeft() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int next = dup(STDERR_FILENO);
    close(next);
    const rlimit none{static_cast<rlim_t>(next), before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  NoFileDescriptorLeft(const NoFileDescriptorLeft&) = delete;
  NoFileDescriptorLeft& operator=(const NoFileDescriptorLeft&) = delete;
  ~NoFileDescriptorLeft() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(PromptTransportTest, ThatCanOpenNoConnectionIsAnErrorAsOthersAre) {
  const auto transport = prompt_transport_to("https://127.0.0.1:1");
  const NoFileDescriptorLeft none;
  const auto answer = transport->send(request_of("GET"), {});
  EXPECT_EQ(kind_of(answer), "Unavailable");
  EXPECT_THAT(failure_of(answer), HasSubstr("no connection can be made"));
}

TEST(PromptTransportTest, SaysWhatOfTheCertificatesCannotBeRead) {
  const auto other = transport_to("https://127.0.0.1:1");
  ClusterConfig config;
  config.ca.text = core::SecretText("no certificate");
  const auto credentials = std::make_shared<Credentials>(config_at("https://127.0.0.1:1", std::move(config)));
  const auto answer = make_prompt_transport(credentials, other)->send(request_of("GET"), {});
  EXPECT_EQ(kind_of(answer), "Invalid");
  EXPECT_THAT(failure_of(answer), HasSubstr("certificate-authority"));
}

}  // namespace
}  // namespace guildhall::kube
