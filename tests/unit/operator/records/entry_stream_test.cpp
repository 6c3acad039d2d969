#include "operator/records/entry_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/unit/operator/records/csv_reader.hpp"
#include "tests/unit/operator/records/memory_sink.hpp"
#include "tests/unit/operator/records/memory_source.hpp"

namespace guildhall::records {
namespace {

struct AStreamOfEntries : ::testing::Test {
  MemorySource source;
  MemorySink sink;

  core::Result<void> run(Writing writing, std::int64_t limit = 0) {
    const NextPage next = [this](const std::optional<core::AuditPosition>& after, std::size_t size) {
      return source.page({.filter = {}, .after = after, .up_to_row = source.rows_.newest, .limit = size});
    };
    return stream_entries(*next(std::nullopt, kPageSize), next, std::move(writing), limit)(sink);
  }
};

TEST_F(AStreamOfEntries, AsCsvHasAHeaderAndEveryRowNewestFirst) {
  source.record("u-1", 2500);
  ASSERT_TRUE(run(write_export(Format::Csv, "acme")));
  const auto records = read_csv(sink.text);
  ASSERT_EQ(records.size(), 2501U);
  EXPECT_EQ(records[0][0], "time");
  EXPECT_EQ(records[1][9], "id-2500");
  EXPECT_EQ(records[2500][9], "id-1");
}

TEST_F(AStreamOfEntries, AsJsonLinesIsALineForEach) {
  source.record("u-1", 1500);
  ASSERT_TRUE(run(write_export(Format::JsonLines, "acme")));
  EXPECT_EQ(std::ranges::count(sink.text, '\n'), 1500);
  EXPECT_EQ(nlohmann::json::parse(sink.text.substr(0, sink.text.find('\n')))["metadata"]["name"], "id-1500");
}

TEST_F(AStreamOfEntries, AsAListIsTheListOfAll) {
  source.record("u-1", 1500);
  ASSERT_TRUE(run(write_list({}, "acme", 1500)));
  const auto list = nlohmann::json::parse(sink.text);
  EXPECT_EQ(list["kind"], "AuditEntryList");
  EXPECT_EQ(list["items"].size(), 1500U);
  EXPECT_EQ(list["metadata"]["resourceVersion"], "1500");
}

TEST_F(AStreamOfEntries, OfNothingIsWhatStandsAround) {
  ASSERT_TRUE(run(write_export(Format::Csv, "acme")));
  EXPECT_EQ(read_csv(sink.text).size(), 1U);
  sink.text.clear();
  ASSERT_TRUE(run(write_export(Format::JsonLines, "acme")));
  EXPECT_EQ(sink.text, "");
}

TEST_F(AStreamOfEntries, HoldsOnePageAndOneBuffer) {
  source.record("u-1", 5000);
  ASSERT_TRUE(run(write_export(Format::JsonLines, "acme")));
  EXPECT_EQ(source.pages, 5);
  EXPECT_EQ(source.largest_page, kPageSize);
  EXPECT_LT(sink.largest, 70'000U);
}

TEST_F(AStreamOfEntries, EndsAtItsLimit) {
  source.record("u-1", 2500);
  ASSERT_TRUE(run(write_export(Format::Csv, "acme"), 1200));
  EXPECT_EQ(read_csv(sink.text).size(), 1201U);
  EXPECT_EQ(source.pages, 2);
}

TEST_F(AStreamOfEntries, ThatBreaksIsNotWhole) {
  source.record("u-1", 2500);
  source.failing_after_pages = 1;
  const auto result = run(write_list({}, "acme", 2500));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, core::ErrorKind::Unavailable);
  EXPECT_FALSE(nlohmann::json::accept(sink.text));
}

TEST_F(AStreamOfEntries, StopsWhenNobodyReads) {
  source.record("u-1", 5000);
  sink.writes_left = 1;
  EXPECT_TRUE(run(write_export(Format::JsonLines, "acme")));
  EXPECT_LT(source.pages, 5);
}

}  // namespace
}  // namespace guildhall::records
