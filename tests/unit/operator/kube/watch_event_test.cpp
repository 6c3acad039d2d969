#include "operator/kube/watch_event.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace guildhall::kube {
namespace {

TEST(WatchEventTest, ReadsAnEventWithoutManagedFields) {
  const auto event = parse_watch_line(
      R"({"type":"ADDED","object":{"kind":"Secret","metadata":{"name":"x","managedFields":[{"manager":"m"}]},"data":{}}})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->type, WatchEventType::Added);
  EXPECT_EQ(event->object,
            (nlohmann::json{{"kind", "Secret"}, {"metadata", {{"name", "x"}}}, {"data", nlohmann::json::object()}}));
  EXPECT_FALSE(event->ends_initial_events);
}

TEST(WatchEventTest, KnowsEveryType) {
  const auto type_of = [](const std::string& type) {
    return parse_watch_line(R"({"type":")" + type + R"(","object":{"metadata":{"name":"x"}}})").value().type;
  };
  EXPECT_EQ(type_of("ADDED"), WatchEventType::Added);
  EXPECT_EQ(type_of("MODIFIED"), WatchEventType::Modified);
  EXPECT_EQ(type_of("DELETED"), WatchEventType::Deleted);
  EXPECT_EQ(type_of("BOOKMARK"), WatchEventType::Bookmark);
}

TEST(WatchEventTest, OnlyABookmarkWithTheAnnotationEndsTheList) {
  const auto ends = [](const std::string& type, const std::string& metadata) {
    return parse_watch_line(R"({"type":")" + type + R"(","object":{"metadata":)" + metadata + "}}")
        .value()
        .ends_initial_events;
  };
  const std::string annotated = R"({"resourceVersion":"7","annotations":{"k8s.io/initial-events-end":"true"}})";
  EXPECT_TRUE(ends("BOOKMARK", annotated));
  EXPECT_FALSE(ends("ADDED", annotated));
  EXPECT_FALSE(ends("BOOKMARK", R"({"resourceVersion":"7"})"));
  EXPECT_FALSE(ends("BOOKMARK", R"({"annotations":{"k8s.io/initial-events-end":"false"}})"));
  EXPECT_FALSE(ends("BOOKMARK", R"({"annotations":["k8s.io/initial-events-end"]})"));
}

struct Failure {
  const char* name;
  std::string line;
  const char* kind;
  std::string message;
};

class WatchFailureTest : public testing::TestWithParam<Failure> {};

TEST_P(WatchFailureTest, IsAnError) {
  const auto event = parse_watch_line(GetParam().line);
  ASSERT_FALSE(event);
  EXPECT_EQ(core::to_string(event.error().kind), GetParam().kind);
  EXPECT_EQ(event.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, WatchFailureTest,
    testing::Values(
        Failure{"Expired",
                R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}})",
                "Gone", "too old"},
        Failure{"ExpiredByReasonAlone",
                R"({"type":"ERROR","object":{"kind":"Status","reason":"Expired","message":"too old"}})", "Gone",
                "too old"},
        Failure{"Throttled", R"({"type":"ERROR","object":{"kind":"Status","code":429,"message":"slow"}})",
                "TooManyRequests", "slow"},
        Failure{"ServerFailed", R"({"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd"}})",
                "Unavailable", "etcd"},
        Failure{"ErrorOfNoKnownForm", R"({"type":"ERROR","object":{}})", "Unavailable", "the API server answered 500"},
        Failure{"NoJson", "<html>", "Invalid", "a line of a watch is no event: not a JSON object"},
        Failure{"HalfALine", R"({"type":"ADDED","object":{"met)", "Invalid",
                "a line of a watch is no event: not a JSON object"},
        Failure{"AnArray", "[]", "Invalid", "a line of a watch is no event: not a JSON object"},
        Failure{"NoType", R"({"object":{}})", "Invalid", "a line of a watch is no event: type is missing"},
        Failure{"TypeIsNoText", R"({"type":1,"object":{}})", "Invalid",
                "a line of a watch is no event: type is missing"},
        Failure{"NoObject", R"({"type":"ADDED"})", "Invalid", "a line of a watch is no event: object is missing"},
        Failure{"ObjectIsNone", R"({"type":"ADDED","object":[]})", "Invalid",
                "a line of a watch is no event: object is missing"},
        Failure{"UnknownType", R"({"type":"EXPLODED","object":{}})", "Invalid",
                "a line of a watch is no event: unknown type 'EXPLODED'"}),
    [](const auto& info) { return info.param.name; });

RC_GTEST_PROP(WatchEventProperty, GarbageIsAnErrorAndNeverMore, (const std::string& line)) {
  RC_ASSERT(!parse_watch_line(line).has_value());
}

}  // namespace
}  // namespace guildhall::kube
