#include "operator/audit/log_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "operator/core/object_meta.hpp"
#include "tests/unit/controllers/legible_seals.hpp"
#include "tests/unit/operator/kube/cache/fill_cache.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::audit {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const controllers::LegibleSeals kSeals;

json event(const std::string& id, const std::string& uid = "e-1") {
  const core::ObjectKey place{"acme", "jane." + id};
  json one = core::object_head(core::types::events(), place);
  one["metadata"]["uid"] = uid;
  one["metadata"]["resourceVersion"] = "7";
  EXPECT_TRUE(seal_entry(one,
                         {.id = id,
                          .time = {},
                          .organization = {.name = "acme", .uid = "u-1", .home = "acme"},
                          .action = "MemberDeleted",
                          .actor = {},
                          .object = {.kind = "Member", .name = "jane", .uid = "u-2"},
                          .changes = {},
                          .note = {}},
                         kSeals));
  const json annotations = one["metadata"]["annotations"];
  one["metadata"]["annotations"] = annotations;
  return one;
}

json forged(const std::string& id) {
  json one = event(id);
  one["metadata"]["annotations"][kSealAnnotation] = "mine";
  return one;
}

class LogFeedTest : public ::testing::Test {
 protected:
  void begin() {
    feed_.begin([this](const core::AuditEntry& entry) { logged_.push_back(entry.id); });
  }

  tests::FakeMetrics metrics_;
  kube::Informer<EventView> events_{core::types::events(), {}, parse_event_view};
  LogFeed feed_{events_, kSeals, metrics_};
  std::vector<std::string> logged_;
};

TEST_F(LogFeedTest, LogsWhatStoodBeforeItLedAndWhatComesThen) {
  tests::fill_cache(events_, {event("01"), event("02", "e-2")});
  EXPECT_THAT(logged_, IsEmpty());
  begin();
  EXPECT_THAT(logged_, UnorderedElementsAre("01", "02"));
  logged_.clear();
  tests::fill_cache(events_, {event("01"), event("02", "e-2"), event("03", "e-3")});
  EXPECT_THAT(logged_, ::testing::Contains("03"));
}

TEST_F(LogFeedTest, CountsLookAlikesAndDoesNotLogThem) {
  tests::fill_cache(events_, {event("01"), forged("02")});
  begin();
  EXPECT_THAT(logged_, ElementsAre("01"));
  EXPECT_FALSE(feed_.stands("02"));
  EXPECT_EQ(metrics_.value("guildhall_audit_events_forged_total"), 1);
}

TEST_F(LogFeedTest, KnowsWhichEventsStand) {
  tests::fill_cache(events_, {event("01"), event("02", "e-2")});
  EXPECT_TRUE(feed_.stands("01"));
  tests::fill_cache(events_, {event("02", "e-2")});
  EXPECT_FALSE(feed_.stands("01"));
  EXPECT_TRUE(feed_.stands("02"));
}

}  // namespace
}  // namespace guildhall::audit
