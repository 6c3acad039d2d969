#include "operator/plugin/export_progress.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace guildhall::plugin {
namespace {

using std::chrono::milliseconds;

struct Case {
  const char* name;
  ExportFormat format;
  std::vector<const char*> lines;
  std::int64_t entries;
  std::int64_t bytes;
};

void PrintTo(const Case& test, std::ostream* out) {
  *out << test.name;
}

EntryCount count_of(const Case& test) {
  EntryCount count(test.format);
  for (const char* line : test.lines)
    count.pass(line);
  return count;
}

class EntryCountTest : public testing::TestWithParam<Case> {};

TEST_P(EntryCountTest, CountsEntriesAndBytes) {
  const EntryCount count = count_of(GetParam());
  EXPECT_EQ(count.entries(), GetParam().entries);
  EXPECT_EQ(count.bytes(), GetParam().bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Table, EntryCountTest,
    testing::Values(Case{"NothingYet", ExportFormat::Csv, {}, 0, 0},
                    Case{"AHeaderIsNone", ExportFormat::Csv, {"time,email\r"}, 0, 12},
                    Case{"ARowEach", ExportFormat::Csv, {"h", "a,\"b\"\"c\"", "d"}, 2, 13},
                    Case{"ARowOfSeveralLines", ExportFormat::Csv, {"h", "a,\"b", "\"\"c\"\"", "", "d\"", "e"}, 2, 19},
                    Case{"AnOpenRowIsNotYetOne", ExportFormat::Csv, {"h", "a,\"b"}, 0, 7},
                    Case{"ALineEach", ExportFormat::JsonLines, {"{\"a\":\"\\\"\"}", "{}"}, 2, 14}),
    [](const auto& info) { return info.param.name; });

TEST(ExportProgressTest, IsToldFiveTimesASecondAtMost) {
  ProgressPace pace;
  const ProgressPace::Time begin{};
  EXPECT_TRUE(pace.is_due(begin));
  EXPECT_FALSE(pace.is_due(begin + milliseconds(199)));
  EXPECT_TRUE(pace.is_due(begin + milliseconds(200)));
  EXPECT_FALSE(pace.is_due(begin + milliseconds(399)));
}

TEST(ExportProgressTest, SaysHowMuch) {
  EntryCount count(ExportFormat::JsonLines);
  EXPECT_EQ(progress_text(count), "0 entries, 0 B");
  count.pass(std::string(998, 'x'));
  EXPECT_EQ(progress_text(count), "1 entry, 999 B");
  count.pass("");
  EXPECT_EQ(progress_text(count), "2 entries, 1.0 kB");
  count.pass(std::string(3'400'000, 'x'));
  EXPECT_EQ(progress_text(count), "3 entries, 3.4 MB");
}

TEST(ExportProgressTest, SaysAtTheEndWhereItIs) {
  EntryCount count(ExportFormat::JsonLines);
  EXPECT_EQ(closing_text(count, ""), "0 entries written");
  count.pass("{}");
  EXPECT_EQ(closing_text(count, "a\x1b.csv"), "1 entry written to a\\x1b.csv");
}

}  // namespace
}  // namespace guildhall::plugin
