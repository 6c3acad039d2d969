#include "operator/mail/server_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator/mail/sample_mail.hpp"

namespace guildhall::mail {
namespace {

using testing::SizeIs;

MailSecrets secrets() {
  return {.links = links_of(sample_mail()),
          .username = core::SecretText("guildhall"),
          .password = core::SecretText("correct horse")};
}

struct WordsCase {
  std::string name;
  std::string words;
  std::string want;
};

class Showable : public testing::TestWithParam<WordsCase> {};

TEST_P(Showable, RepeatsNoSecret) {
  EXPECT_EQ(showable(GetParam().words, secrets()), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    All, Showable,
    testing::Values(WordsCase{"Plain", "550 5.1.1 <jane@acme.example>: Recipient address rejected",
                              "550 5.1.1 <jane@acme.example>: Recipient address rejected"},
                    WordsCase{"SeveralLines", "550 a\r\nb\x1b[0m", "550 a  b[0m"},
                    WordsCase{"Link", "554 spam: https://guildhall.acme.example/i/Zk3vQ9pTWm4RkXy7BdLs2A8cHf6JnGtU",
                              "554 spam: https://guildhall.acme.[withheld]"},
                    WordsCase{"PieceOfTheLink", "554 spam near RkXy7BdLs2 there", "554 spam near [withheld] there"},
                    WordsCase{"LinkInOtherLetters", "554 spam /I/ZK3VQ9PTWM", "554 spam [withheld]"},
                    WordsCase{"Password", "535 correct horse is wrong", "535 [withheld] is wrong"},
                    WordsCase{"PasswordAsLoginEncodesIt", "500 Y29ycmVjdCBob3JzZQ== what", "500 [withheld] what"},
                    WordsCase{"PasswordAsPlainEncodesIt", "500 AGd1aWxkaGFsbABjb3JyZWN0IGhvcnNl what",
                              "500 [withheld] what"},
                    WordsCase{"EncodedContent", "500 what is SGVsbG8sDQoNCi5kb3RzIGF0IHRoZSBiZWdpbg0K here",
                              "500 what is [withheld] here"}),
    [](const auto& info) { return info.param.name; });

TEST(ServerWords, AreCutBetweenCharacters) {
  std::string words(511, 'a');
  for (std::size_t i = 10; i < words.size(); i += 10)
    words[i] = ' ';
  EXPECT_THAT(showable(words + "\u00EB", {}), SizeIs(511));
}

TEST(ServerWords, KnowTheLinksOfBothParts) {
  Message message = sample_mail();
  message.html =
      core::SecretText("<a href='https://other.example/secret-path?x=1'>x</a> http://short.example/ http://end");
  const auto links = links_of(message);
  ASSERT_THAT(links, SizeIs(2));
  EXPECT_EQ(links[0].reveal(), "/i/Zk3vQ9pTWm4RkXy7BdLs2A8cHf6JnGtU");
  EXPECT_EQ(links[1].reveal(), "/secret-path?x=1");
}

}  // namespace
}  // namespace guildhall::mail
