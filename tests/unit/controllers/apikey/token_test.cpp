#include "controllers/apikey/token.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "operator/core/api_key_token.hpp"

namespace guildhall::controllers::apikey {
namespace {

/// Bytes 0, 1, 2, …: every value comes, also those that must be drawn again.
class CountingRandom final : public core::RandomSource {
 public:
  void fill(std::span<std::byte> bytes) override {
    for (auto& byte : bytes)
      byte = static_cast<std::byte>(next_++);
  }

 private:
  unsigned char next_ = 0;
};

TEST(Token, HasTheDocumentedForm) {
  CountingRandom random;
  const FreshToken token = draw_token(random);
  const std::string_view text = token.text.reveal();
  EXPECT_EQ(text.size(), 4U + 8 + 1 + 43 + 6);
  EXPECT_TRUE(text.starts_with("gld_" + token.id + "_"));
  EXPECT_TRUE(core::is_well_formed_token(text));
  EXPECT_EQ(core::token_id(text), token.id);
}

TEST(Token, ChecksumIsCrc32InBase62) {
  // CRC-32/ISO-HDLC of "123456789" is 0xCBF43926 = 3421780262; its digits in base 62 are worked out here.
  std::uint64_t value = 0xCBF43926;
  std::string digits;
  for (int i = 0; i < 6; ++i) {
    digits.insert(digits.begin(), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[value % 62]);
    value /= 62;
  }
  EXPECT_EQ(core::token_checksum("123456789"), digits);
  EXPECT_EQ(core::token_checksum(""), "000000");
}

TEST(Token, AnyChangedCharacterIsNoticed) {
  CountingRandom random;
  const FreshToken token = draw_token(random);
  const std::string text(token.text.reveal());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(core::is_well_formed_token(changed)) << at;
  }
  EXPECT_FALSE(core::is_well_formed_token(text + "0"));
  EXPECT_FALSE(core::is_well_formed_token(""));
  EXPECT_EQ(core::token_id("gld_short"), "");
}

/// The same bytes at every run, spread like chance.
class SeededRandom final : public core::RandomSource {
 public:
  void fill(std::span<std::byte> bytes) override {
    for (auto& byte : bytes)
      byte = static_cast<std::byte>(engine_() & 0xffU);
  }

 private:
  std::mt19937 engine_{42};  // NOLINT(bugprone-random-generator-seed): the test must be repeatable
};

TEST(Token, EveryCharacterIsEquallyLikely) {
  SeededRandom random;
  std::map<char, int> counts;
  for (int i = 0; i < 2'000; ++i) {
    const FreshToken token = draw_token(random);
    for (const char c : token.text.reveal().substr(13, 43))
      ++counts[c];
  }
  EXPECT_EQ(counts.size(), 62U);
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end(),
                                                 [](const auto& a, const auto& b) { return a.second < b.second; });
  EXPECT_LT(most->second, least->second * 1.2);
}

}  // namespace
}  // namespace guildhall::controllers::apikey
