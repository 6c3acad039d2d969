#include "operator/audit/gap.hpp"

#include <gtest/gtest.h>

namespace guildhall::audit {
namespace {

using std::chrono::minutes;

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");

TEST(Gap, IsNoneAsLongAsTheEventsStand) {
  EXPECT_FALSE(gap_since(kNoon, kNoon, minutes{50}));
  EXPECT_FALSE(gap_since(kNoon, kNoon + minutes{50}, minutes{50}));
  EXPECT_EQ(gap_since(kNoon, kNoon + minutes{51}, minutes{50}), (Gap{kNoon, kNoon + minutes{1}}));
}

TEST(Gap, ConcernsWhoWasThere) {
  const Gap gap{kNoon, kNoon + minutes{7}};
  EXPECT_TRUE(concerns(gap, kNoon - minutes{1}));
  EXPECT_TRUE(concerns(gap, kNoon + minutes{1})) << "made in the midst of it";
  EXPECT_FALSE(concerns(gap, kNoon + minutes{7}));
}

TEST(Gap, OfALogThatBeganLaterIsAllBeforeIt) {
  const Gap gap = gap_before(kNoon, minutes{50});
  EXPECT_EQ(gap, (Gap{std::nullopt, kNoon - minutes{50}}));
  EXPECT_TRUE(concerns(gap, kNoon - minutes{51}));
  EXPECT_FALSE(concerns(gap, kNoon - minutes{50})) << "what was told since stands in Events";
  EXPECT_EQ(format_gap(gap), "/2026-11-24T11:10:00Z");
  EXPECT_EQ(parse_gap(format_gap(gap)), gap);
  EXPECT_NE(gap_note(gap).identity, gap_note(gap_before(kNoon + minutes{1}, minutes{50})).identity);
  EXPECT_NE(describe(gap).find("put its file back"), std::string::npos);
}

TEST(Gap, IsReadAsItIsWritten) {
  const Gap gap{kNoon, kNoon + minutes{7}};
  EXPECT_EQ(format_gap(gap), "2026-11-24T12:00:00Z/2026-11-24T12:07:00Z");
  EXPECT_EQ(parse_gap(format_gap(gap)), gap);
  for (const char* text : {"", "/", "2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z/", "noon/2026-11-24T12:00:00Z"})
    EXPECT_FALSE(parse_gap(text)) << text;
}

TEST(Gap, HasOneEntryHoweverOftenItIsSeen) {
  const Gap gap{kNoon, kNoon + minutes{7}};
  EXPECT_EQ(gap_note(gap).identity, gap_note({kNoon, kNoon + minutes{8}}).identity);
  EXPECT_EQ(gap_note(gap).action.text(), "OrganizationAuditGap");
  EXPECT_NE(gap_note(gap).note.find("2026-11-24T12:07:00Z"), std::string::npos);
}

}  // namespace
}  // namespace guildhall::audit
