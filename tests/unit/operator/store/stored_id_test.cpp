#include "operator/store/stored_id.hpp"

#include <gtest/gtest.h>

#include <string>

namespace guildhall::store {
namespace {

/// What was bound.
struct Bound {
  std::string text;
  std::vector<std::uint8_t> bytes;

  void bind(int /*place*/, std::string_view value) { text = value; }
  void bind(int /*place*/, std::span<const std::uint8_t> value) { bytes.assign(value.begin(), value.end()); }
};

Bound bound(std::string_view id) {
  Bound result;
  StoredId(id).bind_to(result, 1);
  return result;
}

TEST(StoredId, OfHexadecimalDigitsIsTheirBytes) {
  EXPECT_EQ(bound("00ff10").bytes, (std::vector<std::uint8_t>{0x00, 0xff, 0x10}));
  EXPECT_EQ(bound("9aaf").bytes, (std::vector<std::uint8_t>{0x9a, 0xaf}));
}

TEST(StoredId, OfAnythingElseIsTheText) {
  for (const char* id : {"00FF", "0", "0g", "abc", "id", "0x"})
    EXPECT_EQ(bound(id).text, id);
}

}  // namespace
}  // namespace guildhall::store
