#include "operator/kube/reflector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "operator/kube/informer.hpp"
#include "tests/unit/operator/kube/cache/scripted_server.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::kube {
namespace {

using core::ErrorKind;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::bookmark;
using tests::event;
using tests::gone;
using tests::item;
using tests::Item;

constexpr const char* kStreams = "sendInitialEvents=true";

class ReflectorTest : public testing::Test {
 protected:
  ReflectorTest() {
    informer_.add_handler([this](const core::ObjectKey& key, const auto& before, const auto& after) {
      told_.push_back((before ? before->value : "-") + std::string(">") + (after ? after->value : "-") + " " +
                      key.name);
    });
  }
  ~ReflectorTest() override {
    for (const auto& target : server_->targets())
      EXPECT_THAT(target, Not(HasSubstr("resourceVersion=0"))) << "a lagging server would take us back in time";
  }

  // The life of a reflector until the script is over.
  void run() { Reflector(informer_, client_, metrics_, pacing_.pacing()).run(server_->stop_token()); }

  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& value : informer_.list())
      names.insert(value->name);
    return names;
  }
  // With an & at its end, so that "resourceVersion=8&" means that whole number.
  std::string target(std::size_t index) const { return server_->targets().at(index) + "&"; }

  std::shared_ptr<tests::ScriptedServer> server_ = std::make_shared<tests::ScriptedServer>();
  tests::FakeMetrics metrics_;
  tests::FakePacing pacing_;
  Client client_{server_, {}, metrics_};
  Informer<Item> informer_{
      core::types::secrets(), {.ns = "", .label_selector = "a=b", .field_selector = ""}, tests::decode_item};
  std::vector<std::string> told_;
};

TEST_F(ReflectorTest, StreamsTheListAndThenWatchesOnTheSameStream) {
  server_->stream_of({event("ADDED", item("a", 5)), event("ADDED", item("b", 3)), bookmark(7, true),
                      event("ADDED", item("c", 8)), event("MODIFIED", item("a", 9, "w")),
                      event("DELETED", item("b", 10))});
  run();
  EXPECT_THAT(names(), ElementsAre("a", "c"));
  EXPECT_EQ(informer_.get({"acme", "a"})->value, "w");
  EXPECT_THAT(told_, ElementsAre("->v a", "->v b", "->v c", "v>w a", "v>- b"));
  EXPECT_TRUE(informer_.synced());
  EXPECT_TRUE(informer_.has_seen("10"));
  EXPECT_FALSE(informer_.has_seen("11"));
  EXPECT_THAT(target(0), HasSubstr(kStreams));
  EXPECT_THAT(target(0), HasSubstr("resourceVersionMatch=NotOlderThan"));
  EXPECT_THAT(target(0), HasSubstr("allowWatchBookmarks=true"));
  EXPECT_THAT(target(0), HasSubstr("labelSelector=a%3Db"));
  EXPECT_THAT(target(0), Not(HasSubstr("resourceVersion=")));
}

TEST_F(ReflectorTest, IsNotSyncedBeforeTheListIsWhole) {
  server_->stream_of({event("ADDED", item("a", 5))});
  run();
  EXPECT_FALSE(informer_.synced());
  EXPECT_EQ(informer_.size(), 1U);
}

TEST_F(ReflectorTest, AListTellsOfNoVersionBeforeItIsWhole) {
  bool early = false;
  informer_.add_handler([&](const auto&, const auto&, const auto&) { early = early || informer_.has_seen("3"); });
  server_->stream_of({event("ADDED", item("a", 5)), event("ADDED", item("b", 3)), bookmark(7, true)});
  run();
  EXPECT_FALSE(early) << "lists come in no order of versions";
  EXPECT_TRUE(informer_.has_seen("7"));
}

