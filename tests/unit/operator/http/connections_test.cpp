#include "operator/http/connections.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace guildhall::http {
namespace {

struct Told final : OpenConnection {
  void end(std::shared_ptr<OpenConnection> /*self*/) override { ended = true; }
  void abandon() override { abandoned = true; }
  bool ended = false;
  bool abandoned = false;
};

TEST(Connections, UnderTheCapEndNobody) {
  Connections all;
  const auto first = std::make_shared<Told>();
  const auto second = std::make_shared<Told>();
  EXPECT_TRUE(all.admit(first, 2));
  EXPECT_TRUE(all.admit(second, 2));
  EXPECT_FALSE(first->ended);
}

TEST(Connections, OverTheCapEndTheOldestThatWaits) {
  Connections all;
  const auto answered = std::make_shared<Told>();
  const auto waiting = std::make_shared<Told>();
  const auto younger = std::make_shared<Told>();
  answered->waits = false;
  for (const auto& connection : {answered, waiting, younger})
    EXPECT_TRUE(all.admit(connection, 3));
  EXPECT_TRUE(all.admit(std::make_shared<Told>(), 3));
  EXPECT_FALSE(answered->ended);
  EXPECT_TRUE(waiting->ended);
  EXPECT_FALSE(waiting->waits) << "it must not be answered any more";
  EXPECT_FALSE(younger->ended);
}

TEST(Connections, OverTheCapAdmitNobodyWhileAllAreAnswered) {
  Connections all;
  const auto answered = std::make_shared<Told>();
  answered->waits = false;
  const auto entry = all.admit(answered, 1);
  ASSERT_TRUE(entry);
  EXPECT_FALSE(all.admit(std::make_shared<Told>(), 1));
  all.leave(*entry);
  EXPECT_TRUE(all.admit(std::make_shared<Told>(), 1));
}

TEST(Connections, AreAbandonedAllTogether) {
  Connections all;
  const auto waiting = std::make_shared<Told>();
  const auto answered = std::make_shared<Told>();
  answered->waits = false;
  all.admit(waiting, 3);
  all.admit(answered, 3);
  all.admit(std::make_shared<Told>(), 3);
  all.abandon_all();
  EXPECT_TRUE(waiting->abandoned);
  EXPECT_TRUE(answered->abandoned);
}

/// Whoever streams takes nobody's place; when he streams no more, he is one of them again.
TEST(Connections, DoNotCountThoseThatStream) {
  Connections all;
  std::vector<std::shared_ptr<Told>> streaming;
  for (int i = 0; i < 3; ++i) {
    streaming.push_back(std::make_shared<Told>());
    EXPECT_TRUE(all.admit(streaming.back(), 2));
    streaming.back()->waits = false;
    all.set_apart();
  }
  const auto first = std::make_shared<Told>();
  const auto second = std::make_shared<Told>();
  EXPECT_TRUE(all.admit(first, 2));
  EXPECT_TRUE(all.admit(second, 2));
  EXPECT_FALSE(first->ended);
  all.take_back(2);
  EXPECT_TRUE(first->ended);
  EXPECT_FALSE(second->ended);
  for (const auto& connection : streaming)
    EXPECT_FALSE(connection->ended);
  second->waits = false;
  EXPECT_FALSE(all.admit(std::make_shared<Told>(), 2)) << "two others stream, and all else is answered";
}

}  // namespace
}  // namespace guildhall::http
