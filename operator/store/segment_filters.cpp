#include "operator/store/segment_filters.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace guildhall::store {
namespace {

constexpr std::size_t kBitsEach = 16;
constexpr std::size_t kSlice = std::numeric_limits<std::uint64_t>::digits;

/// FNV-1a.
std::uint64_t hash_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint8_t byte : bytes)
    hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

/// The finalizer of MurmurHash3: each bit depends on all bits.
std::uint64_t mixed(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33U)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33U);
}

}  // namespace

SegmentFilters::SegmentFilters(std::size_t segment_length)
    : bits_(std::bit_ceil(std::max<std::size_t>(segment_length, 1) * kBitsEach)) {}

/// Double hashing (Kirsch and Mitzenmacher, "Less Hashing, Same Performance").
SegmentFilters::Places SegmentFilters::places_of(std::span<const std::uint8_t> id) const {
  std::uint64_t hash = mixed(hash_of(id));
  const std::uint64_t step = mixed(hash) | 1U;
  Places places{};
  for (std::size_t& place : places) {
    place = static_cast<std::size_t>(hash) & (bits_ - 1);
    hash += step;
  }
  return places;
}

void SegmentFilters::add(std::int64_t segment, std::span<const std::uint8_t> id) {
  if (segments_.empty() || segments_.back() != segment) {
    if (segments_.size() % kSlice == 0) slices_.emplace_back(bits_);
    segments_.push_back(segment);
  }
  const std::uint64_t bit = std::uint64_t{1} << ((segments_.size() - 1) % kSlice);
  for (const std::size_t place : places_of(id))
    slices_.back()[place] |= bit;
}

std::vector<std::int64_t> SegmentFilters::candidates(std::span<const std::uint8_t> id) const {
  const Places places = places_of(id);
  std::vector<std::int64_t> found;
  for (std::size_t slice = 0; slice < slices_.size(); ++slice) {
    std::uint64_t having = std::numeric_limits<std::uint64_t>::max();
    for (const std::size_t place : places)
      having &= slices_[slice][place];
    for (; having != 0; having &= having - 1)
      found.push_back(segments_[slice * kSlice + static_cast<std::size_t>(std::countr_zero(having))]);
  }
  return found;
}

}  // namespace guildhall::store
