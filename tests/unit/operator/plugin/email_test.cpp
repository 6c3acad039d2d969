#include "operator/plugin/email.hpp"

#include <gmock/gmock.h>

namespace guildhall::plugin {
namespace {

using testing::StartsWith;

TEST(EmailTest, WhatTheApiServerTakesHasNoProblem) {
  for (const char* email : {"a@b", "o'brien@acme.example", "jane.doe+x@acme.example", "!#$%&*+/=?^_{|}~-@a-b.c0"})
    EXPECT_EQ(find_email_problem(email), "") << email;
  EXPECT_EQ(find_email_problem(std::string(252, 'a') + "@b"), "");
}

TEST(EmailTest, WhatIsNoneIsSaidSo) {
  for (const char* email : {"", "jane", "@acme", "jane@", "jane@-a", "jane@a-", "jane@a..b", "jane@a.", "j d@a",
                            "j@a@b", "j\u00E4ne@acme.example", "jane@acme.example\n"})
    EXPECT_THAT(find_email_problem(email), StartsWith("EMAIL: email is an e-mail address")) << email;
  EXPECT_THAT(find_email_problem(std::string(253, 'a') + "@b"), StartsWith("EMAIL: email is an e-mail address"));
}

TEST(EmailTest, UpperCaseIsSaidWithWhatToWrite) {
  EXPECT_EQ(find_email_problem("Jane@Acme.example"), "EMAIL must be in lower case: jane@acme.example");
  EXPECT_EQ(as_in_members("Jane@Acme.example"), "jane@acme.example");
}

}  // namespace
}  // namespace guildhall::plugin
