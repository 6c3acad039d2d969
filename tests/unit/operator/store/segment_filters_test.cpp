#include "operator/store/segment_filters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace guildhall::store {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kLength = 100;

std::vector<std::uint8_t> id_of(std::int64_t number) {
  const std::string text = "id-" + std::to_string(number);
  return {text.begin(), text.end()};
}

/// Ids kLength * n to kLength * (n + 1) - 1 are in the segment of that first id.
SegmentFilters filters_of(std::int64_t segments) {
  SegmentFilters filters(kLength);
  for (std::int64_t number = 0; number < segments * kLength; ++number)
    filters.add(number / kLength * kLength, id_of(number));
  return filters;
}

TEST(SegmentFilters, AreNoneAtFirst) {
  EXPECT_THAT(SegmentFilters(kLength).candidates(id_of(1)), IsEmpty());
}

/// 64 segments share a slice; here are some more than two slices' of them.
TEST(SegmentFilters, NameTheSegmentOfEachId) {
  constexpr std::int64_t kSegments = 131;
  const SegmentFilters filters = filters_of(kSegments);
  for (std::int64_t number = 0; number < kSegments * kLength; ++number)
    ASSERT_THAT(filters.candidates(id_of(number)), Contains(number / kLength * kLength)) << number;
}

TEST(SegmentFilters, SeldomNameAnother) {
  constexpr std::int64_t kSegments = 100;
  constexpr std::int64_t kAsked = 10'000;
  const SegmentFilters filters = filters_of(kSegments);
  std::size_t named = 0;
  for (std::int64_t number = 0; number < kAsked; ++number)
    named += filters.candidates(id_of(kSegments * kLength + number)).size();
  EXPECT_GT(named, 0U) << "they are no sets";
  EXPECT_LT(named, kSegments * kAsked / 500);
}

TEST(SegmentFilters, OfTooManyIdsNameAll) {
  SegmentFilters filters(1);
  for (std::int64_t number = 0; number < kLength; ++number)
    filters.add(7, id_of(number));
  EXPECT_THAT(filters.candidates(id_of(kLength)), ElementsAre(7));
}

}  // namespace
}  // namespace guildhall::store
