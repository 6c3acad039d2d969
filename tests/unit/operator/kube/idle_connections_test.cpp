#include "operator/kube/idle_connections.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/unit/operator/kube/raw_server.hpp"

namespace guildhall::kube {
namespace {

using std::chrono::seconds;

class IdleConnectionsTest : public testing::Test {
 protected:
  std::unique_ptr<KeptConnection> connection() { return connection_to(server_); }
  static std::unique_ptr<KeptConnection> connection_to(const RawServer& server) {
    const std::stop_token stop;
    auto opened = KeptConnection::open({.address = "127.0.0.1", .port = server.port(), .tls = nullptr},
                                       {.deadline = std::chrono::steady_clock::now() + seconds(30), .stop = &stop});
    if (!opened) throw std::runtime_error(opened.error().describe());
    return std::move(*opened);
  }

  seconds now_{1'000};
  RawServer server_{[](RawServer::Connection& connection) { connection.wait_until_closed(); }};
  IdleConnections idle_{[this] { return std::chrono::steady_clock::time_point(now_); }};
};

TEST_F(IdleConnectionsTest, GivesTheOneThatWasUsedLast) {
  auto first = connection();
  auto second = connection();
  const auto* last = second.get();
  idle_.keep(std::move(first), 1);
  idle_.keep(std::move(second), 1);
  EXPECT_EQ(idle_.take(1).get(), last);
  EXPECT_NE(idle_.take(1), nullptr);
  EXPECT_EQ(idle_.take(1), nullptr);
}

TEST_F(IdleConnectionsTest, GivesNoneThatIsIdleForLong) {
  idle_.keep(connection(), 1);
  now_ += seconds(30);
  auto still = idle_.take(1);
  ASSERT_NE(still, nullptr);
  idle_.keep(std::move(still), 1);
  now_ += seconds(31);
  EXPECT_EQ(idle_.take(1), nullptr);
}

TEST_F(IdleConnectionsTest, GivesNoneOfOtherCredentials) {
  idle_.keep(connection(), 1);
  EXPECT_EQ(idle_.take(2), nullptr);
  idle_.keep(connection(), 2);
  idle_.keep(connection(), 1);
  EXPECT_EQ(idle_.take(1), nullptr);
  EXPECT_NE(idle_.take(2), nullptr);
  EXPECT_EQ(idle_.take(2), nullptr) << "those of the older credentials went with the first of the newer";
}

TEST_F(IdleConnectionsTest, GivesNoneThatTheServerHasClosed) {
  std::promise<void> closed;
  const RawServer server([&](RawServer::Connection& connection) {
    connection.close();
    closed.set_value();
  });
  idle_.keep(connection_to(server), 1);
  closed.get_future().wait();
  EXPECT_EQ(idle_.take(1), nullptr);
}

TEST_F(IdleConnectionsTest, GivesNoneOnWhichTheServerSpokeUnasked) {
  std::promise<void> spoken;
  const RawServer server([&](RawServer::Connection& connection) {
    connection.write("HTTP/1.1 408 x\r\n\r\n");
    spoken.set_value();
    connection.wait_until_closed();
  });
  idle_.keep(connection_to(server), 1);
  spoken.get_future().wait();
  EXPECT_EQ(idle_.take(1), nullptr);
}

TEST_F(IdleConnectionsTest, KeepsSixteenAtMost) {
  for (int i = 0; i < 20; ++i)
    idle_.keep(connection(), 1);
  int kept = 0;
  while (idle_.take(1))
    ++kept;
  EXPECT_EQ(kept, 16);
}

}  // namespace
}  // namespace guildhall::kube
