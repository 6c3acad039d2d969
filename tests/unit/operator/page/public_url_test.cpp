#include "operator/page/public_url.hpp"

#include <gtest/gtest.h>

namespace guildhall::page {
namespace {

struct UrlCase {
  std::string text;
  PublicUrl want;
};

void PrintTo(const UrlCase& sample, std::ostream* out) {
  *out << sample.text;
}

class Url : public testing::TestWithParam<UrlCase> {};

TEST_P(Url, IsRead) {
  const auto url = parse_public_url(GetParam().text);
  ASSERT_TRUE(url) << url.error().describe();
  EXPECT_EQ(url->origin, GetParam().want.origin);
  EXPECT_EQ(url->prefix, GetParam().want.prefix);
  EXPECT_EQ(url->is_https, GetParam().want.is_https);
}

INSTANTIATE_TEST_SUITE_P(, Url,
                         testing::Values(UrlCase{"https://join.example", {"https://join.example", "", true}},
                                         UrlCase{"https://join.example/", {"https://join.example", "", true}},
                                         UrlCase{"https://Join.Example//", {"https://join.example", "", true}},
                                         UrlCase{"https://join.example:443/", {"https://join.example", "", true}},
                                         UrlCase{"https://join.example:80", {"https://join.example:80", "", true}},
                                         UrlCase{"http://join.example:80", {"http://join.example", "", false}},
                                         UrlCase{"http://127.0.0.1:08081", {"http://127.0.0.1:8081", "", false}},
                                         UrlCase{"http://[2001:DB8::1]:8081/a",
                                                 {"http://[2001:db8::1]:8081", "/a", false}},
                                         UrlCase{"https://a.example/Tools/guild-hall_1.0/",
                                                 {"https://a.example", "/Tools/guild-hall_1.0", true}},
                                         UrlCase{"https://localhost/~x", {"https://localhost", "/~x", true}}));

class BadUrl : public testing::TestWithParam<std::string> {};

TEST_P(BadUrl, IsRefusedByItsName) {
  const auto url = parse_public_url(GetParam());
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().kind, core::ErrorKind::Invalid);
  EXPECT_NE(url.error().message.find("'" + GetParam() + "'"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(, BadUrl,
                         testing::Values("", "join.example", "ftp://join.example", "HTTPS//x", "https://", "https:///a",
                                         "https://join.example?a", "https://join.example/#a",
                                         "https://user@join.example", "https://user:word@join.example",
                                         "https://join.example:0", "https://join.example:65536",
                                         "https://join.example:", "https://join.example/a//b",
                                         "https://join.example/../a", "https://join.example/a b",
                                         "https://join.example/%41", "https://join.example/<b>",
                                         "https://-join.example", "https://join.example\n", "https://[::1",
                                         " https://join.example", "https://join.example/" + std::string(600, 'a')));

TEST(InvitationLink, LiesBelowThePublicUrl) {
  const auto url = parse_public_url("https://join.example/guildhall/");
  EXPECT_EQ(invitation_path(*url, "t0k"), "/guildhall/invitations/t0k");
  EXPECT_EQ(invitation_link(*url, "t0k"), "https://join.example/guildhall/invitations/t0k");
}

TEST(Token, HasALengthAndNoLettersThatAreRewritten) {
  for (const std::string& token :
       {std::string(16, 'a'), std::string(128, '_'), std::string("gld_7kQ2mX9w_-0123456789")})
    EXPECT_TRUE(is_token(token)) << token;
  for (const std::string& text :
       {std::string(), std::string(15, 'a'), std::string(129, 'a'), std::string("0123456789abcde."),
        std::string("0123456789abcde%"), std::string("0123456789abcde\0", 16), std::string("0123456789abcd\xC3\xA4")})
    EXPECT_FALSE(is_token(text)) << text;
}

}  // namespace
}  // namespace guildhall::page
