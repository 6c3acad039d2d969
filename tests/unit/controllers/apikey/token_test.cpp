#include "controllers/apikey/token.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "operator/kube/base64.hpp"

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
  EXPECT_TRUE(is_well_formed_token(text));
  EXPECT_EQ(token_id(text), token.id);
}

TEST(Token, ChecksumIsCrc32InBase62) {
  // CRC-32/ISO-HDLC of "123456789" is 0xCBF43926 = 3421780262; its digits in base 62 are worked out here.
  std::uint64_t value = 0xCBF43926;
  std::string digits;
  for (int i = 0; i < 6; ++i) {
    digits.insert(digits.begin(), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[value % 62]);
    value /= 62;
  }
  EXPECT_EQ(token_checksum("123456789"), digits);
  EXPECT_EQ(token_checksum(""), "000000");
}

TEST(Token, AnyChangedCharacterIsNoticed) {
  CountingRandom random;
  const FreshToken token = draw_token(random);
  const std::string text(token.text.reveal());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(is_well_formed_token(changed)) << at;
  }
  EXPECT_FALSE(is_well_formed_token(text + "0"));
  EXPECT_FALSE(is_well_formed_token(""));
  EXPECT_EQ(token_id("gld_short"), "");
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

/// How others print a token, or what holds one.
struct Print {
  std::string name;
  std::string (*print)(const std::string& token);
};

class StruckToken : public testing::TestWithParam<Print> {};

TEST_P(StruckToken, LeavesNothingOfIt) {
  CountingRandom random;
  const std::string token(draw_token(random).text.reveal());
  const std::string printed = GetParam().print(token);
  EXPECT_EQ(strike_tokens("denied: " + printed), "denied: [token struck out]");
  EXPECT_EQ(strike_tokens("one: " + printed + "; two: " + printed + ";"),
            "one: [token struck out]; two: [token struck out];");
  const std::string cut = printed.substr(0, printed.size() / 2);
  EXPECT_EQ(strike_tokens("denied: " + cut), "denied: [token struck out]") << cut;
}

std::string bytes(const std::string& token, const char* each, const char* between) {
  std::string text;
  for (const unsigned char byte : token)
    text += (text.empty() ? "" : between) + fmt::format(fmt::runtime(each), byte);
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    , StruckToken,
    testing::Values(Print{"Clear", [](const std::string& token) { return token; }},
                    Print{"Base64", [](const std::string& token) { return kube::encode_base64(token); }},
                    Print{"Base64After1", [](const std::string& token) { return kube::encode_base64("~" + token); }},
                    Print{"Base64After2", [](const std::string& token) { return kube::encode_base64("~~" + token); }},
                    Print{"Base64InAText",
                          [](const std::string& token) { return kube::encode_base64("a: b\ntoken: " + token + "\n"); }},
                    Print{"Hex", [](const std::string& token) { return bytes(token, "{:02x}", ""); }},
                    Print{"HexInCapitals", [](const std::string& token) { return bytes(token, "{:02X}", ""); }},
                    Print{"PercentEncoded",
                          [](const std::string& token) {
                            return "gld%5F" + token.substr(4, 8) + "%5F" + token.substr(13);
                          }},
                    Print{"BytesInAList", [](const std::string& token) { return bytes(token, "{}", ", "); }},
                    Print{"JsonOfBytes", [](const std::string& token) { return bytes(token, "{}", ","); }},
                    Print{"GoBytes", [](const std::string& token) { return bytes(token, "{}", " "); }},
                    Print{"GoSyntax", [](const std::string& token) { return bytes(token, "{:#x}", ", "); }}),
    [](const auto& info) { return info.param.name; });

TEST(StrikeTokens, LeavesOtherWordsAlone) {
  for (const char* text : {"", "admission webhook \"x.example\" denied the request: labels are missing",
                           "token v0X00EgH is valid", "gld", "[103 108 100]", "Z2xk"})
    EXPECT_EQ(strike_tokens(text), text);
}

}  // namespace
}  // namespace guildhall::controllers::apikey
