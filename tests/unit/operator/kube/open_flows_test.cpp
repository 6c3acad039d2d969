#include "operator/kube/open_flows.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace guildhall::kube {
namespace {

using SteadyClock = std::chrono::steady_clock;

SteadyClock::time_point at_once() {
  return SteadyClock::now();
}
SteadyClock::time_point late() {
  return SteadyClock::now() + std::chrono::hours(1);
}

TEST(OpenFlowsTest, HasNoneBeforeTheFirst) {
  EXPECT_TRUE(OpenFlows().wait_until_none(at_once()));
}

TEST(OpenFlowsTest, OneIsOpenUntilItsLastReferenceHasGone) {
  OpenFlows flows;
  auto flow = flows.make();
  auto second = flow;
  flow.reset();
  EXPECT_FALSE(flows.wait_until_none(at_once()));
  second.reset();
  EXPECT_TRUE(flows.wait_until_none(at_once()));
}

TEST(OpenFlowsTest, IsWokenByTheLastOfThem) {
  OpenFlows flows;
  auto first = flows.make();
  auto last = flows.make();
  const std::jthread others([first = std::move(first), last = std::move(last)]() mutable {
    first.reset();
    last.reset();
  });
  EXPECT_TRUE(flows.wait_until_none(late()));
}

TEST(OpenFlowsTest, AFlowMayOutliveIt) {
  std::shared_ptr<ResponseFlow> flow;
  {
    OpenFlows flows;
    flow = flows.make();
  }
  flow->end({});
  EXPECT_EQ(flow.use_count(), 1);
}

}  // namespace
}  // namespace guildhall::kube
