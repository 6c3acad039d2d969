#include "operator/records/watch_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/operator/records/memory_sink.hpp"
#include "tests/unit/operator/records/memory_source.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct AWatch : ::testing::Test {
  MemorySource source;
  MemorySink sink;
  EntryScope scope;
  core::Result<EntryScope> scope_now = EntryScope{};
  WatchPlan plan;
  int looks = 0;

  AWatch() {
    scope.filter.organization_uid = "u-1";
    scope_now = scope;
    plan.lasts = seconds{10};
    plan.ns = "acme";
  }

  void run() {
    plan.scope = scope;
    const WatchSurroundings around{.source = &source,
                                   .now = [this] { return sink.now; },
                                   .scope_now =
                                       [this] {
                                         ++looks;
                                         return scope_now;
                                       }};
    EXPECT_TRUE(watch_entries(plan, around)(sink));
  }

  void tell_standing() {
    plan.standing = [this](const std::optional<core::AuditPosition>& after, std::size_t limit) {
      return source.page({.filter = scope.filter, .after = after, .up_to_row = plan.after_row, .limit = limit});
    };
  }

  /// "ADDED id-1", "BOOKMARK 7", "ERROR 410".
  [[nodiscard]] std::vector<std::string> events() const {
    std::vector<std::string> all;
    std::istringstream lines(sink.text);
    for (std::string line; std::getline(lines, line);) {
      const json event = json::parse(line);
      const json& object = event["object"];
      const std::string type = event["type"];
      if (type == "ADDED") all.push_back("ADDED " + object["metadata"]["name"].get<std::string>());
      if (type == "BOOKMARK") all.push_back("BOOKMARK " + object["metadata"]["resourceVersion"].get<std::string>());
      if (type == "ERROR") all.push_back("ERROR " + object["code"].dump());
    }
    return all;
  }
};

TEST_F(AWatch, TellsWhatComes) {
  source.record("u-1", 2);
  plan.after_row = 2;
  sink.on_wait = [this] {
    if (looks == 1) source.record("u-1");
    if (looks == 3) source.record("u-1", 2);
  };
  run();
  EXPECT_THAT(events(), ElementsAre("ADDED id-3", "ADDED id-4", "ADDED id-5"));
}

TEST_F(AWatch, GoesOnBehindAnOlderRow) {
  source.record("u-1", 3);
  plan.after_row = 1;
  run();
  EXPECT_THAT(events(), ElementsAre("ADDED id-2", "ADDED id-3"));
}

TEST_F(AWatch, TellsMoreThanAPageAtOnce) {
  source.record("u-1", 2500);
  run();
  EXPECT_EQ(events().size(), 2500U);
  EXPECT_EQ(events().back(), "ADDED id-2500");
}

TEST_F(AWatch, TellsNothingOfAnotherOrganization) {
  plan.bookmarks = true;
  sink.on_wait = [this] { source.record("u-2"); };
  run();
  EXPECT_THAT(events(), ElementsAre("BOOKMARK 10"));
}

TEST_F(AWatch, ByNameTellsOfThatOneAlone) {
  plan.name = "id-2";
  source.record("u-1", 3);
  run();
  EXPECT_THAT(events(), ElementsAre("ADDED id-2"));
}

TEST_F(AWatch, LastsAsLongAsItIsTold) {
  run();
  EXPECT_EQ(sink.now.time_since_epoch(), seconds{10});
  EXPECT_EQ(looks, 11);
}

TEST_F(AWatch, MayFirstTellWhatStands) {
  source.record("u-1", 2);
  source.record("u-2");
  plan.after_row = 3;
  tell_standing();
  run();
  EXPECT_THAT(events(), ElementsAre("ADDED id-2", "ADDED id-1"));
}

