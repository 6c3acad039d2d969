#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace guildhall::store {

/// A Bloom filter of the ids of each segment of the log, in memory. Bit-sliced: a word has the same bit of the filters
/// of 64 segments, so an id is looked for in all of these at once. Two bytes an id.
class SegmentFilters {
 public:
  /// `segment_length`: ids of a segment. With more of them its filter says "maybe" more often.
  explicit SegmentFilters(std::size_t segment_length);

  /// All ids of a segment come one after the other.
  void add(std::int64_t segment, std::span<const std::uint8_t> id);

  /// The segments that may have it: each that has, and of the others about one in 2,000.
  [[nodiscard]] std::vector<std::int64_t> candidates(std::span<const std::uint8_t> id) const;

 private:
  static constexpr std::size_t kBitsOfId = 8;
  using Places = std::array<std::size_t, kBitsOfId>;
  [[nodiscard]] Places places_of(std::span<const std::uint8_t> id) const;

  std::size_t bits_;                                // of a filter; a power of two
  std::vector<std::int64_t> segments_;              // in the order of their bits
  std::vector<std::vector<std::uint64_t>> slices_;  // of 64 segments each
};

}  // namespace guildhall::store
