// What a Client hands out while it comes: events of watches, lines of lists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "operator/kube/watch_event.hpp"
#include "tests/unit/operator/kube/client_fixture.hpp"

namespace guildhall::kube {
namespace {

using core::ErrorKind;
using core::types::secrets;
using testing::ElementsAre;
using testing::SizeIs;

class ClientStreamTest : public ClientTest {};

TEST_F(ClientStreamTest, HandsOutEventsUntilTheHandlerHasEnough) {
  transport->then_lines({R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})", "",
                         R"({"type":"DELETED","object":{"metadata":{"name":"b"}}})",
                         R"({"type":"ADDED","object":{"metadata":{"name":"c"}}})"});
  std::vector<std::string> names;
  const auto ended = client().watch(secrets(), {},
                                    [&](WatchEvent&& event) {
                                      names.push_back(event.object.at("metadata").at("name"));
                                      return event.type != WatchEventType::Deleted;
                                    },
                                    {});
  EXPECT_EQ(kind_of(ended), "");
  EXPECT_THAT(names, ElementsAre("a", "b"));
}

TEST_F(ClientStreamTest, HandsOutTheLinesOfAListAsTheyAre) {
  transport->then_lines({"time,email", "", "x"});
  std::vector<std::string> lines;
  const auto take = [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  };
  const LinesOptions csv{.selection = {.ns = "acme", .label_selector = {}, .field_selector = {}}, .format = "csv"};
  EXPECT_EQ(kind_of(client().read_lines(secrets(), csv, take, {})), "");
  EXPECT_THAT(lines, ElementsAre("time,email", "", "x"));
  EXPECT_THAT(transport->requests(), ElementsAre("GET /api/v1/namespaces/acme/secrets?format=csv"));
  EXPECT_EQ(transport->last_request().accept, "*/*");
}

TEST_F(ClientStreamTest, DoesNotBeginLinesAgainThatBrokeOff) {
  transport->then_fail(ErrorKind::Unavailable);
  EXPECT_EQ(kind_of(client().read_lines(secrets(), {}, [](std::string_view) { return true; }, {})), "Unavailable");
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

TEST_F(ClientStreamTest, EndsAWatchAtAnErrorEventAndAtGarbage) {
  int events = 0;
  const auto watch = [&] { return client().watch(secrets(), {}, [&](WatchEvent&&) { return ++events > 0; }, {}); };
  transport->then_lines({R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"old"}})",
                         R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})"});
  const auto gone = watch();
  ASSERT_EQ(kind_of(gone), "Gone");
  EXPECT_EQ(gone.error().reason, "Expired");
  EXPECT_EQ(gone.error().object, "secrets");
  transport = std::make_shared<FakeTransport>();
  transport->then_lines({"<html>"});
  EXPECT_EQ(kind_of(watch()), "Invalid");
  EXPECT_EQ(events, 0);
}

TEST_F(ClientStreamTest, SaysWhyAWatchWasRefused) {
  transport->then_answer(410, R"({"kind":"Status","code":410,"reason":"Expired","message":"old"})");
  EXPECT_EQ(kind_of(client().watch(secrets(), {}, [](WatchEvent&&) { return true; }, {})), "Gone");
  transport = std::make_shared<FakeTransport>();
  transport->then_answer(429, "", {{"retry-after", "5"}});
  const auto throttled = client().watch(secrets(), {}, [](WatchEvent&&) { return true; }, {});
  ASSERT_EQ(kind_of(throttled), "TooManyRequests");
  EXPECT_EQ(throttled.error().retry_after, std::chrono::seconds(5));
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

}  // namespace
}  // namespace guildhall::kube
