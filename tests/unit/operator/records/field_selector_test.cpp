#include "operator/records/field_selector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "operator/core/text.hpp"

namespace guildhall::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FieldTerm is(std::string key, std::string value) {
  return {.key = std::move(key), .value = std::move(value), .equal = true};
}
FieldTerm is_not(std::string key, std::string value) {
  return {.key = std::move(key), .value = std::move(value), .equal = false};
}

// The cases are those of k8s.io/apimachinery pkg/fields, in our words.
TEST(AFieldSelector, IsReadAsTheApiServerDoes) {
  EXPECT_THAT(*parse_field_selector(""), IsEmpty());
  EXPECT_THAT(*parse_field_selector("a=b"), ElementsAre(is("a", "b")));
  EXPECT_THAT(*parse_field_selector("a==b"), ElementsAre(is("a", "b")));
  EXPECT_THAT(*parse_field_selector("a!=b"), ElementsAre(is_not("a", "b")));
  EXPECT_THAT(*parse_field_selector("a=b,c=d"), ElementsAre(is("a", "b"), is("c", "d")));
  EXPECT_THAT(*parse_field_selector(",a=b,,"), ElementsAre(is("a", "b")));
  EXPECT_THAT(*parse_field_selector("a="), ElementsAre(is("a", "")));
  EXPECT_THAT(*parse_field_selector("=b"), ElementsAre(is("", "b")));
  EXPECT_THAT(*parse_field_selector(R"(a=b\,c\=d\\e)"), ElementsAre(is("a", R"(b,c=d\e)")));
  EXPECT_THAT(*parse_field_selector(R"(a=b\\,c=d)"), ElementsAre(is("a", R"(b\)"), is("c", "d")));
  EXPECT_THAT(*parse_field_selector("a = b"), ElementsAre(is("a ", " b")));
  EXPECT_THAT(*parse_field_selector("object=Member/jane,email=a@b"),
              ElementsAre(is("object", "Member/jane"), is("email", "a@b")));
}

TEST(AFieldSelector, ThatCannotBeReadIsInvalid) {
  for (const char* selector : {"a", "a=b,c", R"(a=\x)", R"(a=b\)", "a=b=c", "a===b", R"(\,)"}) {
    const auto terms = parse_field_selector(selector);
    ASSERT_FALSE(terms) << selector;
    EXPECT_EQ(terms.error().kind, core::ErrorKind::Invalid);
    EXPECT_THAT(terms.error().message, HasSubstr("invalid"));
  }
}

RC_GTEST_PROP(AFieldSelector, GivesBackEveryEscapedValue, (const std::string& first, const std::string& second)) {
  const auto terms =
      parse_field_selector("a=" + core::escape_field_value(first) + ",b!=" + core::escape_field_value(second));
  RC_ASSERT(terms.has_value());
  RC_ASSERT(*terms == (std::vector<FieldTerm>{is("a", first), is_not("b", second)}));
}

RC_GTEST_PROP(AFieldSelector, OfAnyTextIsReadOrRefused, (const std::string& text)) {
  const auto terms = parse_field_selector(text);
  const bool sound = terms ? terms->size() <= text.size() : terms.error().kind == core::ErrorKind::Invalid;
  RC_ASSERT(sound);
}

TEST(ALabelSelector, ThatHoldsForWhatHasNoLabelsIsTaken) {
  for (const char* selector : {"", ",", "!a", "a!=b", "a notin (b,c)", "a!=b,!c", "x/y notin (b), c!=d", " "})
    EXPECT_EQ(problem_of_label_selector(selector), "") << selector;
}

TEST(ALabelSelector, ThatCanMatchNothingIsRefusedWithAWayOut) {
  for (const char* selector : {"a", "a=b", "a==b", "a in (b,c)", "!a,b", "a notin (b),c=d", "a>1", "notin (a)",
                               "a in (notin)", "!a=b", "a notin (b"})
    EXPECT_THAT(problem_of_label_selector(selector), HasSubstr("--field-selector")) << selector;
}

}  // namespace
}  // namespace guildhall::records