TEST_F(AWatch, MarksTheEndOfWhatStood) {
  source.record("u-1", 1);
  plan.after_row = 1;
  plan.marks_initial_end = true;
  tell_standing();
  sink.on_wait = [this] {
    if (looks == 1) source.record("u-1");
  };
  run();
  EXPECT_THAT(events(), ElementsAre("ADDED id-1", "BOOKMARK 1", "ADDED id-2"));
}

TEST_F(AWatch, WithBookmarksTellsHowFarItHasComeEachMinuteAndAtItsEnd) {
  plan.bookmarks = true;
  plan.lasts = seconds{150};
  source.record("u-1", 1);
  plan.after_row = 1;
  run();
  EXPECT_THAT(events(), ElementsAre("BOOKMARK 1", "BOOKMARK 1", "BOOKMARK 1"));
}

TEST_F(AWatch, WithoutBookmarksTellsNone) {
  plan.lasts = seconds{150};
  run();
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(AWatch, EndsWhenTheNamespaceIsAnothers) {
  sink.on_wait = [this] {
    EntryScope other = scope;
    other.filter.organization_uid = "u-2";
    scope_now = other;
    source.record("u-1");
  };
  run();
  EXPECT_EQ(looks, 2);
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(AWatch, OfAnUnclaimedNamespaceTellsNothingAndEndsWhenItIsClaimed) {
  scope = {.nothing = true, .filter = {}};
  scope_now = scope;
  source.record("u-1", 3);
  sink.on_wait = [this] {
    if (looks == 2) scope_now = EntryScope{};
  };
  run();
  EXPECT_EQ(looks, 3);
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(AWatch, EndsWhenNobodyReads) {
  sink.reading = false;
  run();
  EXPECT_EQ(looks, 1);
}

TEST_F(AWatch, EndsWhenNothingCanBeWritten) {
  source.record("u-1");
  sink.writes_left = 0;
  run();
  EXPECT_EQ(looks, 1);
}

TEST_F(AWatch, ThatFailsSaysSoAndEnds) {
  sink.on_wait = [this] { source.failing = true; };
  run();
  EXPECT_THAT(events(), ElementsAre("ERROR 503"));
}

TEST_F(AWatch, ThatCannotTellWhatStandsSaysSo) {
  source.failing_after_pages = 0;
  tell_standing();
  run();
  EXPECT_THAT(events(), ElementsAre("ERROR 503"));
}

TEST_F(AWatch, WhoseNamespaceCannotBeAskedAboutSaysSo) {
  scope_now = core::fail(core::ErrorKind::Unavailable, "not known");
  run();
  EXPECT_THAT(events(), ElementsAre("ERROR 503"));
}

TEST_F(AWatch, OfALogThatWasPutBackIsGone) {
  source.record("u-1", 2);
  plan.after_row = 2;
  sink.on_wait = [this] { source.rows_.newest = 1; };
  run();
  EXPECT_THAT(events(), ElementsAre("ERROR 410"));
}

TEST(AWatchThatIsRefused, IsOneErrorEvent) {
  MemorySink sink;
  EXPECT_TRUE(refuse_watch(expired("too old"))(sink));
  const json event = json::parse(sink.text);
  EXPECT_EQ(event["type"], "ERROR");
  EXPECT_EQ(event["object"]["kind"], "Status");
  EXPECT_EQ(event["object"]["reason"], "Expired");
}

TEST(TheTimeOfAWatch, IsWhatIsAskedForButNeverOverFiveMinutes) {
  EXPECT_EQ(watch_duration(seconds{7}, 0.5), seconds{7});
  EXPECT_EQ(watch_duration(std::nullopt, 0.0), seconds{300});
  EXPECT_EQ(watch_duration(seconds{3600}, 0.0), seconds{300});
  EXPECT_EQ(watch_duration(seconds{3600}, 0.5), seconds{270});
  EXPECT_EQ(watch_duration(std::nullopt, 0.999), milliseconds{240'060});
}

}  // namespace
}  // namespace guildhall::records
