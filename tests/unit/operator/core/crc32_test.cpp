#include "operator/core/crc32.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace guildhall::core {
namespace {

// Values of zlib's crc32, which is CRC-32/ISO-HDLC.
TEST(Crc32, HasTheValuesOfTheCatalogue) {
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32("a"), 0xE8B7BE43U);
  EXPECT_EQ(crc32(std::string(1, '\0')), 0xD202EF8DU);
  EXPECT_EQ(crc32(std::string(32, '\xff')), 0xFF6CAB0BU);
  EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414FA339U);
}

RC_GTEST_PROP(Crc32, SeesEveryChangeOfOneCharacter, (const std::string& text)) {
  RC_PRE(!text.empty());
  std::string changed = text;
  const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
  changed[place] = static_cast<char>(changed[place] ^ *rc::gen::inRange(1, 256));
  RC_ASSERT(crc32(changed) != crc32(text));
}

}  // namespace
}  // namespace guildhall::core