TEST_F(ReflectorTest, AHandlerFindsTheObjectInTheCacheAndItsVersionSeen) {
  int calls = 0;
  informer_.add_handler([&](const core::ObjectKey& key, const auto&, const auto& after) {
    if (!informer_.synced()) return;
    ++calls;
    EXPECT_EQ(informer_.get(key), after);
    EXPECT_TRUE(informer_.has_seen(after ? "8" : "9"));
    EXPECT_EQ(informer_.is_gone(key, "u"), after == nullptr);
  });
  server_->stream_of({bookmark(7, true), event("ADDED", item("a", 8)), event("DELETED", item("a", 9))});
  run();
  EXPECT_EQ(calls, 2);
}

TEST_F(ReflectorTest, AServerThatCannotStreamIsAskedForPages) {
  server_->refuse(422, "Invalid", "sendInitialEvents: Forbidden");
  server_->page_of({item("a", 5), item("b", 6)}, 7, "next/page=");
  server_->page_of({item("c", 4)}, 7);
  server_->stream_of({event("ADDED", item("d", 8))});
  server_->stream_of({gone()});
  server_->page_of({item("d", 8)}, 9, "more");
  server_->page_of({}, 9);
  run();
  EXPECT_THAT(names(), ElementsAre("d"));
  EXPECT_THAT(pacing_.waits, IsEmpty());
  EXPECT_THAT(target(1), HasSubstr("limit=500"));
  EXPECT_THAT(target(1), Not(HasSubstr("resourceVersion")));
  EXPECT_THAT(target(2), HasSubstr("continue=next%2Fpage%3D"));
  EXPECT_THAT(target(3), HasSubstr("resourceVersion=7"));
  EXPECT_THAT(target(3), Not(HasSubstr(kStreams)));
  EXPECT_THAT(target(5), HasSubstr("resourceVersion=8&resourceVersionMatch=NotOlderThan"));
  EXPECT_THAT(target(5), Not(HasSubstr(kStreams))) << "it has said that it cannot";
  EXPECT_THAT(target(6), HasSubstr("continue=more"));
  EXPECT_THAT(target(6), Not(HasSubstr("resourceVersion"))) << "the server refuses both at once";
}

TEST_F(ReflectorTest, WaitsAsLongAsTheServerAsksAndNeverLessThanItsOwnBackoff) {
  server_->stream_of({bookmark(7, true)});
  for (const char* seconds : {"7", "1"})
    server_->stream_of({}, HttpResponse{503, {{"retry-after", seconds}}, "{}"});
  run();
  EXPECT_THAT(pacing_.waits, ElementsAre(milliseconds(7000), milliseconds(1600)));
}

