#include "operator/http/connections.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace guildhall::http {
namespace {

struct Told final : OpenConnection {
  void end(std::shared_ptr<OpenConnection> /*self*/) override { ended = true; }
  bool ended = false;
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

}  // namespace
}  // namespace guildhall::http
