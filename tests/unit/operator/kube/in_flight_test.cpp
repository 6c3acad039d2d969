#include "operator/kube/in_flight.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace guildhall::kube {
namespace {

TEST(InFlightTest, GivesAPlaceBackWhenItsSlotGoes) {
  InFlight in_flight(1);
  {
    EXPECT_TRUE(in_flight.acquire({}).taken());
  }
  EXPECT_TRUE(in_flight.acquire({}).taken());
}

TEST(InFlightTest, WaitsForAPlace) {
  InFlight in_flight(1);
  std::optional<InFlight::Slot> first(in_flight.acquire({}));
  std::jthread waiter([&] { EXPECT_TRUE(in_flight.acquire({}).taken()); });
  first.reset();
  waiter.join();
}

TEST(InFlightTest, AStoppedWaiterGetsNoPlaceAndTakesNone) {
  InFlight in_flight(1);
  std::stop_source stop;
  {
    const auto held = in_flight.acquire({});
    std::jthread waiter([&] { EXPECT_FALSE(in_flight.acquire(stop.get_token()).taken()); });
    stop.request_stop();
    waiter.join();
  }
  EXPECT_FALSE(in_flight.acquire(stop.get_token()).taken());
  EXPECT_TRUE(in_flight.acquire({}).taken());
}

TEST(InFlightTest, NoLimitIsALimitOfOne) {
  InFlight in_flight(0);
  EXPECT_TRUE(in_flight.acquire({}).taken());
}

}  // namespace
}  // namespace guildhall::kube
