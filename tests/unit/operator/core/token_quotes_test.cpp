#include "operator/core/token_quotes.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "controllers/member/invitation_token.hpp"
#include "operator/core/api_key_token.hpp"
#include "operator/kube/base64.hpp"

namespace guildhall::core {
namespace {

namespace member = controllers::member;

/// How others print a token, or what holds one.
struct Print {
  std::string name;
  std::string (*print)(const std::string& token);
};

class StruckToken : public testing::TestWithParam<Print> {};

TEST_P(StruckToken, LeavesNothingOfIt) {
  const std::string body = "gld_0aZ9bY8c_" + std::string(kTokenSecretLength, 'k');
  const std::string of_key = body + token_checksum(body);
  ASSERT_TRUE(is_well_formed_token(of_key));
  const std::string of_link = "gli_0aZ9bY8c" + std::string(35, 'k');
  ASSERT_TRUE(member::is_invitation_token(of_link));
  for (const std::string& token : {of_key, of_link}) {
    const std::string printed = GetParam().print(token);
    EXPECT_EQ(strike_tokens("denied: " + printed), "denied: [token struck out]");
    EXPECT_EQ(strike_tokens("one: " + printed + "; two: " + printed + ";"),
              "one: [token struck out]; two: [token struck out];");
    const std::string cut = printed.substr(0, printed.size() / 2);
    EXPECT_EQ(strike_tokens("denied: " + cut), "denied: [token struck out]") << cut;
  }
}

std::string bytes(const std::string& token, const char* each, const char* between) {
  std::string text;
  for (const char byte : token)
    text += (text.empty() ? "" : between) + fmt::format(fmt::runtime(each), static_cast<unsigned char>(byte));
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
                            return token.substr(0, 3) + "%5F" + token.substr(4, 8) + "%5F" + token.substr(13);
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
}  // namespace guildhall::core
