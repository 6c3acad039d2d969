#include "operator/core/utf8.hpp"

#include <gtest/gtest.h>

namespace guildhall::core {
namespace {

TEST(ACharacter, OfUtf8HasItsCodeAndLength) {
  const auto is = [](std::string_view text, std::size_t length, std::uint32_t code) {
    const Utf8Character character = first_character(text);
    return character.valid && character.length == length && character.code == code;
  };
  EXPECT_TRUE(is("a", 1, 'a'));
  EXPECT_TRUE(is("\xc3\xab!", 2, 0xEB));
  EXPECT_TRUE(is("\xe2\x82\xac", 3, 0x20AC));
  EXPECT_TRUE(is("\xf0\x9f\x8e\x89", 4, 0x1F389));
}

TEST(ACharacter, ThatIsNoneIsOneByte) {
  for (const char* text :
       {"\x80", "\xff", "\xc3", "\xc3(", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    const Utf8Character character = first_character(text);
    EXPECT_FALSE(character.valid) << text;
    EXPECT_EQ(character.length, 1U);
    EXPECT_EQ(character.code, static_cast<unsigned char>(text[0]));
  }
}

}  // namespace
}  // namespace guildhall::core
