#include "operator/kube/response_flow.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace guildhall::kube {
namespace {

using std::chrono::hours;
using SteadyClock = std::chrono::steady_clock;

ResponseFlow::Time never() {
  return SteadyClock::now() + hours(1);
}
ResponseFlow::Time now() {
  return SteadyClock::now();
}

HttpResponse head(int status) {
  return {.status = status, .headers = {}, .body = {}};
}

template <class T>
std::string kind_of(const core::Result<T>& result) {
  return result ? "" : std::string(core::to_string(result.error().kind));
}

TEST(ResponseFlowTest, HandsOutHeadBytesAndEnd) {
  ResponseFlow flow;
  flow.set_head(head(200));
  int resumed = 0;
  flow.put("a", [&] { ++resumed; });
  flow.put("b", [&] { ++resumed; });
  flow.end({});
  EXPECT_EQ(flow.take_head(never(), {})->status, 200);
  EXPECT_EQ(flow.take_bytes(never(), {}), "ab");
  EXPECT_EQ(flow.take_bytes(never(), {}), "");
  EXPECT_EQ(resumed, 2);
}

TEST(ResponseFlowTest, WakesTheOneWhoWaits) {
  ResponseFlow flow;
  const std::jthread library([&] {
    flow.set_head(head(200));
    flow.put("line\n", [] {});
  });
  EXPECT_EQ(flow.take_head(never(), {})->status, 200);
  EXPECT_EQ(flow.take_bytes(never(), {}), "line\n");
}

TEST(ResponseFlowTest, WantsNoMoreWhile64KibibytesWait) {
  ResponseFlow flow;
  bool resumed = false;
  flow.put(std::string((64U << 10U) + 1, 'x'), [&] { resumed = true; });
  EXPECT_FALSE(resumed);
  ASSERT_TRUE(flow.take_bytes(never(), {}));
  EXPECT_TRUE(resumed);
}

TEST(ResponseFlowTest, LeavesAtTheDeadline) {
  ResponseFlow flow;
  EXPECT_EQ(kind_of(flow.take_head(now(), {})), "Timeout");
  flow.set_head(head(200));
  EXPECT_EQ(kind_of(flow.take_bytes(now(), {})), "Timeout");
}

TEST(ResponseFlowTest, LeavesWhenStopped) {
  ResponseFlow flow;
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(kind_of(flow.take_head(never(), stop.get_token())), "Canceled");
  EXPECT_EQ(kind_of(flow.take_bytes(never(), stop.get_token())), "Canceled");
}

TEST(ResponseFlowTest, AStoppedReaderGetsNothingMoreEvenIfItIsThere) {
  ResponseFlow flow;
  flow.put("x", [] {});
  const std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(kind_of(flow.take_bytes(never(), stop.get_token())), "Canceled");
}

TEST(ResponseFlowTest, AFailureComesAfterTheBytesBeforeIt) {
  ResponseFlow flow;
  flow.set_head(head(200));
  flow.put("x", [] {});
  flow.end(core::fail(core::ErrorKind::Unavailable, "reset").error());
  ASSERT_TRUE(flow.take_head(never(), {}));
  EXPECT_EQ(flow.take_bytes(never(), {}), "x");
  EXPECT_EQ(kind_of(flow.take_bytes(never(), {})), "Unavailable");
}

TEST(ResponseFlowTest, TheFirstEndCounts) {
  ResponseFlow flow;
  flow.end(core::fail(core::ErrorKind::Unavailable, "reset").error());
  flow.end({});
  EXPECT_EQ(kind_of(flow.take_head(never(), {})), "Unavailable");
}

TEST(ResponseFlowTest, AnEndWithoutAHeadIsALostConnection) {
  ResponseFlow flow;
  flow.end({});
  EXPECT_EQ(kind_of(flow.take_head(never(), {})), "Unavailable");
}

TEST(ResponseFlowTest, NobodyHoldsTheLibraryUpOnceAbandoned) {
  ResponseFlow flow;
  int resumed = 0;
  flow.put(std::string((64U << 10U) + 1, 'x'), [&] { ++resumed; });
  flow.abandon();
  EXPECT_EQ(resumed, 1);
  flow.put(std::string((64U << 10U) + 1, 'x'), [&] { ++resumed; });
  EXPECT_EQ(resumed, 2);
}

}  // namespace
}  // namespace guildhall::kube