TEST_F(ReflectorTest, AListThatBreaksOffRemovesNothing) {
  server_->stream_of({event("ADDED", item("a", 5)), event("ADDED", item("b", 6)), bookmark(7, true), gone()});
  server_->stream_of({event("ADDED", item("b", 6))}, core::fail(ErrorKind::Unavailable, "cut"));
  run();
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(ReflectorTest, AStreamedListThatTheServerEndsEarlyRemovesNothing) {
  server_->stream_of({event("ADDED", item("a", 5)), event("ADDED", item("b", 6)), bookmark(7, true), gone()});
  server_->stream_of({event("ADDED", item("b", 6))});
  run();
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(ReflectorTest, APagedListThatFailsHalfWayRemovesNothing) {
  server_->refuse(400, "BadRequest", "sendInitialEvents is forbidden");
  server_->page_of({item("a", 5), item("b", 6)}, 7);
  server_->stream_of({gone()});
  server_->page_of({item("b", 6)}, 8, "more");
  server_->refuse(500, "InternalError");
  run();
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(ReflectorTest, ARelistHandsOutTheDifferencesOnly) {
  server_->stream_of({event("ADDED", item("a", 1)), event("ADDED", item("b", 2)), event("ADDED", item("c", 3)),
                      bookmark(7, true), gone()});
  server_->stream_of({event("ADDED", item("a", 1)), event("ADDED", item("b", 9, "w")), event("ADDED", item("d", 8)),
                      bookmark(10, true)});
  run();
  EXPECT_THAT(told_, ElementsAre("->v a", "->v b", "->v c", "v>w b", "->v d", "v>- c"));
  EXPECT_THAT(names(), ElementsAre("a", "b", "d"));
  EXPECT_EQ(metrics_.value(R"(guildhall_informer_relists_total{type="secrets"})"), 2);
}

TEST_F(ReflectorTest, AfterGoneTheRelistIsNotOlderThanWhatWasSeen) {
  server_->stream_of({bookmark(7, true), event("ADDED", item("a", 9)), gone()});
  server_->stream_of({event("ADDED", item("a", 9)), bookmark(12, true)});
  run();
  EXPECT_THAT(target(1), HasSubstr("resourceVersion=9&"));
  EXPECT_THAT(target(1), HasSubstr("resourceVersionMatch=NotOlderThan"));
  EXPECT_THAT(pacing_.waits, IsEmpty());
}

TEST_F(ReflectorTest, OnlyWhenThatIsRefusedTheNewestIsTaken) {
  for (const bool too_large : {false, true}) {
    server_->restart();
    const std::size_t first = server_->targets().size();
    server_->stream_of({bookmark(7, true), event("ADDED", item("a", 9)), gone()});
    if (too_large) {
      server_->refuse(504, "Timeout", "Timeout: Too large resource version: 9, current: 3");
    } else {
      server_->refuse(410, "Expired", "too old resource version");
    }
    server_->stream_of({bookmark(12, true)});
    run();
    EXPECT_THAT(target(first + 1), HasSubstr("resourceVersion=9"));
    EXPECT_THAT(target(first + 2), HasSubstr(kStreams));
    EXPECT_THAT(target(first + 2), Not(HasSubstr("resourceVersion=")));
    EXPECT_THAT(pacing_.waits, IsEmpty());
    EXPECT_THAT(names(), IsEmpty());
  }
}

TEST_F(ReflectorTest, AGoneAsTheAnswerToAWatchRelistsToo) {
  server_->stream_of({bookmark(7, true), event("ADDED", item("a", 8))});
  server_->refuse(410, "Expired");
  server_->stream_of({bookmark(12, true)});
  run();
  EXPECT_THAT(target(2), HasSubstr(kStreams));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(ReflectorTest, AServerThatAnswersGoneToEverythingIsNotAskedInATightLoop) {
  server_->stream_of({bookmark(7, true)});
  for (int round = 0; round < 5; ++round)
    server_->refuse(410, "Expired");
  run();
  EXPECT_GE(pacing_.waits.size(), 2U);
}

TEST_F(ReflectorTest, AWatchThatEndsGoesOnAtOnceFromTheLastVersion) {
  server_->stream_of({bookmark(7, true), event("ADDED", item("a", 8))});
  server_->stream_of({bookmark(20)});
  server_->stream_of({event("MODIFIED", item("a", 21, "w"))});
  run();
  EXPECT_THAT(target(1), HasSubstr("resourceVersion=8&"));
  EXPECT_THAT(target(2), HasSubstr("resourceVersion=20&"));
  EXPECT_THAT(target(2), Not(HasSubstr(kStreams)));
  EXPECT_THAT(pacing_.waits, IsEmpty());
}

TEST_F(ReflectorTest, ABookmarkAdvancesWhatIsSeen) {
  server_->stream_of({bookmark(7, true), bookmark(20)});
  run();
  EXPECT_TRUE(informer_.has_seen("20"));
}

TEST_F(ReflectorTest, AWatchThatEndsAsSoonAsItBeginsBacksOff) {
  server_->stream_of({bookmark(7, true)});
  server_->stream_of({});
  server_->stream_of({});
  run();
  EXPECT_THAT(pacing_.waits, ElementsAre(milliseconds(800), milliseconds(1600)));
}

TEST_F(ReflectorTest, FailuresBackOffDoublingToThirtySeconds) {
  for (int failure = 0; failure < 8; ++failure)
    server_->fail(ErrorKind::Unavailable);
  run();
  EXPECT_THAT(pacing_.waits,
              ElementsAre(milliseconds(800), milliseconds(1600), milliseconds(3200), milliseconds(6400),
                          milliseconds(12800), milliseconds(25600), milliseconds(30000), milliseconds(30000)));
}

TEST_F(ReflectorTest, FailuresBackOffNoLongerThanTheCacheMayBeOld) {
  pacing_.longest_backoff = milliseconds(500);
  for (int failure = 0; failure < 3; ++failure)
    server_->fail(ErrorKind::Unavailable);
  run();
  EXPECT_THAT(pacing_.waits, ElementsAre(milliseconds(500), milliseconds(500), milliseconds(500)));
}

TEST_F(ReflectorTest, ChanceUpToDoublesABackoff) {
  pacing_.random = 0.5;
  server_->fail(ErrorKind::Unavailable);
  server_->fail(ErrorKind::Unavailable);
  run();
  EXPECT_THAT(pacing_.waits, ElementsAre(milliseconds(1200), milliseconds(2400)));
}

TEST_F(ReflectorTest, TwoHealthyMinutesStartTheBackoffAnew) {
  server_->fail(ErrorKind::Unavailable);
  server_->fail(ErrorKind::Unavailable);
  server_->then([this](const LineHandler& on_line) -> core::Result<HttpResponse> {
    on_line(bookmark(7, true));
    pacing_.now += std::chrono::minutes(3);
    return core::fail(ErrorKind::Timeout, "nothing came for too long");
  });
  run();
  EXPECT_THAT(pacing_.waits, ElementsAre(milliseconds(800), milliseconds(1600), milliseconds(800)));
}

TEST_F(ReflectorTest, AServerThatAsksToSlowDownKeepsTheWatchWhereItWas) {
  server_->stream_of({bookmark(7, true), event("ADDED", item("a", 8))});
  server_->refuse(429, "TooManyRequests");
  server_->stream_of({event("ADDED", item("b", 9))});
  run();
  EXPECT_THAT(pacing_.waits, ElementsAre(milliseconds(800)));
  EXPECT_THAT(target(2), HasSubstr("resourceVersion=8&"));
  EXPECT_THAT(target(2), Not(HasSubstr(kStreams)));
}

TEST_F(ReflectorTest, ASilentStreamIsOpenedAnewWhereItWas) {
  server_->stream_of({bookmark(7, true), event("ADDED", item("a", 8))}, core::fail(ErrorKind::Timeout, "silence"));
  server_->stream_of({event("ADDED", item("b", 9))});
  run();
  EXPECT_THAT(target(1), HasSubstr("resourceVersion=8&"));
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(ReflectorTest, HalfALineIsReadAgainFromTheVersionBefore) {
  server_->stream_of({bookmark(7, true), event("ADDED", item("a", 8)), event("ADDED", item("b", 9)).substr(0, 40)});
  server_->stream_of({event("ADDED", item("b", 9))});
  run();
  EXPECT_THAT(target(1), HasSubstr("resourceVersion=8&"));
  EXPECT_THAT(target(1), Not(HasSubstr(kStreams)));
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(ReflectorTest, HalfALineOfAListIsNoRefusalToStream) {
  server_->stream_of({event("ADDED", item("a", 8)).substr(0, 40)});
  server_->stream_of({event("ADDED", item("a", 8)), bookmark(9, true)});
  run();
  EXPECT_THAT(target(1), HasSubstr(kStreams));
  EXPECT_TRUE(informer_.synced());
}

TEST_F(ReflectorTest, AWatchLastsFiveToTenMinutes) {
  server_->stream_of({bookmark(7, true)});
  run();
  EXPECT_THAT(target(0), HasSubstr("timeoutSeconds=300"));
  server_->restart();
  pacing_.random = 0.999;
  server_->stream_of({bookmark(7, true)});
  run();
  EXPECT_THAT(target(1), HasSubstr("timeoutSeconds=599"));
}

TEST_F(ReflectorTest, AnObjectMadeAnewIsToldAsDeletedAndAdded) {
  server_->stream_of({event("ADDED", item("a", 5, "old", "u1")), bookmark(7, true), gone()});
  server_->stream_of({event("ADDED", item("a", 9, "new", "u2")), bookmark(10, true)});
  run();
  EXPECT_THAT(told_, ElementsAre("->old a", "old>- a", "->new a"));
  EXPECT_TRUE(informer_.is_gone({"acme", "a"}, "u1"));
  EXPECT_FALSE(informer_.is_gone({"acme", "a"}, "u2"));
}

TEST_F(ReflectorTest, WhatCannotBeDecodedCountsAsAbsentAndTheOthersGoOn) {
  auto broken = item("b", 6);
  broken["data"] = 7;
  server_->stream_of(
      {event("ADDED", item("a", 5)), event("ADDED", broken), event("ADDED", item("c", 4)), bookmark(7, true)});
  run();
  EXPECT_THAT(names(), ElementsAre("a", "c"));
  EXPECT_TRUE(informer_.synced());
  EXPECT_EQ(metrics_.value(R"(guildhall_informer_undecodable_total{type="secrets"})"), 1);
}

TEST_F(ReflectorTest, WhatCanNoLongerBeDecodedLeavesTheCache) {
  auto broken = item("a", 8);
  broken["data"] = 7;
  server_->stream_of({event("ADDED", item("a", 5)), bookmark(7, true), event("MODIFIED", broken)});
  run();
  EXPECT_THAT(told_, ElementsAre("->v a", "v>- a"));
  EXPECT_TRUE(informer_.has_seen("8"));
}

TEST_F(ReflectorTest, AnObjectWithoutANameIsSkipped) {
  server_->stream_of(
      {bookmark(7, true), event("ADDED", {{"metadata", {{"resourceVersion", "8"}}}}), event("ADDED", item("a", 9))});
  run();
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(ReflectorTest, AnObjectOnItsWayOutShowsItsRemoval) {
  auto leaving = item("a", 8);
  leaving["metadata"]["deletionTimestamp"] = "2026-11-24T10:00:00Z";
  server_->stream_of(
      {event("ADDED", item("a", 5)), event("ADDED", item("b", 6)), bookmark(7, true), event("MODIFIED", leaving)});
  run();
  EXPECT_TRUE(informer_.removal_seen({"acme", "a"}, "u"));
  EXPECT_FALSE(informer_.is_gone({"acme", "a"}, "u"));
  EXPECT_FALSE(informer_.removal_seen({"acme", "b"}, "u"));
}

TEST_F(ReflectorTest, SaysHowMuchItHoldsAndHears) {
  server_->stream_of(
      {event("ADDED", item("a", 5)), event("ADDED", item("b", 6)), bookmark(7, true), event("DELETED", item("a", 8))});
  run();
  EXPECT_EQ(metrics_.value(R"(guildhall_informer_objects{type="secrets"})"), 1);
  EXPECT_EQ(metrics_.value(R"(guildhall_informer_watch_events_total{type="secrets"})"), 4);
}

TEST(ParseVersion, ReadsWholeNumbersOnly) {
  EXPECT_EQ(parse_version("18446744073709551615"), 18446744073709551615ULL);
  for (const char* text : {"", "-1", "1a", " 1", "18446744073709551616"})
    EXPECT_FALSE(parse_version(text)) << text;
}

TEST_F(ReflectorTest, AVersionThatIsNoNumberCountsAsSeen) {
  EXPECT_TRUE(informer_.has_seen("opaque"));
}

}  // namespace
}  // namespace guildhall::kube
