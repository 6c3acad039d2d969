#include "operator/core/member_name.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace guildhall::core {
namespace {

TEST(MemberNameTest, IsMadeOfWhatStandsBeforeTheAt) {
  const std::pair<std::string, std::string> cases[] = {
      {"jane@acme.example", "jane"},
      {"Jane.Doe@acme.example", "jane.doe"},
      {"jane+ops@acme.example", "jane-ops"},
      {"jane_doe@acme.example", "jane-doe"},
      {"..jane..doe..@acme.example", "jane.doe"},
      {"-_jane_.-doe=@acme.example", "jane.doe"},
      {"a&&b@acme.example", "a-b"},
      {"7@acme.example", "7"},
      {"{}@acme.example", "member"},
      {"@acme.example", "member"},
      {"", "member"},
      {std::string(70, 'a') + "@acme.example", std::string(63, 'a')},
      {std::string(62, 'a') + ".bc@acme.example", std::string(62, 'a')},
  };
  for (const auto& [email, name] : cases)
    EXPECT_EQ(name_of_email(email), name) << email;
}

TEST(MemberNameTest, NamesThatAreTakenGetANumber) {
  EXPECT_EQ(numbered_name("jane", 1), "jane");
  EXPECT_EQ(numbered_name("jane", 2), "jane-2");
  EXPECT_EQ(numbered_name(std::string(63, 'a'), 10), std::string(60, 'a') + "-10");
  EXPECT_EQ(numbered_name(std::string(60, 'a') + ".bb", 2), std::string(60, 'a') + "-2");
}

TEST(MemberNameTest, KnowsWhatCanBeAName) {
  const std::vector<std::string> names{"jane", "jane.doe", "a-b.c-d", "0", std::string(253, 'a')};
  for (const auto& name : names)
    EXPECT_TRUE(is_object_name(name)) << name;
  const std::vector<std::string> others{"",   "Jane", "jane.", ".jane", "a..b", "-a",
                                        "a-", "a-.b", "a.-b",  "a/b",   "a@b",  std::string(254, 'a')};
  for (const auto& name : others)
    EXPECT_FALSE(is_object_name(name)) << name;
}

RC_GTEST_PROP(MemberNameProperty, EveryEmailGivesAName, (const std::string& email)) {
  const int number = *rc::gen::inRange(1, 100000);
  RC_ASSERT(is_object_name(name_of_email(email)));
  RC_ASSERT(is_object_name(numbered_name(name_of_email(email), number)));
  RC_ASSERT(numbered_name(name_of_email(email), number).size() <= 63U);
}

}  // namespace
}  // namespace guildhall::core
