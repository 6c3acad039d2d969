// How a Server ends, and what goes on while its workers wait.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "operator/http/server.hpp"
#include "tests/unit/operator/http/raw_client.hpp"

namespace guildhall::http {
namespace {

Response nothing(const Request& /*request*/) {
  return Response{.body = "", .headers = {}};
}

TEST(Server, ClosesThePortAndEveryConnectionWhenItStops) {
  Server server("127.0.0.1:0", nothing);
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient idle(*port);
  idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(idle.receive());
  RawClient in_the_header(*port);
  in_the_header.send("GET / HTTP/1.1\r\nHos");
  RawClient in_the_body(*port);
  in_the_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
  server.stop();
  EXPECT_TRUE(idle.is_closed_by_server());
  EXPECT_TRUE(in_the_header.is_closed_by_server());
  EXPECT_TRUE(in_the_body.is_closed_by_server());
  EXPECT_FALSE(RawClient(*port).connected());
  server.stop();  // a second time does no harm
}

/// A handler that waits until it may answer.
class WaitingHandler {
 public:
  Response answer() {
    std::unique_lock lock(mutex_);
    entered_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return may_leave_; });
    left_ = true;
    return Response{.body = "", .headers = {}};
  }
  void wait_until_entered() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return entered_; });
  }
  void let_go() {
    {
      const std::scoped_lock lock(mutex_);
      may_leave_ = true;
    }
    changed_.notify_all();
  }
  [[nodiscard]] bool left() const { return left_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool entered_ = false;
  bool may_leave_ = false;
  std::atomic<bool> left_{false};
};

/// Its one worker waits while it answers a client.
class ServerWhoseWorkerWaits : public testing::Test {
 protected:
  ServerWhoseWorkerWaits() {
    client_.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    handler_.wait_until_entered();
  }

  WaitingHandler handler_;
  Server server_{"127.0.0.1:0", [&](const Request&) { return handler_.answer(); }};
  const std::uint16_t port_ = server_.start().value();
  RawClient client_{port_};
};

TEST_F(ServerWhoseWorkerWaits, ReadsOn) {
  RawClient other(port_);
  other.send("GET / HTTP/1.1\r\n\r\n");
  const bool is_told = other.has_news_within(kPatience);
  handler_.let_go();
  EXPECT_TRUE(is_told) << "a request without Host needs no handler to be refused";
  EXPECT_EQ(other.receive().value_or(RawResponse{}).status, 400);
  EXPECT_EQ(client_.receive().value_or(RawResponse{}).status, 200);
}

TEST_F(ServerWhoseWorkerWaits, WaitsForItWhenItStops) {
  std::atomic<bool> left_before_return{false};
  std::jthread stopper([&] {
    server_.stop();
    left_before_return = handler_.left();
  });
  handler_.let_go();
  stopper.join();
  EXPECT_TRUE(left_before_return);
  EXPECT_TRUE(client_.is_closed_by_server());
}

bool is_closed_after_its_answers(RawClient& client) {
  while (client.receive()) {
  }
  return client.is_closed_by_server();
}

/// In whatever order it stops and the handler ends: neither runs a request that waits into what is gone.
TEST(Server, StopsWhileRequestsWaitForItsOneWorker) {
  for (int round = 0; round < 30; ++round) {
    WaitingHandler handler;
    Server server("127.0.0.1:0", [&](const Request&) { return handler.answer(); });
    const std::uint16_t port = server.start().value();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 5; ++i) {
      clients.push_back(std::make_unique<RawClient>(port));
      clients.back()->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    handler.wait_until_entered();
    std::jthread releaser([&] { handler.let_go(); });
    server.stop();
    releaser.join();
    for (const auto& client : clients)
      EXPECT_TRUE(is_closed_after_its_answers(*client));
  }
}

TEST(Server, StopsWithoutHavingStarted) {
  Server server("127.0.0.1:0", nothing);
  server.stop();
}

}  // namespace
}  // namespace guildhall::http
